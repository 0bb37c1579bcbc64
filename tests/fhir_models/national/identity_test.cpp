#include "fhir_models/national/identity.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "fhir_models/r4/json_reader.hpp"

using namespace fhir;

namespace {

base::Issues check(std::string_view json)
{
    const auto document = r4::read_json(json);
    REQUIRE(document);
    return national::check_identity(document->root());
}

/// A Patient with that CURP, whose other facts are Maria Fernanda's.
std::string patient(std::string_view curp, std::string_view birth_date = "1991-05-20",
                    std::string_view gender = "female", std::string_view more = "")
{
    return R"({"resourceType":"Patient","identifier":[{"system":"urn:oid:2.16.840.1.113883.4.629","value":")" +
           std::string(curp) + R"("}],"name":[{"use":"official","family":"Solís Treviño",)" +
           R"("given":["María","Fernanda"]}],"birthDate":")" + std::string(birth_date) +
           R"(","gender":")" + std::string(gender) + "\"" + std::string(more) + "}";
}

}  // namespace

TEST_CASE("a Patient whose CURP fits has nothing to say", "[identity]")
{
    CHECK(check(patient("SOTF910520MNLLRR00")).empty());
}

TEST_CASE("a CURP that contradicts the birth date is an error at the CURP", "[identity]")
{
    const auto issues = check(R"({"resourceType":"Bundle","entry":[{"resource":)" +
                              patient("SOTF910520MNLLRR00", "1991-05-21") + "}]}");

    REQUIRE(issues.size() == 1);
    CHECK(issues[0].severity == base::Severity::error);
    CHECK(issues[0].code == base::Errc::identity_contradiction);
    CHECK(issues[0].path == "Bundle.entry[0].resource.identifier[0].value");
    CHECK(issues[0].rule == "curp[5]");
}

TEST_CASE("a gender other than the CURP's is an error, an unknown one is not", "[identity]")
{
    CHECK(base::has_errors(check(patient("SOTF910520MNLLRR00", "1991-05-20", "male"))));
    CHECK(check(patient("SOTF910520MNLLRR00", "1991-05-20", "unknown")).empty());
    CHECK(check(patient("SOTF910520MNLLRR00", "1991-05-20", "other")).empty());
}

TEST_CASE("what the source said of the sex in the CURP goes before the gender", "[identity]")
{
    const auto sexo = [](std::string_view code) {
        return R"(,"extension":[{"url":"https://puente.mx/fhir/StructureDefinition/sexo-curp","valueCode":")" +
               std::string(code) + "\"}]";
    };

    CHECK(check(patient("SOTF910520MNLLRR00", "1991-05-20", "male", sexo("M"))).empty());
    CHECK(
        base::has_errors(check(patient("SOTF910520MNLLRR00", "1991-05-20", "female", sexo("X")))));
}

TEST_CASE("an entity of birth other than the CURP's is an error however it is written",
          "[identity]")
{
    const auto born = [](std::string_view state) {
        return R"(,"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/patient-birthPlace",)"
               R"("valueAddress":{"state":")" +
               std::string(state) + "\"}}]";
    };
    const auto with = [&](std::string_view state) {
        return check(patient("SOTF910520MNLLRR00", "1991-05-20", "female", born(state)));
    };

    CHECK(with("19").empty());
    CHECK(with("NL").empty());
    CHECK(with("Nuevo León").empty());
    CHECK(with("99").empty());
    CHECK(base::has_errors(with("20")));
    CHECK(base::has_errors(with("Oaxaca")));
    CHECK(base::has_errors(with("88")));
}

TEST_CASE("the surnames of the extensions go before the whole family name", "[identity]")
{
    const auto issues = check(R"({"resourceType":"Patient",
        "identifier":[{"system":"urn:oid:2.16.840.1.113883.4.629","value":"CURJ791102MVZRXL03"}],
        "name":[{"family":"De la Cruz del Río","_family":{"extension":[
          {"url":"http://hl7.org/fhir/StructureDefinition/humanname-fathers-family","valueString":"De la Cruz"},
          {"url":"http://hl7.org/fhir/StructureDefinition/humanname-mothers-family","valueString":"Vega"}]},
          "given":["Julia"]}]})");

    REQUIRE(issues.size() == 1);
    CHECK(issues[0].severity == base::Severity::warning);
    CHECK(issues[0].rule == "curp[3]");
}

TEST_CASE("the generic CURP is information, not a fault", "[identity]")
{
    const auto issues = check(patient("XXXX999999XXXXXX99"));

    REQUIRE(issues.size() == 1);
    CHECK(issues[0].code == base::Errc::generic_identifier);
    CHECK(issues[0].severity == base::Severity::information);
}

TEST_CASE("a CURP that is none is an error that does not tell it", "[identity]")
{
    const auto issues = check(patient("SOTF910520MNLLRR"));

    REQUIRE(issues.size() == 1);
    CHECK(issues[0].code == base::Errc::invalid_identifier);
    CHECK(issues[0].rule == "curp[17]");
    CHECK(issues[0].found.en == "text, length 16");
}

TEST_CASE("a CURP that was replaced is not compared with the person", "[identity]")
{
    CHECK(check(R"({"resourceType":"Patient","birthDate":"1991-05-20","identifier":[
        {"use":"old","system":"urn:oid:2.16.840.1.113883.4.629","value":"SOTF910521MNLLRR08"}]})")
              .empty());
}

TEST_CASE("a professional with the CURP of the patient is an error", "[identity]")
{
    const auto issues =
        check(R"({"resourceType":"Bundle","entry":[{"resource":)" + patient("SOTF910520MNLLRR00") +
              R"(},{"resource":{"resourceType":"Practitioner","identifier":[
        {"system":"urn:oid:2.16.840.1.113883.4.629","value":"SOTF910520MNLLRR00"}]}}]})");

    REQUIRE(issues.size() == 1);
    CHECK(issues[0].severity == base::Severity::error);
    CHECK(issues[0].path == "Bundle.entry[1].resource.identifier[0].value");
}

TEST_CASE("NSS, RFC, CLUES and cedula are checked too, their check digits warn", "[identity]")
{
    const auto issues = check(R"({"resourceType":"Organization","identifier":[
        {"system":"urn:oid:2.16.840.1.113883.4.631","value":"QTSSA003451"},
        {"system":"urn:oid:2.16.840.1.113883.4.630","value":"VACE460910SX6"},
        {"system":"https://puente.mx/fhir/NamingSystem/nss","value":"12345678904"},
        {"system":"urn:oid:2.16.840.1.113883.3.215.12.18","value":"123"},
        {"system":"urn:oid:2.16.840.1.113883.4.631","value":"ZZSSA003451"},
        {"system":"https://puente.mx/fhir/NamingSystem/nss","value":"123-45-6789"}]})");

    REQUIRE(issues.size() == 6);
    CHECK(issues[3].severity == base::Severity::error);
    CHECK(issues[5].severity ==
          base::Severity::warning);  // another country's number refuses nobody
    CHECK(issues[0].code == base::Errc::check_digit);
    CHECK(issues[1].code == base::Errc::check_digit);
    CHECK(issues[2].code == base::Errc::check_digit);
    CHECK(issues[3].code == base::Errc::invalid_identifier);
    CHECK(issues[4].code == base::Errc::invalid_identifier);
    CHECK(issues[4].path == "Organization.identifier[4].value");
}
