#include <algorithm>
#include <catch2/catch.hpp>

#include "fhir_models/r4/json_reader.hpp"
#include "fhir_models/r4/validate.hpp"

using namespace fhir::r4;
using base::Errc;

namespace {

base::Issues errors_of(const std::string& json)
{
    const auto document = read_json(json);
    REQUIRE(document);
    auto issues = validate(document->root(), Checks::all);
    std::erase_if(issues, [](const auto& issue) { return issue.severity > base::Severity::error; });
    return issues;
}

/// A document of one Composition about `reference`, with a Patient a of version 2.
std::string document(const std::string& reference)
{
    return R"({"resourceType":"Bundle","type":"document","timestamp":"2026-01-01T00:00:00Z",
        "identifier":{"system":"urn:ietf:rfc:3986","value":"urn:oid:2.16.1"},"entry":[
        {"fullUrl":"http://x.mx/Composition/c","resource":{"resourceType":"Composition","id":"c",
            "status":"final","type":{"text":"t"},"date":"2026","title":"t",
            "author":[{"display":"d"}],"subject":{"reference":")" +
           reference + R"("}}},
        {"fullUrl":"http://x.mx/Patient/a","resource":{"resourceType":"Patient","id":"a",
            "meta":{"versionId":"2"}}}]})";
}

}  // namespace

TEST_CASE("what only the text of R4 forbids is found at its element", "[validate]")
{
    const auto [json, code, path] = GENERATE(table<std::string, Errc, std::string>({
        // clang-format off
        {R"({"resourceType":"CodeSystem","status":"draft","content":"complete","supplements":"http://loinc.org"})",
            Errc::invariant, "CodeSystem"},
        {R"({"resourceType":"CodeSystem","status":"draft","content":"complete","property":[{"code":"a","type":"code"},{"code":"a","type":"code"}]})",
            Errc::invariant, "CodeSystem"},
        {R"({"resourceType":"ValueSet","status":"draft","compose":{"include":[{"system":"#cs"}]},"contained":[{"resourceType":"CodeSystem","id":"cs","status":"draft","content":"complete"}]})",
            Errc::malformed_primitive, "ValueSet.compose.include[0].system"},
        {R"({"resourceType":"SearchParameter","url":"http://x.mx/sp","name":"sp","status":"draft","description":"d","code":"c","base":["Patient"],"type":"composite","expression":"Patient"})",
            Errc::invariant, "SearchParameter"},
        {R"~({"resourceType":"SearchParameter","url":"http://x.mx/sp","name":"sp","status":"draft","description":"d","code":"c","base":["Patient"],"type":"string","expression":"Patient.name | (Organization.name)"})~",
            Errc::invariant, "SearchParameter.expression"},
        {R"({"resourceType":"Patient","identifier":[{"system":"urn:ietf:rfc:3986","value":"123"}]})",
            Errc::invariant, "Patient.identifier[0]"},
        {R"({"resourceType":"Patient","identifier":[{"system":"urn:oid:UNI","value":"1"}]})",
            Errc::malformed_primitive, "Patient.identifier[0].system"},
        {R"({"resourceType":"Patient","identifier":[{"system":"urn:uuid:68D043B5-9ECF-4559-A57A-396E0D452311","value":"1"}]})",
            Errc::malformed_primitive, "Patient.identifier[0].system"},
        {R"({"resourceType":"Patient","_gender":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"unknown"}]}})",
            Errc::code_not_in_value_set, "Patient.gender"},
        {R"({"resourceType":"QuestionnaireResponse","status":"completed","questionnaire":"Questionnaire/q"})",
            Errc::malformed_primitive, "QuestionnaireResponse.questionnaire"},
        {R"({"resourceType":"Patient","generalPractitioner":[{"reference":"Organization/1","type":"Practitioner"}]})",
            Errc::wrong_type, "Patient.generalPractitioner[0].type"},
        {R"({"resourceType":"Patient","managingOrganization":{"reference":"1"}})",
            Errc::malformed_primitive, "Patient.managingOrganization.reference"},
        {R"({"resourceType":"Patient","name":[{"family":"a","extension":[{"url":"http://hl7.org/fhir/StructureDefinition/humanname-mothers-family","valueString":"b"}]}]})",
            Errc::unknown_element, "Patient.name[0].extension[0]"},
        {R"({"resourceType":"Patient","extension":[{"url":"http://hl7.org/fhir/StructureDefinition/patient-birthPlace","valueString":"b"}]})",
            Errc::wrong_type, "Patient.extension[0].valueString"},
        {R"({"resourceType":"Patient","extension":[{"url":"http://hl7.org/fhir/StructureDefinition/patient-animal","extension":[{"url":"breed","valueCodeableConcept":{"text":"x"}}]}]})",
            Errc::cardinality, "Patient.extension[0].extension"},
        {R"({"resourceType":"Patient","maritalStatus":{"coding":[{"system":"http://hl7.org/fhir/name-use","code":"casada"}]}})",
            Errc::code_not_in_value_set, "Patient.maritalStatus.coding[0].code"},
        {R"({"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"http://x.mx/Patient/b","resource":{"resourceType":"Patient","id":"a"}}]})",
            Errc::invariant, "Bundle.entry[0].fullUrl"},
        {document("Patient/b"), Errc::broken_reference, "Bundle.entry[0].resource.subject.reference"},
        {document("Patient/a/_history/1"), Errc::broken_reference, "Bundle.entry[0].resource.subject.reference"},
        // clang-format on
    }));
    CAPTURE(json);

    const auto issues = errors_of(json);

    REQUIRE(issues.size() == 1);
    CHECK(issues[0].code == code);
    CHECK(issues[0].path == path);
}

