#include <catch2/catch.hpp>
#include <cstdio>
#include <set>

#include "fhir_models/r4/fhirpath/expression.hpp"
#include "fhir_models/r4/json_reader.hpp"
#include "fhir_models/r4/search/leaves.hpp"
#include "fhir_models/r4/search/search.hpp"
#include "tests/support/files.hpp"

using namespace fhir::r4;

namespace {

constexpr std::string_view kObservation = R"({"resourceType":"Observation","id":"o1",
 "identifier":[{"system":"urn:a","value":"7"}],"status":"final",
 "category":[{"coding":[{"system":"urn:c","code":"laboratory"}]}],
 "code":{"coding":[{"system":"http://loinc.org","code":"8310-5"},{"system":"urn:x","code":"T"}]},
 "subject":{"reference":"Patient/p1"},"encounter":{"reference":"Encounter/e1"},
 "effectiveDateTime":"2026-10-19T23:30:00-06:00"})";

constexpr std::string_view kEncounter =
    R"({"resourceType":"Encounter","id":"e1","status":"finished",
 "class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"VR"},
 "subject":{"reference":"Group/g1"},
 "period":{"start":"2026-10-19T17:30:00-06:00","end":"2026-10-20T01:00:00-06:00"}})";

constexpr std::string_view kPatient = R"({"resourceType":"Patient","id":"p1",
 "name":[{"use":"official","family":"NÚÑEZ SOLÍS","given":["José Ángel"]}],
 "gender":"male","birthDate":"1980-02-29","active":true})";

constexpr std::string_view kReached =
    R"({"resourceType":"Patient","deceasedDateTime":"2026-01-02",
 "telecom":[{"system":"phone","value":"5550100"},{"system":"email","value":"a@example.org"}],
 "extension":[{"url":"http://hl7.org/fhir/StructureDefinition/patient-extensions-Patient-mothersMaidenName",
   "valueString":"Soto"}],
 "_birthDate":{"extension":[{"url":"urn:x","valueCode":"unknown"}]}})";
constexpr std::string_view kText =
    R"({"resourceType":"Observation","valueCodeableConcept":{"text":"Positivo"}})";
constexpr std::string_view kCited =
    R"({"resourceType":"Library","relatedArtifact":[{"type":"successor","resource":"Library/2"},
        {"type":"predecessor","resource":"Library/0"}]})";

bool found(std::string_view json, std::string_view key, std::string_view value)
{
    const auto document = read_json(json);
    REQUIRE(document);
    const auto type = document->root().text_of("resourceType");
    const auto criterion = read_criterion(type, key, value);
    REQUIRE(criterion);
    return fits(*criterion, document->root());
}

}  // namespace

TEST_CASE("a token fits by code, by system and code, and by system alone", "[search]")
{
    const auto [key, value, fit] = GENERATE(table<std::string_view, std::string_view, bool>({
        {"code", "8310-5", true},
        {"code", "http://loinc.org|8310-5", true},
        {"code", "http://loinc.org|", true},
        {"code", "urn:x|8310-5", false},
        {"code", "|8310-5", false},
        {"code", "9,8310-5", true},
        {"code:not", "8310-5", false},
        {"code:not", "9", true},
        {"status", "final", true},
        {"status", "amended", false},
        {"identifier", "urn:a|7", true},
        {"identifier", "urn:b|7", false},
        {"category:missing", "true", false},
        {"method:missing", "true", true},
    }));
    CAPTURE(key, value);
    CHECK(found(kObservation, key, value) == fit);
}

TEST_CASE("a date is compared with the precision both were written in, on Mexican days", "[search]")
{
    const auto [json, value, fit] = GENERATE(table<std::string_view, std::string_view, bool>({
        {kObservation, "2026-10-19", true},
        {kObservation, "2026-10-20", false},
        {kObservation, "2026-10", true},
        {kObservation, "2026", true},
        {kObservation, "ge2026-10-19", true},
        {kObservation, "ge2026-10-20", false},
        {kObservation, "lt2026-10-20", true},
        {kObservation, "lt2026-10-19", false},
        {kObservation, "2026-10-20T05:30:00Z", true},
        {kObservation, "ne2026-10-20T05:30:00Z", false},
        {kObservation, "sa2026-10-18", true},
        {kObservation, "eb2026-10-19", false},
        {kEncounter, "2026-10-19", false},  // it goes on into the next day
        {kEncounter, "2026-10", true},
        {kEncounter, "ap2026-10-20", true},
        {kEncounter, "gt2026-10-19", true},
        {kEncounter, "le2026-10-19T17:29", false},
    }));
    CAPTURE(value);
    CHECK(found(json, "date", value) == fit);
}

TEST_CASE("a name is found by its beginning, whatever the case and the accents", "[search]")
{
    const auto [key, value, fit] = GENERATE(table<std::string_view, std::string_view, bool>({
        {"family", "nunez", true},
        {"family", "NÚÑ", true},
        {"family", "solis", false},
        {"family:contains", "solis", true},
        {"family:exact", "NÚÑEZ SOLÍS", true},
        {"family:exact", "NUNEZ SOLIS", false},
        {"name", "jose", true},
        {"name", "official", false},  // how a name is used is no part of it
        {"given", "angel", false},
        {"birthdate", "1980-02-29", true},
        {"gender", "male", true},
        {"gender", "female", false},
        {"active", "true", true},
    }));
    CAPTURE(key, value);
    CHECK(found(kPatient, key, value) == fit);
}

