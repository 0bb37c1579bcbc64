#include "fhir_models/national/subject.hpp"

#include <array>
#include <vector>

#include "fhir_models/national/entries.hpp"
#include "fhir_models/national/identifiers.hpp"

namespace fhir::national {
namespace {

/// Where a Bundle says whom it is about, strongest first.
struct Pointer {
    std::string_view type;
    std::string_view element;
};
constexpr std::array kPointers{
    Pointer{"MessageHeader", "focus"},
    Pointer{"Composition", "subject"},
    Pointer{"Encounter", "subject"},
};

/// The Patient that a Reference, or one of an array of them, resolves to.
const Entry* patient_behind(const std::vector<Entry>& entries, const r4::Node* references)
{
    if (references == nullptr) {
        return nullptr;
    }
    if (references->kind == r4::Kind::object) {
        const auto* entry = resolve(entries, references->text_of("reference"));
        return entry != nullptr && type_of(*entry) == "Patient" ? entry : nullptr;
    }
    for (const auto& reference : *references) {
        if (const auto* entry = patient_behind(entries, &reference)) {
            return entry;
        }
    }
    return nullptr;
}

const Entry* find_patient(const std::vector<Entry>& entries)
{
    for (const auto& pointer : kPointers) {
        for (const auto& entry : entries) {
            if (type_of(entry) != pointer.type) {
                continue;
            }
            if (const auto* found =
                    patient_behind(entries, entry.resource->find(pointer.element))) {
                return found;
            }
        }
    }
    for (const auto& entry : entries) {
        if (type_of(entry) == "Patient") {
            return &entry;
        }
    }
    return nullptr;
}

bool is_record_number(const r4::Node& identifier)
{
    const auto* type = identifier.find("type");
    const auto* codings = type == nullptr ? nullptr : type->find("coding");
    if (codings == nullptr) {
        return false;
    }
    for (const auto& coding : *codings) {
        if (coding.text_of("code") == "MR") {
            return true;
        }
    }
    return false;
}

std::string_view assigner_of(const r4::Node& identifier)
{
    const auto system = identifier.text_of("system");
    if (!system.empty()) {
        return system;
    }
    const auto* assigner = identifier.find("assigner");
    return assigner == nullptr ? std::string_view{} : assigner->text_of("display");
}

/// Takes what `identifier` tells; what is known already stays unless it was weaker.
class Reader {
public:
    explicit Reader(Subject& subject) : subject_(subject) {}

    void read(const r4::Node& identifier, bool old)
    {
        const auto value = identifier.text_of("value");
        switch (kind_of(identifier)) {
            case IdentifierKind::curp:
                if (is_generic_curp(identifier)) {
                    subject_.generic_curp = true;
                } else {
                    set(subject_.curp, value);
                }
                break;
            case IdentifierKind::nss:
                set(subject_.nss, value);
                break;
            case IdentifierKind::row_key:
                set(subject_.row_key, value);
                break;
            case IdentifierKind::local: {
                const auto stronger = is_record_number(identifier) && !record_number_ && !old;
                if (!value.empty() && (subject_.folio.empty() || stronger)) {
                    subject_.folio = value;
                    subject_.folio_system = assigner_of(identifier);
                    record_number_ = stronger;
                }
                break;
            }
            case IdentifierKind::rfc:
            case IdentifierKind::clues:
            case IdentifierKind::cedula:
                break;
        }
    }

private:
    static void set(std::string& field, std::string_view value)
    {
        if (field.empty()) {
            field = value;
        }
    }

    Subject& subject_;
    bool record_number_ = false;
};

}  // namespace

Subject subject_of(const r4::Node& bundle)
{
    Subject subject;
    const auto entries = entries_of(bundle);
    const auto* patient = find_patient(entries);
    if (patient == nullptr) {
        return subject;
    }
    subject.path = patient->path;
    const auto* identifiers = patient->resource->find("identifier");
    if (identifiers == nullptr) {
        return subject;
    }
    Reader reader(subject);
    for (const bool old : {false, true}) {
        for (const auto& identifier : *identifiers) {
            if ((identifier.text_of("use") == "old") == old) {
                reader.read(identifier, old);
            }
        }
    }
    if (!subject.curp.empty()) {
        subject.generic_curp = false;
    }
    return subject;
}

}  // namespace fhir::national
