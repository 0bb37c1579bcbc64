#include <algorithm>
#include <catch2/catch.hpp>
#include <iostream>
#include <map>
#include <pugixml.hpp>
#include <set>
#include <string>
#include <vector>

#include "fhir_models/base/text.hpp"
#include "fhir_models/r4/fhirpath/expression.hpp"
#include "fhir_models/r4/json_reader.hpp"
#include "tests/support/files.hpp"

namespace fs = std::filesystem;
using namespace fhir::r4;
using namespace fhir::r4::fhirpath;

namespace {

/// Inputs of the cases are named as XML; their JSON has another name in the collection of examples.
const std::map<std::string, std::string> kElsewhere{
    {"valueset-example-expansion", "ValueSet-example-expansion.json"},
    {"appointment-examplereq", "Appointment-examplereq.json"},
    {"explanationofbenefit-example", "ExplanationOfBenefit-EB3500.json"},
};

class Inputs {
public:
    explicit Inputs(fs::path root) : root_(std::move(root)) {}

    /// nullptr when the input is not in the collection as JSON.
    const Document* find(const std::string& name)
    {
        const auto stem = fs::path(name).stem().string();
        if (!read_.contains(stem)) {
            const auto elsewhere = kElsewhere.find(stem);
            auto path = root_ / "test-cases/r4/examples" / (stem + ".json");
            if (!fs::exists(path) && elsewhere != kElsewhere.end()) {
                path = root_ / "examples" / elsewhere->second;
            }
            if (fs::exists(path)) {
                read_.emplace(stem, *read_json(support::read_file(path)));
            }
        }
        const auto found = read_.find(stem);
        return found == read_.end() ? nullptr : &found->second;
    }

private:
    fs::path root_;
    std::map<std::string, Document> read_;
};

/// Whether a value is what the case wants: "@1974-12-25", "10 'mg'", "true".
bool is_wanted(const Value& value, const std::string& type, std::string wanted)
{
    wanted = base::trim(wanted).empty() ? wanted : std::string(base::trim(wanted));
    if (wanted.starts_with("@")) {
        wanted.erase(0, wanted.starts_with("@T") ? 2 : 1);
    }
    const auto text = fhirpath::to_text(value).value_or("(element)");
    const auto system = to_system(value);
    const auto name = base::to_lower_ascii(type_name(system));
    const bool numbers = system.is_number() && Decimal::parse(wanted) &&
                         compare(system.number, *Decimal::parse(wanted)) == 0;
    const auto exact = type_name(value);
    const bool typed = type.empty() || base::to_lower_ascii(type) == name || type == exact ||
                       (type == "decimal" && name == "integer");
    return typed && (numbers || text == wanted);
}

/// Why the case fails; empty when it passes.
std::string judge(const pugi::xml_node& test, const Document* input)
{
    const std::string text = test.child_value("expression");
    const std::string invalid = test.child("expression").attribute("invalid").value();
    const std::string mode = test.attribute("mode").value();
    Environment around;
    around.strict = invalid == "semantic" || invalid == "execution" || mode == "strict";
    around.now = *base::from_rfc3339("2026-11-21T01:30:30Z");
    Store store;
    static const Document kNothing;
    const auto expression = Expression::compile(text);
    const auto result =
        expression
            ? expression->evaluate((input != nullptr ? *input : kNothing).root(), around, store)
            : base::Result<Collection>(tl::unexpected(expression.error()));
    if (!invalid.empty()) {
        return result ? "answers instead of refusing" : "";
    }
    if (!result) {
        return base::to_line(result.error());
    }
    if (test.attribute("predicate").as_bool()) {
        const auto* const truth = test.child_value("output");
        return std::string(truth) == (result->empty() ? "false" : "true") ? "" : "predicate";
    }
    std::vector<pugi::xml_node> outputs;
    for (const auto& output : test.children("output")) {
        outputs.push_back(output);
    }
    if (outputs.size() != result->size()) {
        return std::to_string(result->size()) + " items instead of " +
               std::to_string(outputs.size());
    }
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        if (!is_wanted((*result)[i], outputs[i].attribute("type").value(),
                       outputs[i].child_value())) {
            return "gives " + fhirpath::to_json((*result)[i]).substr(0, 60) + " of type " +
                   std::string(type_name((*result)[i]));
        }
    }
    return {};
}

}  // namespace

TEST_CASE("the official FHIRPath cases of R4 pass, 97 of 100 at least", "[fhirpath]")
{
    const auto root = support::shared("fhir-r4");
    if (!root) {
        return;
    }
    pugi::xml_document cases;
    REQUIRE(cases.load_file((*root / "test-cases/r4/fhirpath/tests-fhir-r4.xml").c_str()));
    Inputs inputs(*root);
    std::size_t run = 0;
    std::size_t without_input = 0;
    std::vector<std::string> failed;
    for (const auto& group : cases.child("tests").children("group")) {
        for (const auto& test : group.children("test")) {
            const std::string file = test.attribute("inputfile").value();
            const auto* const input = file.empty() ? nullptr : inputs.find(file);
            if (!file.empty() && input == nullptr) {
                ++without_input;
                continue;
            }
            ++run;
            if (const auto why = judge(test, input); !why.empty()) {
                failed.push_back(std::string(test.attribute("name").value()) + ": " +
                                 test.child_value("expression") + "  -> " + why);
            }
        }
    }
    std::cout << "FHIRPath: " << run << " cases, " << failed.size() << " fail, " << without_input
              << " have no JSON input\n";
    for (const auto& line : failed) {
        std::cout << "  " << line << '\n';
    }
    CHECK(run > 850);
    CHECK(failed.size() * 100 <= run * 3);
}
