#include "fhir_models/national/subject.hpp"

#include <catch2/catch.hpp>

#include "fhir_models/r4/json_reader.hpp"

using namespace fhir;

namespace {

national::Subject read(std::string_view json)
{
    const auto document = r4::read_json(json);
    REQUIRE(document);
    return national::subject_of(document->root());
}

}  // namespace

TEST_CASE("a Bundle without a Patient is about nobody", "[subject]")
{
    const auto subject = read(R"({"resourceType":"Bundle","entry":[
        {"resource":{"resourceType":"Encounter","subject":{"reference":"Patient/1"}}}]})");

    CHECK(subject.path.empty());
    CHECK(subject.curp.empty());
    CHECK(subject.folio.empty());
}

TEST_CASE("the focus of the message decides which Patient it is", "[subject]")
{
    const auto subject = read(R"({"resourceType":"Bundle","entry":[
        {"resource":{"resourceType":"MessageHeader","focus":[{"reference":"Encounter/9"},{"reference":"urn:uuid:b"}]}},
        {"fullUrl":"urn:uuid:a","resource":{"resourceType":"Patient","identifier":[{"system":"urn:oid:1.2","value":"A"}]}},
        {"fullUrl":"urn:uuid:b","resource":{"resourceType":"Patient","identifier":[{"system":"urn:oid:1.2","value":"B"}]}},
        {"resource":{"resourceType":"Encounter","subject":{"reference":"urn:uuid:a"}}}]})");

    CHECK(subject.folio == "B");
    CHECK(subject.path == "Bundle.entry[2].resource");
}

TEST_CASE("without a header the Encounter decides, by relative reference too", "[subject]")
{
    const auto subject = read(R"({"resourceType":"Bundle","entry":[
        {"resource":{"resourceType":"Patient","id":"a","identifier":[{"value":"A"}]}},
        {"resource":{"resourceType":"Patient","id":"b","identifier":[{"value":"B"}]}},
        {"resource":{"resourceType":"Encounter","subject":{"reference":"Patient/b"}}}]})");

    CHECK(subject.folio == "B");
}

TEST_CASE("CURP, NSS, FOLIO and row key are told apart by system or by type", "[subject]")
{
    const auto subject = read(R"({"resourceType":"Patient","identifier":[
        {"system":"urn:oid:2.16.840.1.113883.4.629","use":"old","value":"SOTF910521MNLLRR08"},
        {"system":"urn:oid:2.16.840.1.113883.4.629","value":"SOTF910520MNLLRR00"},
        {"system":"urn:oid:2.16.840.1.113883.4.630","value":"GODE561231GR8"},
        {"type":{"coding":[{"code":"SS"}]},"value":"12345678903"},
        {"system":"urn:oid:1.2.3","value":"visit"},
        {"assigner":{"display":"Hospital Uno"},"type":{"coding":[{"code":"MR"}]},"value":"0042"},
        {"system":"https://puente.mx/fhir/NamingSystem/llave-renglon","value":"row"}]})");

    CHECK(subject.curp == "SOTF910520MNLLRR00");
    CHECK(subject.nss == "12345678903");
    CHECK(subject.folio == "0042");
    CHECK(subject.folio_system == "Hospital Uno");
    CHECK(subject.row_key == "row");
    CHECK_FALSE(subject.generic_curp);
    CHECK(subject.path == "Patient");
}

TEST_CASE("the generic CURP, written out or absent with a reason, is nobody's", "[subject]")
{
    const auto* json = GENERATE(
        R"({"resourceType":"Patient","identifier":[
            {"system":"urn:oid:2.16.840.1.113883.4.629","value":"XXXX999999XXXXXX99"}]})",
        R"({"resourceType":"Patient","identifier":[
            {"system":"urn:oid:2.16.840.1.113883.4.629","_value":{"extension":[
             {"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"unknown"}]}}]})");

    const auto subject = read(json);

    CHECK(subject.curp.empty());
    CHECK(subject.generic_curp);
}
