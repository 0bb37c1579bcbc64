#include "fhir_models/national/minimum_dataset.hpp"

#include <array>
#include <string>

#include "fhir_models/base/text.hpp"
#include "fhir_models/national/entries.hpp"
#include "fhir_models/national/identifiers.hpp"

namespace fhir::national {
namespace {

using enum Condition;
using base::Severity;

constexpr std::string_view kSection = "NOM-024-SSA3-2012 6.5, Tabla 1";

/// Severity: the table is the form of a record at its source, and many sources are older than it.
/// What a legacy feed plainly cannot carry (entity of birth, nationality, INEGI residence) and any
/// single missing fact is a warning: the record is still somebody's. Only a record that identifies
/// nobody is an error: no CURP, no FOLIO, and not even name, birth date and sex together.
constexpr std::array kRows{
    // clang-format off
    //           id            element                                                            condition       severity           source    what is due
    MinimumDatum{"NOM024-T1-0",  "identifier",                                                      unidentified,   Severity::error,   kSection, "CURP o folio, o bien nombre, fecha de nacimiento y sexo", "CURP or folio, or else name, birth date and sex"},
    MinimumDatum{"NOM024-T1-1",  "identifier(curp)",                                                always,         Severity::warning, kSection, "CURP", "CURP"},
    MinimumDatum{"NOM024-T1-2",  "name.given",                                                      always,         Severity::warning, kSection, "nombre(s)", "given name(s)"},
    MinimumDatum{"NOM024-T1-3",  "name.family",                                                     always,         Severity::warning, kSection, "primer apellido", "first surname"},
    MinimumDatum{"NOM024-T1-5",  "birthDate",                                                       always,         Severity::warning, kSection, "fecha de nacimiento", "birth date"},
    MinimumDatum{"NOM024-T1-6",  "gender",                                                          always,         Severity::warning, kSection, "sexo", "sex"},
    MinimumDatum{"NOM024-T1-7",  "extension(http://hl7.org/fhir/StructureDefinition/patient-birthPlace).valueAddress", always, Severity::warning, kSection, "entidad de nacimiento", "entity of birth"},
    MinimumDatum{"NOM024-T1-8",  "extension(http://hl7.org/fhir/StructureDefinition/patient-citizenship) | extension(http://hl7.org/fhir/StructureDefinition/patient-nationality) | extension(http://hl7.org/fhir/StructureDefinition/patient-birthPlace).valueAddress.country", always, Severity::warning, kSection, "nacionalidad de origen", "nationality of origin"},
    MinimumDatum{"NOM024-T1-9",  "identifier(folio)",                                               without_curp,   Severity::warning, kSection, "folio interno, llave del registro sin CURP", "internal folio, key of a record without CURP"},
    MinimumDatum{"NOM024-T1-10", "address.state",                                                   always,         Severity::warning, kSection, "entidad de residencia", "entity of residence"},
    MinimumDatum{"NOM024-T1-11", "address.district",                                                always,         Severity::warning, kSection, "municipio de residencia", "municipality of residence"},
    MinimumDatum{"NOM024-T1-12", "address.city",                                                    always,         Severity::warning, kSection, "localidad de residencia", "locality of residence"},
    // clang-format on
};

bool is_picked(const r4::Node& item, std::string_view name, std::string_view pick)
{
    if (name == "extension") {
        return item.text_of("url") == pick;
    }
    const auto kind = kind_of(item);
    if (pick == "curp") {
        return kind == IdentifierKind::curp && !is_generic_curp(item) &&
               !item.text_of("value").empty();
    }
    return (kind == IdentifierKind::local || kind == IdentifierKind::row_key) &&
           !item.text_of("value").empty();
}

bool says(const r4::Node& node, std::string_view path);

/// True when `child` (or an item of it that is picked) goes on with `rest`.
bool goes_on(const r4::Node& child, std::string_view name, std::string_view pick,
             std::string_view rest)
{
    if (child.kind != r4::Kind::array) {
        return says(child, rest);
    }
    for (const auto& item : child) {
        if ((pick.empty() || is_picked(item, name, pick)) && says(item, rest)) {
            return true;
        }
    }
    return false;
}

/// True when something stands at `path` below `node`, or a reason why nothing does.
bool says(const r4::Node& node, std::string_view path)
{
    if (path.empty()) {
        return node.kind == r4::Kind::object || node.kind == r4::Kind::array ? node.first != nullptr
                                                                             : !node.text.empty();
    }
    auto name = path.substr(0, path.find_first_of(".("));
    std::string_view pick;
    auto rest = path.substr(name.size());
    if (rest.starts_with('(')) {
        const auto close = rest.find(')');
        pick = rest.substr(1, close - 1);
        rest.remove_prefix(close + 1);
    }
    if (rest.starts_with('.')) {
        rest.remove_prefix(1);
    }
    if (rest.empty() && is_declared_absent(node, name)) {
        return true;
    }
    const auto* child = node.find(name);
    return child != nullptr && goes_on(*child, name, pick, rest);
}

bool says_one_of(const r4::Node& patient, std::string_view ways)
{
    while (true) {
        const auto bar = ways.find('|');
        if (says(patient, base::trim(ways.substr(0, bar)))) {
            return true;
        }
        if (bar == std::string_view::npos) {
            return false;
        }
        ways.remove_prefix(bar + 1);
    }
}

bool applies(Condition condition, const r4::Node& patient)
{
    const auto curp = says(patient, "identifier(curp)");
    const auto number = curp || says(patient, "identifier(folio)");
    switch (condition) {
        case always:
            return true;
        case without_curp:
            return !curp;
        case unidentified:
            return !number && !(says(patient, "name.given") && says(patient, "name.family") &&
                                says(patient, "birthDate") && says(patient, "gender"));
    }
    return false;
}

/// The element an issue names: the path up to the first thing that picks.
std::string place(std::string_view patient, std::string_view element)
{
    return std::string(patient) + "." + std::string(element.substr(0, element.find_first_of("( ")));
}

base::Issue missing(const MinimumDatum& row, std::string path)
{
    base::Issue issue;
    issue.severity = row.severity;
    issue.code = base::Errc::missing_minimum_data;
    issue.path = std::move(path);
    issue.rule = row.id;
    issue.expected = {std::string(row.es), std::string(row.en)};
    return issue;
}

}  // namespace

std::span<const MinimumDatum> minimum_dataset() noexcept
{
    return kRows;
}

base::Issues check_minimum_dataset(const r4::Node& bundle)
{
    base::Issues issues;
    bool anyone = false;
    for (const auto& entry : entries_of(bundle)) {
        if (type_of(entry) != "Patient") {
            continue;
        }
        anyone = true;
        for (const auto& row : kRows) {
            const auto asked = applies(row.condition, *entry.resource);
            // The row of the unidentified asks for no element of its own: it applies or not.
            const auto there =
                row.condition != unidentified && says_one_of(*entry.resource, row.element);
            if (asked && !there) {
                issues.push_back(missing(row, place(entry.path, row.element)));
            }
        }
    }
    if (!anyone) {
        issues.push_back(missing(kRows.front(), "Bundle.entry"));
    }
    return issues;
}

}  // namespace fhir::national
