#include "fhir_models/national/identifiers.hpp"

#include <array>
#include <string>

#include "fhir_models/national/curp.hpp"

namespace fhir::national {
namespace {

struct Row {
    IdentifierKind kind;
    std::string_view system;
    std::string_view type;   ///< code of Identifier.type, "" when none tells it
    std::string_view other;  ///< another code for the same
};

constexpr std::array kRows{
    Row{IdentifierKind::curp, kCurpSystem, "NNMEX", "CURP"},
    Row{IdentifierKind::rfc, kRfcSystem, "RFC", ""},
    Row{IdentifierKind::clues, kCluesSystem, "CLUES", ""},
    Row{IdentifierKind::cedula, kCedulaSystem, "CEDULA", ""},
    Row{IdentifierKind::nss, kNssSystem, "NSS", "SS"},
    Row{IdentifierKind::row_key, kRowKeySystem, "", ""},
};

}  // namespace

IdentifierKind kind_of(const r4::Node& identifier) noexcept
{
    const auto system = identifier.text_of("system");
    for (const auto& row : kRows) {
        if (system == row.system) {
            return row.kind;
        }
    }
    const auto* type = identifier.find("type");
    const auto* codings = type == nullptr ? nullptr : type->find("coding");
    if (codings == nullptr) {
        return IdentifierKind::local;
    }
    for (const auto& coding : *codings) {
        const auto code = coding.text_of("code");
        for (const auto& row : kRows) {
            if (!code.empty() && (code == row.type || code == row.other)) {
                return row.kind;
            }
        }
    }
    return IdentifierKind::local;
}

const r4::Node* extension(const r4::Node& element, std::string_view url) noexcept
{
    const auto* all = element.find("extension");
    if (all == nullptr) {
        return nullptr;
    }
    for (const auto& one : *all) {
        if (one.text_of("url") == url) {
            return &one;
        }
    }
    return nullptr;
}

bool is_declared_absent(const r4::Node& element, std::string_view name)
{
    const auto* shadow = element.find("_" + std::string(name));
    return shadow != nullptr && extension(*shadow, kDataAbsentReason) != nullptr;
}

bool is_generic_curp(const r4::Node& identifier)
{
    return kind_of(identifier) == IdentifierKind::curp &&
           (Curp::is_generic(identifier.text_of("value")) ||
            is_declared_absent(identifier, "value"));
}

}  // namespace fhir::national
