#include "fhir_models/national/profiles.hpp"

#include <catch2/catch.hpp>

#include "fhir_models/base/text.hpp"
#include "fhir_models/national/identifiers.hpp"
#include "fhir_models/r4/json_reader.hpp"
#include "fhir_models/r4/validate.hpp"
#include "tests/support/files.hpp"

using namespace fhir;

namespace {

r4::Document example(std::string_view name)
{
    const auto file = support::project_root() / "examples/profiles" / (std::string(name) + ".json");
    auto document = r4::read_json(support::read_file(file));
    REQUIRE(document);
    return *std::move(document);
}

/// What base R4 and the profiles a resource names have against it.
base::Issues judge(const r4::Node& resource)
{
    auto issues = r4::validate(resource);
    const auto more = r4::check_profiles(resource, national::profiles());
    issues.insert(issues.end(), more.begin(), more.end());
    return issues;
}

bool has(const base::Issues& issues, std::string_view code, std::string_view path)
{
    for (const auto& issue : issues) {
        if (base::info(issue.code).id == code && issue.path == path &&
            issue.severity == base::Severity::error && issue.where.starts_with("@byte ") &&
            !issue.expected.es.empty() && !issue.expected.en.empty()) {
            return true;
        }
    }
    return false;
}

/// Sets the value at a JSON Pointer to that of `json`, or removes it ("-").
void put(r4::Document& document, std::string_view pointer, std::string_view json)
{
    auto* parent = &document.root();
    auto steps = base::split(pointer.substr(1), '/');
    const auto last = steps.back();
    const auto child = [](r4::Node& node, std::string_view step) {
        return node.kind == r4::Kind::array
                   ? const_cast<r4::Node*>(node.at(base::to_size(step).value()))
                   : node.find(step);
    };
    steps.pop_back();
    for (const auto step : steps) {
        parent = child(*parent, step);
        REQUIRE(parent != nullptr);
    }
    auto* const node = child(*parent, last);
    if (json == "-") {
        REQUIRE((node != nullptr && r4::Document::remove(*parent, *node)));
        return;
    }
    const auto value = r4::read_json(json);
    REQUIRE(value);
    const bool item = parent->kind == r4::Kind::array;
    auto& added = document.add_copy(*parent, item ? std::string_view() : last, value->root());
    if (node != nullptr) {  // in the place of the old one, and read from there
        auto* const next = node->next;
        const auto name = node->name;
        const auto offset = node->offset;
        r4::Document::remove(*parent, added);
        *node = added;
        node->next = next;
        node->name = name;
        node->offset = offset;
    } else {
        added.offset = parent->offset;
    }
}

}  // namespace

TEST_CASE("every example meets the profile it names", "[profiles]")
{
    for (const auto& profile : national::profiles().all()) {
        const auto url = profile.url();
        const auto document = example(url.substr(url.rfind('/') + 1));
        CAPTURE(url);

        const auto* const meta = document.root().find("meta");
        REQUIRE(meta != nullptr);
        CHECK(meta->find("profile")->first->text == url);
        CHECK(judge(document.root()).empty());
    }
}

TEST_CASE("the definitions of the profiles are R4 themselves", "[profiles]")
{
    for (const auto definition : national::profile_definitions()) {
        const auto document = r4::read_json(definition);
        REQUIRE(document);
        CAPTURE(document->root().text_of("url"));

        CHECK_FALSE(base::has_errors(r4::validate(document->root())));
    }
}

TEST_CASE("an example broken in one place is refused there", "[profiles]")
{
    const auto table = support::read_file(support::project_root() / "tests/conformance/broken.tsv");
    std::size_t rows = 0;
    for (const auto line : base::split(table, '\n')) {
        if (line.empty() || line.starts_with('#')) {
            continue;
        }
        const auto row = base::split(line, '\t');
        REQUIRE(row.size() == 5);
        CAPTURE(std::string(line));
        auto document = example(row[0]);
        put(document, row[1], row[2]);

        const auto issues = judge(document.root());

        CHECK(has(issues, row[3], row[4]));
        ++rows;
    }
    CHECK(rows > 40);
}

TEST_CASE("the profiles name the identifier systems of the house", "[profiles]")
{
    const auto& all = national::profiles();
    const auto system = [&](std::string_view name) {
        const auto url = "https://puente.mx/fhir/StructureDefinition/" + std::string(name);
        for (const auto& child : all.find(url)->root().children) {
            if (child.name == "identifier") {
                return child.slices.front().children.front().fixed->text;
            }
        }
        return std::string_view();
    };

    CHECK(system("paciente") == national::kCurpSystem);
    CHECK(system("profesional") == national::kCedulaSystem);
    CHECK(system("establecimiento") == national::kCluesSystem);
}
