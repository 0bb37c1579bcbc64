#include "fhir_models/r4/fhirpath/expression.hpp"

#include <catch2/catch.hpp>

#include "fhir_models/r4/json_reader.hpp"

using namespace fhir::r4;
using namespace fhir::r4::fhirpath;

namespace {

const Document& patient()
{
    static const auto kPatient = *read_json(
        R"({"resourceType":"Patient","active":true,"birthDate":"1980-02-03","_birthDate":{"extension":[{"url":"http://x","valueTime":"10:00:00"}]},)"
        R"("name":[{"given":["A",null],"_given":[null,{"extension":[{"url":"http://y","valueCode":"z"}]}]}],"multipleBirthInteger":2,)"
        R"("contained":[{"resourceType":"Organization","id":"o","name":"Clínica"}],"managingOrganization":{"reference":"#o"}})");
    return kPatient;
}

/// The values as JSON with blanks between them, or the error's place.
std::string answer(std::string_view text, Environment around = {})
{
    const auto expression = Expression::compile(text);
    if (!expression) {
        return "refused at " + expression.error().where;
    }
    Store store;
    const auto found = expression->evaluate(patient().root(), around, store);
    if (!found) {
        return "failed at " + found.error().where;
    }
    std::string out;
    for (const auto& value : *found) {
        out += (out.empty() ? "" : " ") + fhirpath::to_json(value);
    }
    return out;
}

}  // namespace

TEST_CASE("an expression is answered on the tree", "[fhirpath]")
{
    const auto [text, wanted] = GENERATE(table<std::string_view, std::string>({
        {"Patient.multipleBirth", "2"},
        {"multipleBirthInteger", ""},
        {"name.given.count()", "2"},
        {"name.given.where(hasValue())", "\"A\""},
        {"name.given.extension('http://y').value", "\"z\""},
        {"birthDate.extension.value", "\"10:00:00\""},
        {"birthDate + 1 year", "\"1981-02-03\""},
        {"@2024-01-31 + 1 month", "\"2024-02-29\""},
        {"managingOrganization.resolve().name", "\"Clínica\""},
        {"'Clínica'.length()", "7"},
        {"'ÁÉ'.lower()", "\"áé\""},
        {"1.10 + 0.1", "1.20"},
        {"1 / 3", "0.3333333333333333"},
        {"99999999999999999999 * 99999999999999999999", ""},
        {"today()", "\"2026-11-21\""},
        {"'a' in {}", "false"},
        {"%name", "\"x\""},
    }));
    CAPTURE(text);
    Environment around;
    around.now = *base::from_rfc3339("2026-11-21T01:30:30Z");
    around.variables.push_back({"name", Value::string("x")});

    CHECK(answer(text, around) == wanted);
}

TEST_CASE("what is no expression is refused at its place", "[fhirpath]")
{
    const auto [text, wanted] = GENERATE(table<std::string, std::string>({
        {"", "refused at character 1"},
        {"1 +", "refused at character 4"},
        {"name.", "refused at character 6"},
        {"name.nothing()", "refused at character 6"},
        {"name.first(1)", "refused at character 6"},
        {"name as Nombre", "refused at character 9"},
        {"'abc", "refused at character 1"},
        {"'\\q'", "refused at character 3"},
        {"@2015-13", "refused at character 2"},
        {"name[0", "refused at character 7"},
        {"a ? b", "refused at character 3"},
        {"%nobody", "failed at character 2"},
        {"(1 | 2) + 1", "failed at character 9"},
        {"active < 'a'", "failed at character 8"},
        {std::string(1'000'000, '('), "refused at character 201"},
        {std::string(1'000'000, '-') + "1", "refused at character 201"},
    }));
    CAPTURE(text.substr(0, 40));

    CHECK(answer(text) == wanted);
}

TEST_CASE("a pattern is the same whether it is written out or computed", "[fhirpath]")
{
    CHECK(answer("contained.name.matches('^Cl')") == "true");
    CHECK(answer("contained.name.matches('^cl')") == "false");
    CHECK(answer("contained.name.matches('^' & 'Cl')") == "true");
    CHECK(answer("contained.name.matches('^' & 'cl')") == "false");
    CHECK(answer("contained.name.matchesFull('Cl')") == "false");
    CHECK(answer("contained.name.matches('[')") == "failed at character 16");
    CHECK(answer("contained.name.matches('[' & '')") == "failed at character 16");
}

TEST_CASE("work without end is given up", "[fhirpath]")
{
    Environment around;
    around.steps = 1000;

    CHECK(answer("descendants().select(%resource.descendants().select(%resource.descendants()))",
                 around)
              .starts_with("failed"));
}
