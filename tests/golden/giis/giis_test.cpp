#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <string>
#include <tuple>
#include <vector>

#include "fhir_models/national/identity.hpp"
#include "fhir_models/national/subject.hpp"
#include "fhir_models/r4/json_writer.hpp"
#include "fhir_models/r4/path.hpp"
#include "fhir_models/r4/validate.hpp"
#include "mapping/translate.hpp"
#include "tests/support/files.hpp"

using namespace mapping;

namespace {

constexpr auto kDay = "examples/messages/giis/CEX-OCIMB-2610.TXT";

const Translator& translator()
{
    static const auto built_in = Translator::built_in();
    REQUIRE(built_in);
    return *built_in;
}

std::vector<Translation> translate(const std::string& bytes)
{
    std::vector<Translation> records;
    const auto done = translator().translate(
        bytes, Request{}, [&](Translation&& one) { records.push_back(std::move(one)); });
    REQUIRE(done);
    return records;
}

std::vector<Translation> day()
{
    return translate(support::read_file(support::project_root() / kDay));
}

/// The resources of a type in a Bundle, in order.
std::vector<const fhir::r4::Node*> all(const Translation& record, std::string_view type)
{
    std::vector<const fhir::r4::Node*> found;
    for (const auto& entry : *record.bundle.root().find("entry")) {
        const auto* resource = entry.find("resource");
        if (resource->text_of("resourceType") == type) {
            found.push_back(resource);
        }
    }
    return found;
}

/// The only Observation whose first code is that one; nullptr when there is none.
const fhir::r4::Node* observation(const Translation& record, std::string_view code)
{
    for (const auto* one : all(record, "Observation")) {
        if (fhir::r4::get_text(*one, "code.coding.code") == code) {
            return one;
        }
    }
    return nullptr;
}

std::vector<std::string> errors(const base::Issues& issues)
{
    std::vector<std::string> found;
    for (const auto& issue : issues) {
        if (issue.severity == base::Severity::error || issue.severity == base::Severity::fatal) {
            found.push_back(issue.where + " " + issue.path + " " + issue.rule + " " +
                            issue.expected.en);
        }
    }
    return found;
}

}  // namespace

TEST_CASE("every record of the official sample files is translated whole and valid", "[giis]")
{
    const auto [name, profile, records] = GENERATE(table<std::string, std::string, std::size_t>({
        {"CEX-EJEMPLOS-2410.txt", "GIIS-B015", 11},
        {"DET-EJEMPLOS-2410.txt", "GIIS-B019", 10},
        {"LES-DFSSA-2201.txt", "GIIS-B013", 3},
        {"EGR-DFSSA-2605.TXT", "GIIS-B002", 4},
    }));
    CAPTURE(name);
    const auto path = support::shared("mexico/samples/" + name);
    if (!path) {
        return;
    }

    const auto found = translate(support::read_file(*path));

    CHECK(found.size() == records);
    for (const auto& record : found) {
        CAPTURE(record.place);
        CHECK(record.profile == profile);
        CHECK(record.leaves.parsed > 70);
        CHECK(record.leaves.reported == 0);
        CHECK(record.leaves.parsed == record.leaves.mapped + record.leaves.ignored);
        CHECK(errors(record.issues).empty());
        CHECK(errors(fhir::r4::validate(record.bundle.root())).empty());
        CHECK(errors(fhir::national::check_identity(record.bundle.root())).empty());
    }
}