TEST_CASE("what the text of R4 allows is left alone", "[validate]")
{
    const std::string json = GENERATE(
        as<std::string>(), document("Patient/a"), document("Patient/a/_history/2"),
        document("http://x.mx/Patient/a"),
        R"({"resourceType":"Patient","managingOrganization":{"reference":"Organization?identifier=x"}})",
        R"({"resourceType":"Patient","name":[{"family":"a","_family":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/humanname-mothers-family","valueString":"b"}]}}]})",
        R"({"resourceType":"Patient","identifier":[{"system":"urn:oid:2.16.840.1","value":"1"}]})",
        R"({"resourceType":"QuestionnaireResponse","status":"completed","questionnaire":"#q","contained":[{"resourceType":"Questionnaire","id":"q","status":"draft"}]})",
        R"({"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"http://x.mx/records/7","resource":{"resourceType":"Patient","id":"a"}}]})",
        R"({"resourceType":"ValueSet","status":"draft","compose":{"include":[{"system":"http://x.mx/cs","filter":[{"property":"p","_op":{"extension":[{"url":"http://hl7.org/fhir/5.0/StructureDefinition/extension-ValueSet.compose.include.filter.op","valueCode":"child-of"}]},"value":"v"}]}]}})");
    CAPTURE(json);

    CHECK(errors_of(json).empty());
}

TEST_CASE("a document of a hundred thousand entries is judged in linear time", "[validate]")
{
    std::string section;
    std::string entries;
    for (int i = 0; i < 100'000; ++i) {
        const auto id = std::to_string(i);
        section.append(i == 0 ? "" : ",").append(R"({"reference":"Patient/)" + id + R"("})");
        entries.append(R"(,{"fullUrl":"http://x.mx/Patient/)" + id +
                       R"(","resource":{"resourceType":"Patient","id":")" + id + R"("}})");
    }
    auto json = document("Patient/7");
    json.replace(json.find(R"("subject")"), 0, R"("section":[{"entry":[)" + section + "]}],");
    json.insert(json.rfind("]}"), entries);

    CHECK(errors_of(json).empty());
}
