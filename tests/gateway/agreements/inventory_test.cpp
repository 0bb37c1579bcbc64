#include "gateway/agreements/inventory.hpp"

#include <catch2/catch.hpp>

#include "fhir_models/r4/json_reader.hpp"
#include "fhir_models/r4/json_writer.hpp"
#include "fhir_models/r4/validate.hpp"

using namespace gateway::agreements;

namespace {

const Inventory kFew{{"PUBHLTH"},
                     {"Patient.birthDate", "Patient.name.family", "Patient.extension",
                      "Observation.status", "Observation.code", "Observation.value"},
                     false};

std::string bundle(const std::string& resource, const std::string& more = {})
{
    return R"({"resourceType":"Bundle","type":"collection",)" + more +
           R"("entry":[{"fullUrl":"urn:uuid:0b1f4b64-0000-4000-8000-000000000001","resource":)" +
           resource + "}]}";
}

struct Stripped {
    Removed removed;
    std::string json;
};

Stripped stripped(const std::string& json, const Inventory& inventory = kFew)
{
    auto document = fhir::r4::read_json(json);
    REQUIRE(document);
    auto removed = strip(*document, inventory);
    CHECK_FALSE(base::has_errors(fhir::r4::validate(document->root())));
    return {std::move(removed), fhir::r4::to_json(document->root())};
}

bool holds(const std::string& json, const std::string& text)
{
    return json.find(text) != std::string::npos;
}

}  // namespace

TEST_CASE("what the inventory does not list is gone, told by path and never by value",
          "[agreements][inventory]")
{
    const auto [removed, json] = stripped(bundle(
        R"({"resourceType":"Patient","id":"p1","meta":{"security":[{"code":"R"}],"source":"urn:s"},)"
        R"("active":true,"name":[{"family":"Inventado","given":["Nadie"],"_given":null},)"
        R"({"text":"Solo texto"}],"birthDate":"1984-03-15","_birthDate":{"id":"b"},)"
        R"("address":[{"city":"Ninguna"}],"telecom":[{"system":"phone","value":"55"}]})"));

    CHECK(removed.paths == std::set<std::string>{"Patient.active", "Patient.address",
                                                 "Patient.meta.source", "Patient.name.given",
                                                 "Patient.name.text", "Patient.telecom"});
    CHECK(removed.modifier.empty());
    CHECK(holds(json, R"("id":"p1")"));
    CHECK(holds(json, R"("security":[{"code":"R"}])"));
    CHECK(holds(json, R"("name":[{"family":"Inventado"}])"));
    CHECK(holds(json, R"("birthDate":"1984-03-15","_birthDate":{"id":"b"})"));
    CHECK(holds(json, R"("code":"SUBSETTED")"));
    for (const std::string value : {"Nadie", "Solo texto", "Ninguna", "urn:s", "55"}) {
        CAPTURE(value);
        CHECK_FALSE(holds(json, value));
    }
}

TEST_CASE("a choice is listed by its name and holds whatever type it has",
          "[agreements][inventory]")
{
    const auto [removed, json] =
        stripped(bundle(R"({"resourceType":"Observation","status":"final","code":{"text":"Peso"},)"
                        R"("valueQuantity":{"value":64.50},"note":[{"text":"n"}]})"));

    CHECK(removed.paths == std::set<std::string>{"Observation.note"});
    CHECK(holds(json, R"("valueQuantity":{"value":64.50})"));
}

TEST_CASE("a record with nothing outside is not touched", "[agreements][inventory]")
{
    const auto whole = bundle(R"({"resourceType":"Patient","id":"p1","birthDate":"1984-03-15"})");

    const auto [removed, json] = stripped(whole);

    CHECK(removed.paths.empty());
    CHECK(json == whole);
}

TEST_CASE("a contained resource is held against its own type", "[agreements][inventory]")
{
    Inventory with_contained = kFew;
    with_contained.elements.emplace_back("Observation.contained");
    with_contained.elements.emplace_back("Observation.subject");
    const auto json =
        bundle(R"({"resourceType":"Observation","status":"final","code":{"text":"Peso"},)"
               R"("contained":[{"resourceType":"Patient","id":"c","birthDate":"1984-03-15",)"
               R"("gender":"female"}],"subject":{"reference":"#c"}})");

    CHECK(stripped(json, with_contained).removed.paths == std::set<std::string>{"Patient.gender"});
    CHECK(stripped(json).removed.paths ==
          std::set<std::string>{"Observation.contained", "Observation.subject"});
}

TEST_CASE("what stands beside the resources of a Bundle is no way round", "[agreements][inventory]")
{
    const auto [removed, json] =
        stripped(R"({"resourceType":"Bundle","type":"transaction","link":[{"relation":"self",)"
                 R"("url":"urn:x?name=Inventado"}],"entry":[{"fullUrl":"urn:uuid:)"
                 R"(0b1f4b64-0000-4000-8000-000000000001","resource":{"resourceType":"Patient",)"
                 R"("birthDate":"1984-03-15"},"request":{"method":"POST","url":"Patient",)"
                 R"("ifNoneExist":"name=Inventado"}}]})");

    CHECK(removed.paths ==
          std::set<std::string>{"Bundle.entry.request.ifNoneExist", "Bundle.link"});
    CHECK_FALSE(holds(json, "Inventado"));
}

TEST_CASE("a modifier outside is told apart: without it the record would say something else",
          "[agreements][inventory]")
{
    const auto removed =
        stripped(bundle(R"({"resourceType":"Patient","modifierExtension":[{"url":"urn:x",)"
                        R"("valueBoolean":true}],"birthDate":"1984-03-15"})"))
            .removed;

    CHECK(removed.modifier == "Patient.modifierExtension");
}

TEST_CASE("only elements of R4 can be listed", "[agreements][inventory]")
{
    for (const std::string good :
         {"Patient", "Patient.name", "Patient.contact.name.family", "Observation.value",
          "Observation.valueQuantity.code", "Observation.component.referenceRange.low"}) {
        CAPTURE(good);
        CHECK(is_element(good));
    }
    for (const std::string bad :
         {"", "Paciente", "Patient.", "Patient.nombre", "patient.name", "Patient.name[0]",
          "Observation.value.code", "Patient.birthDate.year", "Patient.contained.birthDate",
          "Bundle", "Bundle.entry", "Parameters.parameter", "HumanName.family", "Resource"}) {
        CAPTURE(bad);
        CHECK_FALSE(is_element(bad));
    }
}