TEST_CASE("a reference fits by type and id, and only of the type it may name", "[search]")
{
    CHECK(found(kObservation, "subject", "Patient/p1"));
    CHECK(found(kObservation, "subject", "p1"));
    CHECK(found(kObservation, "patient", "p1"));
    CHECK(found(kObservation, "subject:Patient", "p1"));
    CHECK_FALSE(found(kObservation, "subject:Group", "p1"));
    CHECK_FALSE(found(kObservation, "encounter", "Encounter/e2"));
    CHECK_FALSE(found(kEncounter, "patient", "g1"));  // a group is no patient
    CHECK(found(kEncounter, "subject", "Group/g1"));
}

TEST_CASE("what a parameter does not take is refused by its name", "[search]")
{
    const auto [type, key, value] =
        GENERATE(table<std::string_view, std::string_view, std::string_view>({
            {"Patient", "nombre", "x"},
            {"Nothing", "code", "x"},
            {"Observation", "date", "ayer"},
            {"Observation", "date", "2026-02-30"},
            {"Observation", "date", "ge"},
            {"Observation", "date:exact", "2026"},
            {"Observation", "code", ""},
            {"Observation", "code:", "x"},
            {"Observation", "code:below", "x"},
            {"Observation", "subject", "http://other.example/fhir/Patient/1"},
            {"Observation", "subject", "file:///etc/passwd"},
            {"Observation", "subject", "javascript:alert(1)"},
            {"Observation", "subject", "Patient/../Observation/1"},
            {"Observation", "patient:Group", "1"},
            {"Observation", "code:missing", "perhaps"},
        }));
    CAPTURE(type, key, value);
    const auto criterion = read_criterion(type, key, value);
    REQUIRE_FALSE(criterion);
    CHECK(criterion.error().code == base::Errc::unknown_parameter);
}

TEST_CASE("a parameter finds what its FHIRPath says, not only what stands on a path", "[search]")
{
    const auto [json, key, value, fit] =
        GENERATE(table<std::string_view, std::string_view, std::string_view, bool>({
            {kReached, "phone", "5550100", true},
            {kReached, "phone", "a@example.org", false},
            {kReached, "email", "a@example.org", true},
            {kReached, "telecom", "5550100", true},
            {kReached, "deceased", "true", true},
            {kReached, "deceased", "false", false},
            {kReached, "mothersMaidenName", "sot", true},
            {kReached, "birthdate:missing", "true", true},
            {kPatient, "deceased", "false", true},
            {kText, "value-string", "posi", true},
            {kText, "value-concept:missing", "false", true},
            {kCited, "successor", "Library/2", true},
            {kCited, "predecessor", "Library/2", false},
        }));
    CAPTURE(key, value);
    CHECK(found(json, key, value) == fit);
}

TEST_CASE("every parameter of the table can be evaluated, and finds itself by name", "[search]")
{
    for (const auto& parameter : all_search_parameters()) {
        CAPTURE(parameter.type, parameter.name, parameter.expression);
        const auto empty =
            read_json(R"({"resourceType":")" + std::string(parameter.type) + R"("})");
        REQUIRE(empty);

        CHECK(find_search_parameter(parameter.type, parameter.name) == &parameter);
        CHECK(leaves(parameter, empty->root()).size() == (parameter.name == "deceased" ? 1 : 0));
    }
    CHECK(all_search_parameters().size() > 1500);
}

TEST_CASE("the parameters find something in the official examples, never an unknown name",
          "[search][examples]")
{
    const auto folder = support::shared("fhir-r4/examples");
    if (!folder) {
        return;
    }
    std::set<const SearchParameter*> hits;
    for (const auto& file : std::filesystem::directory_iterator(*folder)) {
        const auto document = read_json(support::read_file(file.path()));
        if (!document) {
            continue;
        }
        const auto& resource = document->root();
        for (const auto& parameter : search_parameters(resource.text_of("resourceType"))) {
            CAPTURE(parameter.type, parameter.name, parameter.expression);
            fhirpath::Environment strict;
            strict.strict = true;
            strict.resolve = [](std::string_view) { return nullptr; };
            fhirpath::Store store;
            const auto answer = fhirpath::Expression::compile(parameter.expression)
                                    ->evaluate(resource, strict, store);
            CHECK((answer || parameter.expression.find(" as ") != std::string_view::npos));
            if (!leaves(parameter, resource).empty()) {
                hits.insert(&parameter);
            }
        }
    }
    std::printf("search parameters: %zu of %zu find something in the official examples\n",
                hits.size(), all_search_parameters().size());
    CHECK(hits.size() > 500);
}

TEST_CASE("a resource is sorted by the earliest moment it names", "[search]")
{
    const auto encounter = read_json(kEncounter);
    const auto* const date = find_search_parameter("Encounter", "date");
    REQUIRE(date != nullptr);
    CHECK(earliest(*date, encounter->root()) == span_of("2026-10-19T17:30:00-06:00")->from);
    CHECK_FALSE(
        earliest(*find_search_parameter("Encounter", "location-period"), encounter->root()));
    CHECK(folded("NÚÑEZ") == "nunez");
}
