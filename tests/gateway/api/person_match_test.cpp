#include "gateway/api/person_match.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "fhir_models/r4/json_reader.hpp"

namespace {

/// A Patient with these identifiers ("system|value" in JSON), name, birth date and sex.
std::string patient(const std::string& identifiers, const std::string& family,
                    const std::string& birth, const std::string& gender)
{
    return R"({"resourceType":"Patient","identifier":[)" + identifiers +
           R"(],"name":[{"family":")" + family + R"("}],"birthDate":")" + birth +
           R"(","gender":")" + gender + R"("})";
}

const std::string kCurp =
    R"({"system":"urn:oid:2.16.840.1.113883.4.629","value":"XEXX010101MNEXXXA4"})";
const std::string kFolio = R"({"system":"urn:folio","value":"7"})";
const std::string kNss =
    R"({"system":"https://puente.mx/fhir/NamingSystem/nss","value":"12345678901"})";

gateway::api::Match match(const std::string& a, const std::string& b)
{
    const auto sought = fhir::r4::read_json(a);
    const auto kept = fhir::r4::read_json(b);
    REQUIRE(sought);
    REQUIRE(kept);
    return gateway::api::match_person(sought->root(), kept->root());
}

}  // namespace

TEST_CASE("a person is certain by CURP when nothing differs", "[api]")
{
    const auto kept = patient(kCurp, "NÚÑEZ", "1980-02-29", "female");
    const auto same = match(patient(kCurp, "Nunez", "1980-02-29", "female"), kept);
    CHECK(same.grade == "certain");
    CHECK(same.percent == 95);
    CHECK(same.reasons == std::vector<std::string>{"CURP", "family", "birthDate", "gender"});

    const auto other = match(patient(kCurp, "NÚÑEZ", "1990-01-01", "female"), kept);
    CHECK(other.grade != "certain");
    CHECK(std::ranges::count(other.reasons, "birthDate differs") == 1);
    CHECK(other.percent < same.percent);
}

TEST_CASE("an NSS alone makes nobody more than possible, and counts for nothing", "[api]")
{
    const auto kept = patient(kNss, "NÚÑEZ", "1980-02-29", "female");
    const auto with = match(kept, kept);
    const auto without = match(patient("", "NÚÑEZ", "1980-02-29", "female"), kept);
    CHECK(with.percent == without.percent);
    CHECK(with.grade == "possible");
    const auto relative = match(patient(kNss, "OTRA", "2010-01-01", "male"), kept);
    CHECK(relative.percent == 0);
    CHECK(relative.grade == "certainly-not");
}

TEST_CASE("another identifier in common is probable, not certain", "[api]")
{
    const auto kept = patient(kFolio, "NÚÑEZ", "1980-02-29", "female");
    const auto same = match(kept, kept);
    CHECK(same.grade == "probable");
    CHECK(same.reasons.front() == "identifier");
}
