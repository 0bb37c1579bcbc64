#include "fhir_models/national/identity.hpp"

#include <string>
#include <utility>
#include <vector>

#include "fhir_models/national/cedula.hpp"
#include "fhir_models/national/clues.hpp"
#include "fhir_models/national/curp.hpp"
#include "fhir_models/national/curp_names.hpp"
#include "fhir_models/national/entries.hpp"
#include "fhir_models/national/federal_entity.hpp"
#include "fhir_models/national/identifiers.hpp"
#include "fhir_models/national/nss.hpp"
#include "fhir_models/national/rfc.hpp"

namespace fhir::national {
namespace {

constexpr std::string_view kFathers =
    "http://hl7.org/fhir/StructureDefinition/humanname-fathers-family";
constexpr std::string_view kMothers =
    "http://hl7.org/fhir/StructureDefinition/humanname-mothers-family";
constexpr std::string_view kMaidenName =
    "http://hl7.org/fhir/StructureDefinition/patient-mothersMaidenName";

/// What the facts of a person are built from, held while they are compared.
struct Person {
    std::string given;
    PersonFacts facts;
};

/// The official name, else the one in use, else the first.
const r4::Node* official_name(const r4::Node& resource)
{
    const auto* names = resource.find("name");
    if (names == nullptr || names->kind != r4::Kind::array) {
        return nullptr;
    }
    for (const std::string_view use : {"official", "usual", ""}) {
        for (const auto& name : *names) {
            if (name.text_of("use") == use) {
                return &name;
            }
        }
    }
    return names->first;
}

void read_name(const r4::Node& resource, Person& person)
{
    const auto* name = official_name(resource);
    if (name == nullptr) {
        return;
    }
    if (const auto* given = name->find("given")) {
        for (const auto& one : *given) {
            person.given += (person.given.empty() ? "" : " ") + std::string(one.text);
        }
    }
    person.facts.family = name->text_of("family");
    const auto* shadow = name->find("_family");
    const auto surname = [&](std::string_view url) {
        const auto* found = shadow == nullptr ? nullptr : extension(*shadow, url);
        return found == nullptr ? std::string_view{} : found->text_of("valueString");
    };
    person.facts.first_surname = surname(kFathers);
    person.facts.second_surname = surname(kMothers);
    const auto* maiden = extension(resource, kMaidenName);
    if (person.facts.second_surname.empty() && maiden != nullptr) {
        person.facts.second_surname = maiden->text_of("valueString");
    }
}

/// The sex the CURP must show: as the source said it of the CURP, else what the gender implies.
/// The gender of feeds that know two sexes does not contradict the X of a non-binary person.
char sex_of(const r4::Node& resource, const Curp& curp)
{
    if (const auto* said = extension(resource, kSexoCurp)) {
        const auto code = said->text_of("valueCode");
        return code.size() == 1 ? code.front() : '\0';
    }
    if (curp.sex() == 'X') {
        return '\0';
    }
    const auto gender = resource.text_of("gender");
    return gender == "male" ? 'H' : gender == "female" ? 'M' : '\0';
}

/// CURP letters for an address of birth; empty when it does not tell.
std::string_view entity_of(const r4::Node& resource)
{
    const auto* place = extension(resource, kBirthPlace);
    const auto* address = place == nullptr ? nullptr : place->find("valueAddress");
    if (address == nullptr) {
        return {};
    }
    const auto* shadow = address->find("_state");
    const auto* coded = extension(*address, kEntidad);
    if (coded == nullptr && shadow != nullptr) {
        coded = extension(*shadow, kEntidad);
    }
    const auto key = coded == nullptr ? address->text_of("state") : coded->text_of("valueCode");
    if (key == "88") {
        return kBornAbroad;
    }
    if (const auto* row = entity_by_inegi(key)) {
        return row->letters;
    }
    if (const auto* row = entity_by_letters(key)) {
        return row->letters;
    }
    const auto* row = entity_by_name(key);
    return row == nullptr ? std::string_view{} : row->letters;
}

Person read_person(const r4::Node& resource, const Curp& curp)
{
    Person person;
    read_name(resource, person);
    person.facts.given = person.given;
    person.facts.birth_date = resource.text_of("birthDate");
    person.facts.sex = sex_of(resource, curp);
    person.facts.entity = entity_of(resource);
    return person;
}

class Check {
public:
    explicit Check(base::Issues& issues) : issues_(issues) {}