TEST_CASE("invented records are the Bundles they were, byte for byte", "[giis]")
{
    const auto [source, name] = GENERATE(table<std::string, std::string>({
        {kDay, "CEX-OCIMB-2610"},
        {"tests/golden/giis/B014-OCIMB-2610.TXT", "B014-OCIMB-2610"},
        {"tests/golden/giis/B016-OCIMB-2610.TXT", "B016-OCIMB-2610"},
        {"tests/golden/giis/B017-OCIMB-2610.TXT", "B017-OCIMB-2610"},
        {"tests/golden/giis/B018-OCIMB-2610.TXT", "B018-OCIMB-2610"},
    }));
    CAPTURE(source);
    const auto golden = support::project_root() / ("tests/golden/giis/" + name + ".ndjson");
    std::string made;
    for (const auto& record : translate(support::read_file(support::project_root() / source))) {
        fhir::r4::write_json(record.bundle.root(), made);
        made += '\n';
    }
    if (std::getenv("PUENTE_WRITE_GOLDEN") != nullptr) {
        std::ofstream(golden, std::ios::binary) << made;
    }

    CHECK(made == support::read_file(golden));
}

TEST_CASE("every leaf of the invented day is mapped or ignored by a rule", "[giis]")
{
    const auto records = day();

    REQUIRE(records.size() == 8);
    for (const auto& record : records) {
        CAPTURE(record.place);
        CHECK(record.leaves.reported == 0);
        CHECK(errors(record.issues).empty());
        CHECK(errors(fhir::r4::validate(record.bundle.root())).empty());
    }
}

TEST_CASE("guides known at second hand are read whole, and their rules only warn", "[giis]")
{
    const auto [profile, broken, into, rule] =
        GENERATE(table<std::string, std::string, std::string, std::string>({
            {"GIIS-B014", "|21:40|", "|9 pm|", "GIIS-B014/24.1"},
            {"GIIS-B016", "|13|0|", "|16|0|", "GIIS-B016/7.1"},
            {"GIIS-B017", "|1&2|1|3|", "|1&1|1|3|", "GIIS-B017/49.1"},
            {"GIIS-B018", "|Z304|", "|304Z|", "GIIS-B018/39.1"},
        }));
    CAPTURE(profile);
    auto bytes = support::read_file(support::project_root() / "tests/golden/giis" /
                                    (profile.substr(5) + "-OCIMB-2610.TXT"));

    for (const auto& record : translate(bytes)) {
        CAPTURE(record.place);
        CHECK(record.profile == profile);
        CHECK(record.leaves.reported == 0);
        CHECK(record.issues.empty());
        CHECK(errors(fhir::r4::validate(record.bundle.root())).empty());
    }

    const auto at = bytes.find(broken);
    REQUIRE(at != std::string::npos);
    bytes.replace(at, broken.size(), into);
    const auto records = translate(bytes);
    const auto& issues = records.at(0).issues;
    REQUIRE_FALSE(issues.empty());
    CHECK(issues[0].rule == rule);
    CHECK(issues[0].severity == base::Severity::warning);
    CHECK(issues[0].expected.es.find("provisional") != std::string::npos);
}

TEST_CASE("an emergency visit has its comorbidities, procedures and consultants", "[giis]")
{
    const auto records = translate(
        support::read_file(support::project_root() / "tests/golden/giis/B014-OCIMB-2610.TXT"));
    const auto& visit = records.at(0);
    const auto& encounter = *all(visit, "Encounter").at(0);

    CHECK(fhir::r4::get_text(encounter, "class.code") == "EMER");
    CHECK(encounter.find("participant")->size() == 2);
    CHECK(all(visit, "Practitioner").size() == 2);
    CHECK(all(visit, "Condition").size() == 4);
    CHECK(all(visit, "MedicationStatement").size() == 2);
    CHECK(fhir::r4::get_text(*all(visit, "Procedure").at(0), "code.coding.code") == "8952");
    REQUIRE(observation(records.at(1), "planEdas") != nullptr);
    CHECK(observation(records.at(0), "planEdas") == nullptr);
}

