#include "fhir_models/national/minimum_dataset.hpp"

#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "fhir_models/r4/json_reader.hpp"

using namespace fhir;

namespace {

base::Issues check(std::string_view json)
{
    const auto document = r4::read_json(json);
    REQUIRE(document);
    return national::check_minimum_dataset(document->root());
}

std::set<std::string> rules(const base::Issues& issues)
{
    std::set<std::string> found;
    for (const auto& issue : issues) {
        found.insert(issue.rule);
    }
    return found;
}

constexpr std::string_view kWhole = R"({"resourceType":"Patient",
    "extension":[{"url":"http://hl7.org/fhir/StructureDefinition/patient-birthPlace",
        "valueAddress":{"state":"NUEVO LEON","country":"MEX"}}],
    "identifier":[{"system":"urn:oid:2.16.840.1.113883.4.629","value":"SOTF910520MNLLRR00"}],
    "name":[{"family":"Solís","given":["María"]}],"birthDate":"1991-05-20","gender":"female",
    "address":[{"city":"0001","district":"039","state":"19"}]})";

}  // namespace

TEST_CASE("a Patient with the whole of Tabla 1 misses nothing", "[minimum]")
{
    CHECK(check(kWhole).empty());
}

TEST_CASE("each missing datum alone is a warning under its own row", "[minimum]")
{
    const auto issues = check(R"({"resourceType":"Patient",
        "identifier":[{"system":"urn:oid:2.16.840.1.113883.4.629","value":"SOTF910520MNLLRR00"}]})");

    CHECK_FALSE(base::has_errors(issues));
    CHECK(rules(issues) == std::set<std::string>{"NOM024-T1-2", "NOM024-T1-3", "NOM024-T1-5",
                                                 "NOM024-T1-6", "NOM024-T1-7", "NOM024-T1-8",
                                                 "NOM024-T1-10", "NOM024-T1-11", "NOM024-T1-12"});
    CHECK(issues[0].path == "Patient.name.given");
}

TEST_CASE("without CURP the FOLIO is asked for, and having it is enough", "[minimum]")
{
    CHECK(rules(check(R"({"resourceType":"Patient","name":[{"family":"A","given":["B"]}],
        "birthDate":"1991","gender":"female"})"))
              .contains("NOM024-T1-9"));
    const auto with = check(R"({"resourceType":"Patient","identifier":[{"value":"0042"}]})");

    CHECK_FALSE(rules(with).contains("NOM024-T1-9"));
    CHECK_FALSE(base::has_errors(with));
}

TEST_CASE("only a record that identifies nobody is an error", "[minimum]")
{
    CHECK(base::has_errors(check(R"({"resourceType":"Patient","name":[{"family":"A"}]})")));
    CHECK_FALSE(base::has_errors(check(R"({"resourceType":"Patient",
        "name":[{"family":"A","given":["B"]}],"birthDate":"1991-01-01","gender":"male"})")));
    CHECK(base::has_errors(check(R"({"resourceType":"Bundle","entry":[]})")));
}

TEST_CASE("the generic CURP is no CURP, the key of its row is a FOLIO", "[minimum]")
{
    const auto found = rules(check(R"({"resourceType":"Patient","identifier":[
        {"system":"urn:oid:2.16.840.1.113883.4.629","value":"XXXX999999XXXXXX99"},
        {"system":"https://puente.mx/fhir/NamingSystem/llave-renglon","value":"row"}]})"));

    CHECK(found.contains("NOM024-T1-1"));
    CHECK_FALSE(found.contains("NOM024-T1-9"));
    CHECK_FALSE(found.contains("NOM024-T1-0"));
}

TEST_CASE("a datum declared unknown counts as said", "[minimum]")
{
    const auto issues = check(R"({"resourceType":"Patient","identifier":[{"value":"1"}],
        "_birthDate":{"extension":[
            {"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"unknown"}]}})");

    CHECK_FALSE(rules(issues).contains("NOM024-T1-5"));
    CHECK(rules(issues).contains("NOM024-T1-6"));
}

TEST_CASE("every row has an id of its own, a source and two languages", "[minimum]")
{
    std::set<std::string_view> ids;
    for (const auto& row : national::minimum_dataset()) {
        CAPTURE(row.id);
        CHECK(ids.insert(row.id).second);
        CHECK_FALSE(row.source.empty());
        CHECK_FALSE(row.es.empty());
        CHECK_FALSE(row.en.empty());
    }
}