    void identifiers(const Entry& entry)
    {
        const auto* list = entry.resource->find("identifier");
        if (list == nullptr || list->kind != r4::Kind::array) {
            return;
        }
        std::size_t index = 0;
        for (const auto& identifier : *list) {
            one(entry, identifier, entry.path + ".identifier[" + std::to_string(index) + "].value");
            ++index;
        }
    }

    /// A professional cannot be the patient of the same record.
    void professionals_are_not_patients()
    {
        for (const auto& [text, path] : professionals_) {
            for (const auto& patient : patients_) {
                if (text == patient.text) {
                    add(base::Severity::error, base::Errc::identity_contradiction, path,
                        {"una CURP distinta de la del paciente",
                         "a CURP other than the patient's"});
                }
            }
        }
    }

private:
    struct Seen {
        std::string text;
        std::string path;
    };

    void one(const Entry& entry, const r4::Node& identifier, const std::string& path)
    {
        const auto value = identifier.text_of("value");
        switch (kind_of(identifier)) {
            case IdentifierKind::curp:
                curp(entry, identifier, path);
                break;
            case IdentifierKind::nss:
                // A warning: it identifies nobody alone, and PID-19 holds any country's number.
                number(Nss::parse(value), path, &Nss::check_digit_matches, base::Severity::warning);
                break;
            case IdentifierKind::rfc:
                number(Rfc::parse(value), path, &Rfc::check_character_matches);
                break;
            case IdentifierKind::clues:
                number(Clues::parse(value), path, &Clues::check_digit_matches);
                break;
            case IdentifierKind::cedula:
                if (const auto cedula = Cedula::parse(value); !cedula) {
                    refuse(cedula.error(), path);
                }
                break;
            case IdentifierKind::row_key:
            case IdentifierKind::local:
                break;
        }
    }

    void curp(const Entry& entry, const r4::Node& identifier, const std::string& path)
    {
        if (is_generic_curp(identifier)) {
            add(base::Severity::information, base::Errc::generic_identifier, path,
                {"la CURP de la persona", "the person's CURP"});
            return;
        }
        const auto parsed = Curp::parse(identifier.text_of("value"));
        if (!parsed) {
            refuse(parsed.error(), path);
            return;
        }
        const auto type = type_of(entry);
        if (type == "Patient") {
            patients_.push_back({parsed->text(), path});
        } else if (type == "Practitioner") {
            professionals_.push_back({parsed->text(), path});
        }
        if (identifier.text_of("use") == "old") {
            return;  // replaced, perhaps because one of the facts was wrong in it
        }
        const auto person = read_person(*entry.resource, *parsed);
        for (auto& issue : consistency(*parsed, person.facts)) {
            issue.path = path;
            issue.rule = std::exchange(issue.where, {});
            issues_.push_back(std::move(issue));
        }
    }

    template <class T>
    void number(const base::Result<T>& parsed, const std::string& path,
                bool (T::*matches)() const noexcept,
                base::Severity malformed = base::Severity::error)
    {
        if (!parsed) {
            refuse(parsed.error(), path, malformed);
        } else if (!((*parsed).*matches)()) {
            add(base::Severity::warning, base::Errc::check_digit, path,
                {"el dígito verificador del resto del número",
                 "the check digit of the rest of the number"});
        }
    }

    void refuse(const base::Error& error, const std::string& path,
                base::Severity severity = base::Severity::error)
    {
        auto issue = base::to_issue(error, severity);
        issue.path = path;
        issue.rule = std::exchange(issue.where, {});
        issues_.push_back(std::move(issue));
    }

    void add(base::Severity severity, base::Errc code, const std::string& path, base::Text expected)
    {
        base::Issue issue;
        issue.severity = severity;
        issue.code = code;
        issue.path = path;
        issue.expected = std::move(expected);
        issues_.push_back(std::move(issue));
    }

    base::Issues& issues_;
    std::vector<Seen> patients_;
    std::vector<Seen> professionals_;
};

}  // namespace

base::Issues check_identity(const r4::Node& bundle)
{
    base::Issues issues;
    Check check(issues);
    for (const auto& entry : entries_of(bundle)) {
        check.identifiers(entry);
    }
    check.professionals_are_not_patients();
    return issues;
}

}  // namespace fhir::national