TEST_CASE("each substance and each field of violence has its own parts", "[giis]")
{
    const auto records = translate(
        support::read_file(support::project_root() / "tests/golden/giis/B017-OCIMB-2610.TXT"));
    const auto* alcohol = observation(records.at(0), "tipoAtencionAlcohol");
    const auto* violence = observation(records.at(0), "ambitoViolencias");

    REQUIRE(alcohol != nullptr);
    CHECK(fhir::r4::get_text(*alcohol, "component[0].code.coding.code") == "tipoConsumoAlcohol");
    REQUIRE(violence != nullptr);
    CHECK(violence->find("component")->size() == 5);
    CHECK(observation(records.at(0), "tipoAtencionCannabis") == nullptr);
    CHECK(fhir::r4::get_text(*all(records.at(1), "Encounter").at(0), "class.code") == "VR");
}

TEST_CASE("only the CURP that contradicts its birth date is an error of identity", "[giis]")
{
    const auto records = day();

    for (std::size_t i = 0; i < records.size(); ++i) {
        CAPTURE(records[i].place);
        const auto issues = fhir::national::check_identity(records[i].bundle.root());
        CHECK(base::has_errors(issues) == (i == 5));
        if (i == 5) {
            REQUIRE(issues.size() == 1);
            CHECK(issues[0].code == base::Errc::identity_contradiction);
            CHECK(issues[0].rule == "curp[5]");
        }
    }
}

TEST_CASE("the generic CURP is nobody's: the row has a key of its own", "[giis]")
{
    const auto records = day();
    const auto subject = fhir::national::subject_of(records.at(4).bundle.root());

    CHECK(subject.generic_curp);
    CHECK(subject.curp.empty());
    CHECK(subject.row_key.size() == 64);
    CHECK(fhir::r4::to_json(records[4].bundle.root()).find("XXXX999999") == std::string::npos);
    CHECK(fhir::national::subject_of(records[0].bundle.root()).row_key.empty());
    CHECK(fhir::national::subject_of(day().at(4).bundle.root()).row_key == subject.row_key);
}

TEST_CASE("diagnoses are ICD-10 with the dot, and blood pressure is one panel", "[giis]")
{
    const auto records = day();
    const auto conditions = all(records.at(0), "Condition");

    REQUIRE(conditions.size() == 2);
    CHECK(fhir::r4::get_text(*conditions[0], "code.coding.code") == "E11.9");
    CHECK(fhir::r4::get_text(*conditions[1], "code.coding.code") == "I10");
    const auto* pressure = observation(records[0], "85354-9");
    REQUIRE(pressure != nullptr);
    CHECK(fhir::r4::get(*pressure, "component[0].valueQuantity.value")->text == "142");
    CHECK(fhir::r4::get(*pressure, "component[1].valueQuantity.value")->text == "88");
    CHECK(observation(records[5], "9279-1") == nullptr);
}

TEST_CASE("fasting capillary glucose has its own LOINC code", "[giis]")
{
    const auto records = day();

    REQUIRE(observation(records.at(0), "14770-2") != nullptr);
    CHECK(fhir::r4::get_text(*observation(records[0], "14770-2"), "valueQuantity.code") == "mg/dL");
}

TEST_CASE("a teleconsultation is virtual, several affiliations are several Coverages", "[giis]")
{
    const auto records = day();

    CHECK(fhir::r4::get_text(*all(records.at(6), "Encounter").at(0), "class.code") == "VR");
    CHECK(fhir::r4::get_text(*all(records.at(0), "Encounter").at(0), "class.code") == "AMB");
    CHECK(all(records.at(2), "Coverage").size() == 2);
    CHECK(all(records.at(1), "Coverage").empty());
    CHECK(all(records.at(7), "ServiceRequest").size() == 1);
}

TEST_CASE("pregnancy is one Observation with a component for each variable", "[giis]")
{
    const auto records = day();
    const auto* pregnancy = observation(records.at(1), "relacionTemporalEmbarazo");

    REQUIRE(pregnancy != nullptr);
    CHECK(pregnancy->find("component")->size() == 13);
    CHECK(observation(records.at(0), "relacionTemporalEmbarazo") == nullptr);
}

