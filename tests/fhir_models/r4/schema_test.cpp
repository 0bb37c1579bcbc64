#include "fhir_models/r4/schema.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

using namespace fhir::r4;

TEST_CASE("the table holds all of R4 4.0.1", "[schema]")
{
    const auto count = [](TypeKind kind) {
        return std::ranges::count(all_types(), kind, &Type::kind);
    };
    CHECK(count(TypeKind::primitive) == 20);
    CHECK(count(TypeKind::complex) == 41);
    CHECK(count(TypeKind::resource) == 148);

    std::set<std::string> definitions;  // a choice is one element, whatever its types
    for (const auto& type : all_types()) {
        for (const auto& element : elements_of(type)) {
            definitions.insert(std::string(type.name) + "." + std::string(element.stem()));
        }
    }
    CHECK(definitions.size() == 7406);
}

TEST_CASE("every property is found by its name and no other is", "[schema]")
{
    for (const auto& type : all_types()) {
        CHECK(find_type(type.name) == &type);
        for (const auto& element : elements_of(type)) {
            CHECK(find_element(type, element.name()) == &element);
            CHECK(element.path == std::string(type.name) + "." + std::string(element.name()));
        }
        for (const auto* wrong : {"", "zz", "nam", "value[x]", "birthdate"}) {
            CHECK(find_element(type, wrong) == nullptr);
        }
    }
    CHECK(find_resource("Patient") != nullptr);
    for (const auto* wrong :
         {"", "patient", "Resource", "DomainResource", "HumanName", "Patients"}) {
        CHECK(find_resource(wrong) == nullptr);
    }
}

TEST_CASE("what a map may write is answered by the table", "[schema]")
{
    const auto gender = resolve("Patient.gender");
    REQUIRE(gender);
    CHECK(type_of(**gender).name == "code");
    CHECK_FALSE((*gender)->repeats());
    const auto* const genders = value_set_of(**gender);
    REQUIRE(genders != nullptr);
    CHECK(genders->url == "http://hl7.org/fhir/ValueSet/administrative-gender");
    CHECK(genders->has("female"));
    CHECK(genders->has("http://hl7.org/fhir/administrative-gender", "female"));
    CHECK_FALSE(genders->has("F"));
    CHECK_FALSE(genders->has("http://example.org", "female"));

    CHECK(type_of(**resolve("Patient.name[0].given[1]")).name == "string");
    CHECK(type_of(**resolve("Observation.valueQuantity.value")).name == "decimal");
    CHECK((*resolve("Observation.valueQuantity"))->stem() == "value");
    CHECK(type_of(**resolve("Questionnaire.item.item.item.linkId")).name == "string");
    CHECK((*resolve("Patient.communication.language"))->min == 1);
    CHECK(type_of(**resolve("Patient.id")).name == "id");
    CHECK(type_of(**resolve("Patient.contact.id")).name == "string");
    CHECK(type_of(**resolve("Extension.url")).name == "uri");

    const auto subject = resolve("Encounter.subject");
    REQUIRE((*subject)->targets == 2);
    CHECK(target_of(**subject, 0).name == "Group");
    CHECK(target_of(**subject, 1).name == "Patient");
}

TEST_CASE("a path that R4 does not have is refused at its first wrong step", "[schema]")
{
    using base::Errc;
    const auto [path, code, where] = GENERATE(table<std::string_view, Errc, std::string>({
        {"Pacient.name", Errc::unknown_resource, "Pacient"},
        {"Patient", Errc::unknown_element, "Patient"},
        {"Patient.nombre.family", Errc::unknown_element, "Patient.nombre"},
        {"Patient.name.famly", Errc::unknown_element, "Patient.name.famly"},
        {"Patient.birthDate[0]", Errc::cardinality, "Patient.birthDate[0]"},
        {"Patient.birthDate.x", Errc::unknown_element, "Patient.birthDate.x"},
        {"Observation.value", Errc::unknown_element, "Observation.value"},
        {"Patient.name[].family", Errc::unknown_element, "Patient.name[]"},
        {"Patient..name", Errc::unknown_element, "Patient."},
    }));
    CAPTURE(path);

    const auto element = resolve(path);

    REQUIRE_FALSE(element);
    CHECK(element.error().code == code);
    CHECK(element.error().where == where);
}

TEST_CASE("the four value sets no list can hold are marked", "[schema]")
{
    std::set<std::string_view> unlisted;
    for (const auto& value_set : all_value_sets()) {
        if (!value_set.enumerable()) {
            unlisted.insert(value_set.url);
        }
        CHECK_FALSE((value_set.enumerable() && value_set.has("")));
    }
    CHECK(unlisted == std::set<std::string_view>{"http://hl7.org/fhir/ValueSet/currencies",
                                                 "http://hl7.org/fhir/ValueSet/mimetypes",
                                                 "http://hl7.org/fhir/ValueSet/ucum-units",
                                                 "http://loinc.org/vs/LL379-9"});
    CHECK(find_value_set("http://hl7.org/fhir/ValueSet/resource-types")->has("Patient"));
    CHECK(find_value_set("http://example.org") == nullptr);
}
