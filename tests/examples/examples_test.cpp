#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "fhir_models/national/entries.hpp"
#include "fhir_models/national/identity.hpp"
#include "fhir_models/national/minimum_dataset.hpp"
#include "fhir_models/r4/json_writer.hpp"
#include "fhir_models/r4/validate.hpp"
#include "gateway/agreements/agreement.hpp"
#include "gateway/config/config.hpp"
#include "mapping/translate.hpp"
#include "tests/support/files.hpp"

namespace {

const std::filesystem::path kExamples = support::project_root() / "examples";

std::vector<mapping::Translation> translated(const std::string& file)
{
    static const auto translator = mapping::Translator::built_in();
    REQUIRE(translator);
    mapping::Request request;
    request.default_zone = "-06:00";
    request.profile = file.ends_with(".TXT") ? "GIIS-B015" : "";
    std::vector<mapping::Translation> records;
    const auto done = translator->translate(
        support::read_file(kExamples / "messages" / file), request,
        [&](mapping::Translation&& record) { records.push_back(std::move(record)); });
    REQUIRE(done);
    return records;
}

gateway::agreements::Agreement agreement(const std::string& name)
{
    auto bytes = support::read_file(kExamples / "agreements" / (name + ".json"));
    const std::string thumbprint = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";
    for (auto at = bytes.find("\"@"); at != std::string::npos; at = bytes.find("\"@")) {
        bytes.replace(at + 1, bytes.find('"', at + 1) - at - 1, thumbprint);
    }
    auto read = gateway::agreements::read_document(bytes);
    if (!read) {
        FAIL(base::to_line(read.error().front()));
    }
    return *std::move(read);
}

base::Issues findings(const mapping::Translation& record)
{
    auto issues = record.issues;
    for (const auto& more : {fhir::r4::validate(record.bundle.root()),
                             fhir::national::check_identity(record.bundle.root()),
                             fhir::national::check_minimum_dataset(record.bundle.root())}) {
        issues.insert(issues.end(), more.begin(), more.end());
    }
    return issues;
}

std::string told(const base::Issues& issues)
{
    std::string lines;
    for (const auto& issue : issues) {
        lines += std::string(base::to_code(issue.severity)) + " " +
                 std::string(base::info(issue.code).id) + " " + issue.where + " " + issue.path +
                 " " + issue.expected.en + "\n";
    }
    return lines;
}

}  // namespace

TEST_CASE("the sound examples become valid FHIR within their agreement", "[examples]")
{
    const auto [file, convenio] = GENERATE(table<std::string, std::string>({
        {"hl7v2/admission.hl7", "norte-sur"},
        {"hl7v2/lab-result.hl7", "norte-sur"},
        {"fhir/teleconsultation.json", "telesalud-sur"},
    }));
    CAPTURE(file);
    const auto records = translated(file);
    REQUIRE(records.size() == 1);
    REQUIRE_FALSE(records[0].refused());
    const auto issues = findings(records[0]);
    INFO(told(issues));

    CHECK_FALSE(base::has_errors(issues));
    CHECK(records[0].leaves.parsed ==
          records[0].leaves.mapped + records[0].leaves.ignored + records[0].leaves.reported);
    const auto grants = agreement(convenio).grants;
    for (const auto& entry : fhir::national::entries_of(records[0].bundle.root())) {
        const std::string type(fhir::national::type_of(entry));
        CAPTURE(type);
        CHECK(std::ranges::find(grants[0].resource_types, type) != grants[0].resource_types.end());
    }
}

TEST_CASE("the CURP of one admission contradicts its birth date", "[examples]")
{
    const auto records = translated("hl7v2/contradiction.hl7");

    REQUIRE(records.size() == 1);
    const auto issues = findings(records[0]);
    INFO(told(issues));
    REQUIRE(base::has_errors(issues));
    CHECK(base::first_error(issues).code == base::Errc::identity_contradiction);
}

TEST_CASE("the day of visits has one row to refuse and lies within its agreement", "[examples]")
{
    const auto records = translated("giis/CEX-OCIMB-2610.TXT");

    REQUIRE(records.size() == 8);
    const auto grants = agreement("valle-sur").grants;
    int refused = 0;
    for (const auto& record : records) {
        const auto issues = findings(record);
        INFO(record.place << "\n" << told(issues));
        refused += base::has_errors(issues) ? 1 : 0;
        CHECK(base::has_errors(issues) == (record.record == 6));
        for (const auto& entry : fhir::national::entries_of(record.bundle.root())) {
            const std::string type(fhir::national::type_of(entry));
            CAPTURE(type);
            CHECK(std::ranges::find(grants[0].resource_types, type) !=
                  grants[0].resource_types.end());
        }
    }
    CHECK(refused == 1);
}

TEST_CASE("the example configuration is one the gateway reads", "[examples]")
{
    const auto config = gateway::config::read_config(support::read_file(kExamples / "gateway.toml"),
                                                     "gateway.toml", "/etc/puente");

    if (!config) {
        FAIL(base::to_line(config.error().front()));
    }
    CHECK(config->institutions.size() == 5);
    CHECK(config->routes.size() == 1);
}