TEST_CASE("comorbidities, procedures and newborns of a discharge are resources", "[giis]")
{
    const auto path = support::shared("mexico/samples/EGR-DFSSA-2605.TXT");
    if (!path) {
        return;
    }
    const auto records = translate(support::read_file(*path));
    const auto& birth = records.at(0);

    CHECK(all(birth, "Condition").size() == 9);
    CHECK(all(birth, "Procedure").size() == 8);
    CHECK(fhir::r4::get_text(*all(birth, "Procedure").at(0), "code.coding.code") == "00G2");
    std::size_t products = 0;
    for (const auto* one : all(birth, "Observation")) {
        products += fhir::r4::get_text(*one, "code.coding.code") == "producto" ? 1U : 0U;
    }
    CHECK(products == 6);
    CHECK(fhir::r4::get_text(*all(birth, "Encounter").at(0), "class.code") == "IMP");
}

TEST_CASE("a row that breaks the guide names variable, rule and official text", "[giis]")
{
    auto bytes = support::read_file(support::project_root() / kDay);
    const auto weight = bytes.find("|81.4|166|");
    REQUIRE(weight != std::string::npos);
    bytes.replace(weight, 5, "|481.4");

    const auto found = errors(translate(bytes).at(0).issues);

    REQUIRE(found.size() == 1);
    CHECK(found[0] ==
          "row 2, column 26  GIIS-B015/26.1 1 to 400 kg with 3 decimals or fewer, or "
          "999 when unknown (GIIS-B015-04-11, variable 26 (peso))");
}

TEST_CASE("a header in another order is refused, for rows are read by position", "[giis]")
{
    const auto [column, order] = GENERATE(table<std::string, bool>({{"9", false}, {"1", true}}));
    auto bytes = support::read_file(support::project_root() / kDay);
    if (order) {  // the first name goes to the end: no name stands at its place
        const auto end = bytes.find_first_of("\r\n");
        const auto first = bytes.find('|');
        bytes = bytes.substr(first + 1, end - first - 1) + "|" + bytes.substr(0, first) +
                bytes.substr(end);
    } else {
        bytes.replace(bytes.find("CURPPACIENTE|NOMBRE|"), 20, "NOMBRE|CURPPACIENTE|");
    }
    CAPTURE(column);

    const auto done = translator().translate(
        bytes,
        Request{.format = {},
                .profile = "GIIS-B015",
                .default_zone = {},
                .undeclared_charset = {},
                .media_type = {}},
        [](Translation&&) { FAIL("a record came out of a file in another order"); });

    REQUIRE_FALSE(done);
    CHECK(done.error().code == base::Errc::malformed_source);
    CHECK(done.error().where == "row 1, column " + column);
}

TEST_CASE("one bad row among good ones is the only one refused", "[giis]")
{
    const auto [name, from, into] = GENERATE(table<std::string, std::string, std::string>({
        {"a column too few", "|81.4|166|", "|166|"},
        {"a column too many", "|81.4|166|", "|81.4|166|1|"},
        {"a day that does not exist", "|15/10/2026|", "|31/02/2026|"},
        {"a list where one value is due", "|81.4|166|", "|81.4&82|166|"},
        {"a field of a million characters", "|81.4|166|",
         "|" + std::string(1'000'000, '8') + "|166|"},
    }));
    CAPTURE(name);
    auto bytes = support::read_file(support::project_root() / kDay);
    bytes.resize(bytes.find_last_not_of("\r\n") + 1);  // and no end of the last line
    bytes.replace(bytes.find(from), from.size(), into);

    const auto records = translate(bytes);

    REQUIRE(records.size() == 8);
    for (std::size_t i = 0; i < records.size(); ++i) {
        CAPTURE(records[i].place);
        CHECK((records[i].refused() || !errors(records[i].issues).empty()) == (i == 0));
    }
}
