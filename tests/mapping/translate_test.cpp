#include "mapping/translate.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "fhir_models/r4/json_writer.hpp"
#include "fhir_models/r4/path.hpp"
#include "fhir_models/r4/validate.hpp"
#include "tests/support/files.hpp"

namespace {

namespace fs = std::filesystem;

const mapping::Translator& translator()
{
    static const auto built_in = mapping::Translator::built_in().value();
    return built_in;
}

mapping::Request request()
{
    return {.format = {},
            .profile = {},
            .default_zone = "-06:00",
            .undeclared_charset = "windows-1252",
            .media_type = {}};
}

std::vector<mapping::Translation> translate(std::string_view bytes,
                                            const mapping::Translator& by = translator(),
                                            std::string_view zone = "-06:00")
{
    std::vector<mapping::Translation> out;
    auto asked = request();
    asked.default_zone = zone;
    const auto done = by.translate(
        bytes, asked, [&](mapping::Translation&& one) { out.push_back(std::move(one)); });
    REQUIRE(done);
    return out;
}

bool adds_up(const mapping::LeafLedger& leaves)
{
    return leaves.parsed == leaves.mapped + leaves.ignored + leaves.reported;
}

/// The first resource of a type; fails when there is none.
const fhir::r4::Node& resource(const mapping::Translation& one, std::string_view type)
{
    for (const auto& entry : *one.bundle.root().find("entry")) {
        if (entry.find("resource")->text_of("resourceType") == type) {
            return *entry.find("resource");
        }
    }
    FAIL(type);
    std::abort();
}

/// One message for tests of single rules.
std::string message(const std::string& rest)
{
    return "MSH|^~\\&|HIS|HG|P|S|20261121101500-0600||ADT^A01^ADT_A01|7|P|2.5.1\r"
           "EVN|A01|20261121101500-0600\r" +
           rest;
}

const mapping::LineageEntry* from(const std::vector<mapping::LineageEntry>& lineage,
                                  std::string_view source)
{
    const auto found = std::ranges::find_if(
        lineage, [&](const auto& entry) { return entry.source.starts_with(source); });
    return found == lineage.end() ? nullptr : &*found;
}

}  // namespace

TEST_CASE("the messages of invented people become the Bundles that stand beside them", "[golden]")
{
    const auto folder = support::project_root() / "tests" / "golden" / "hl7v2";
    const bool write = std::getenv("PUENTE_WRITE_GOLDEN") != nullptr;
    for (const auto& file : fs::directory_iterator(folder)) {
        if (file.path().extension() != ".hl7") {
            continue;
        }
        INFO(file.path().string());
        auto golden = file.path();
        golden.replace_extension(".json");
        const auto made = translate(support::read_file(file.path()));
        REQUIRE(made.size() == 1);
        const auto text = fhir::r4::to_pretty_json(made.front().bundle.root()) + "\n";
        if (write) {
            std::ofstream(golden) << text;
        }
        CHECK(text == support::read_file(golden));
        CHECK(adds_up(made.front().leaves));
        CHECK_FALSE(base::has_errors(fhir::r4::validate(made.front().bundle.root())));
    }
}

TEST_CASE("every element says which place of the message and which rule made it", "[translate]")
{
    const auto made = translate(message("PID|1||9^^^HG^MR||PRUEBA^ANA||19800102|F\r"));

    const auto lineage = made.front().lineage();

    const auto* const birth = from(lineage, "PID-7 @byte");
    REQUIRE(birth != nullptr);
    CHECK(birth->target == "Patient[0].birthDate");
    CHECK(birth->rule == "hl7.v2-to-fhir:PID[Patient]/7");
}

TEST_CASE("a leaf without a rule is reported at its place and never with its value", "[translate]")
{
    const auto made = translate(message("PID|1||9^^^HG^MR||P^A\rZZ1|secreto\r"));
    const auto& one = made.front();

    CHECK(one.leaves.reported == 1);
    const auto unknown =
        std::ranges::find(one.issues, base::Errc::unknown_segment, &base::Issue::code);
    REQUIRE(unknown != one.issues.end());
    CHECK(unknown->where.starts_with("ZZ1 @byte"));
    for (const auto& issue : one.issues) {
        CHECK(issue.found.es.find("secreto") == std::string::npos);
    }
}

TEST_CASE("a CURP keeps the national system, whoever types it", "[translate]")
{
    const auto cx = GENERATE(as<std::string>{}, "PEPA800101MDFRRN09^^^RENAPO^CURP",
                             "PEPA800101MDFRRN09^^^^CURP", "PEPA800101MDFRRN09",
                             "PEPA800101MDFRRN09^^^X&2.16.840.1.113883.4.629&ISO^CZ");
    CAPTURE(cx);

    const auto made = translate(message("PID|1||" + cx + "||P^A\r"));

    CHECK(fhir::r4::get_text(resource(made.front(), "Patient"), "identifier.system") ==
          "urn:oid:2.16.840.1.113883.4.629");
}

TEST_CASE("the same thing is one resource, however often the message says it", "[translate]")
{
    const auto made = translate(
        message("PID|1||9^^^HG^MR||P^A\rPV1|1|I|||||1^MEDICO^UNO|1^MEDICO^UNO|||||||||1^MEDICO\r"));

    std::size_t practitioners = 0;
    for (const auto& entry : *made.front().bundle.root().find("entry")) {
        practitioners += entry.find("resource")->text_of("resourceType") == "Practitioner" ? 1 : 0;
    }
    CHECK(practitioners == 1);
}

TEST_CASE("the same message gives the same ids, and the person the same in every message",
          "[translate]")
{
    const auto person = "PID|1||9^^^HG^MR||P^A\r";
    const auto first = translate(message(person));
    const auto again = translate(message(person));
    const auto other = translate(message(std::string(person) + "NTE|1||otra cosa\r"));

    CHECK(fhir::r4::to_json(first.front().bundle.root()) ==
          fhir::r4::to_json(again.front().bundle.root()));
    CHECK(resource(first.front(), "Patient").text_of("id") ==
          resource(other.front(), "Patient").text_of("id"));
    CHECK(first.front().bundle.root().text_of("id") != other.front().bundle.root().text_of("id"));
}

TEST_CASE("an explicit null is reported, not written", "[translate]")
{
    const auto made = translate(message("PID|1||9^^^HG^MR||P^A||\"\"|F\r"));

    CHECK(resource(made.front(), "Patient").find("birthDate") == nullptr);
    CHECK(made.front().leaves.reported == 1);
}

TEST_CASE("a time without zone takes the agreed one, and none is invented", "[translate]")
{
    const auto text = message("PID|1||9^^^HG^MR||P^A||||||||||||||||||||||||202611211530\r");
    const auto made = translate(text);
    CHECK(fhir::r4::get_text(resource(made.front(), "Patient"), "deceasedDateTime") ==
          "2026-11-21T15:30:00-06:00");

    std::string without;
    auto asked = request();
    asked.default_zone.clear();
    REQUIRE(translator().translate(text, asked, [&](mapping::Translation&& one) {
        without = fhir::r4::get_text(resource(one, "Patient"), "deceasedDateTime");
    }));
    CHECK(without == "2026-11-21");
}

TEST_CASE("an instant that no zone tells is absent with a reason, and the Bundle stays valid",
          "[translate]")
{
    const std::string text =
        "MSH|^~\\&|HIS|HG|P|S|20261121101500||ADT^A01^ADT_A01|7|P|2.5.1\r"
        "EVN||20261121101500\rPID|1||9^^^HG^MR||P^A\r";

    const auto without = translate(text, translator(), "");
    const auto with = translate(text, translator(), "-06:00");

    const auto& provenance = resource(without.front(), "Provenance");
    CHECK(provenance.find("recorded") == nullptr);
    CHECK(fhir::r4::get_text(provenance, "_recorded.extension.valueCode") == "unknown");
    CHECK_FALSE(base::has_errors(fhir::r4::validate(without.front().bundle.root())));
    CHECK(resource(with.front(), "Provenance").text_of("recorded") == "2026-11-21T10:15:00-06:00");
    CHECK(resource(with.front(), "Provenance").find("_recorded") == nullptr);
}

TEST_CASE("what no element of R4 can say is kept under the name of its field", "[translate]")
{
    const auto made =
        translate(message("PID|1||9^^^HG^MR||P^A\rPV1|1|I\rPV2||||||||||||||||||||||Y\r"));

    const auto& kept = resource(made.front(), "Encounter");
    CHECK(fhir::r4::get_text(kept, "extension.url") ==
          "https://puente.mx/fhir/StructureDefinition/v2-pv2-visit-protection-indicator");
    CHECK(fhir::r4::get(kept, "extension.valueBoolean")->text == "true");
    CHECK(made.front().leaves.reported == 0);
}

TEST_CASE("an end before its start is reported, not written", "[translate]")
{
    const auto made = translate(message("PID|1||9^^^HG^MR||P^A\rPV1|1|I" + std::string(42, '|') +
                                        "20261121101500-0600|20261120101500-0600\r"));

    const auto& period = *resource(made.front(), "Encounter").find("period");
    CHECK(period.find("start") != nullptr);
    CHECK(period.find("end") == nullptr);
    CHECK(std::ranges::any_of(made.front().issues, [](const auto& issue) {
        return issue.code == base::Errc::malformed_value && issue.where.starts_with("PV1-45");
    }));
}

TEST_CASE("a report refers to the observations of its group, and to no others", "[translate]")
{
    const auto made = translate(
        "MSH|^~\\&|LAB|HG|P|S|20261121101500-0600||ORU^R01^ORU_R01|7|P|2.5.1\r"
        "PID|1||9^^^HG^MR||P^A\rOBR|1|A|1|X^x^L\rOBX|1|NM|A^a^L||1||||||F\r"
        "OBX|2|NM|B^b^L||2||||||F\rOBR|2|A|2|Y^y^L\rOBX|1|NM|C^c^L||3||||||F\r");

    std::vector<std::size_t> results;
    for (const auto& entry : *made.front().bundle.root().find("entry")) {
        const auto& one = *entry.find("resource");
        if (one.text_of("resourceType") == "DiagnosticReport") {
            results.push_back(one.find("result") == nullptr ? 0 : one.find("result")->size());
        }
    }
    CHECK(results == std::vector<std::size_t>{2, 1});
}

TEST_CASE("observations outside their group do not run into one", "[translate]")
{
    const auto made = translate(
        "MSH|^~\\&|HIS|HG|P|S|20261121101500-0600||OUL^R22^OUL_R22|7|P|2.5.1\r"
        "PID|1||9^^^HG^MR||P^A\rOBX|1|NM|A^a^L||1\rOBX|2|NM|B^b^L||2\r");

    std::size_t observations = 0;
    for (const auto& entry : *made.front().bundle.root().find("entry")) {
        observations += entry.find("resource")->text_of("resourceType") == "Observation" ? 1 : 0;
    }
    CHECK(observations == 2);
}

TEST_CASE("messages the guide has no map of are made of the maps of their segments", "[translate]")
{
    const auto [event, segment, type] = GENERATE(table<std::string, std::string, std::string>({
        {"DFT^P03", "FT1|1|T1||20261121||CG|99213^Consulta^L|||1||250&MXN", "ChargeItem"},
        {"BAR^P01", "GT1|1||PRUEBA^ANA", "RelatedPerson"},
        {"RDE^O11", "RXE||387207008^Ibuprofeno^SCT|400||mg^mg^UCUM", "MedicationRequest"},
        {"RDS^O13", "RXD|1|387207008^Ibuprofeno^SCT|20261121|30", "MedicationDispense"},
        {"RAS^O17", "RXA|0|1|20261121||387207008^Ibuprofeno^SCT|400|mg",
         "MedicationAdministration"},
        {"REF^I12", "RF1|A|R|MED^Medicina^L|||R1", "ServiceRequest"},
        {"OUL^R22", "SPM|1|S1||BLD^Sangre^HL70487", "Specimen"},
        {"MFN^M02", "STF|M1|M1^^^HG|MEDICO^UNO||F", "Practitioner"},
        {"PPR^PC1", "PRB|AD|20261121|38341003^Hipertension^SCT", "Condition"},
        {"ADT^A20", "NPU|UCI^1^A^HG|O", "Location"},
        {"SIU^S17", "SCH|1|2", "Appointment"},
        {"ADT^A62", "PV1|1|I", "Encounter"},
    }));
    CAPTURE(event, segment);

    const auto made = translate("MSH|^~\\&|HIS|HG|P|S|20261121101500-0600||" + event +
                                "|7|P|2.5.1\rPID|1||9^^^HG^MR||P^A\r" + segment + "\r");

    CHECK(resource(made.front(), type).text_of("resourceType") == type);
    CHECK(made.front().leaves.reported == 0);
    CHECK_FALSE(base::has_errors(fhir::r4::validate(made.front().bundle.root())));
}

TEST_CASE("each message of a batch is a record of its own", "[translate]")
{
    const auto one = message("PID|1||9^^^HG^MR||P^A\r");

    const auto made = translate("FHS|^~\\&|HG\rBHS|^~\\&|HG\r" + one + one + "BTS|2\rFTS|1\r");

    REQUIRE(made.size() == 2);
    CHECK(made[1].place == "message 2");
    CHECK(made[1].control_id == "7");
    CHECK(adds_up(made[0].leaves));
    CHECK(made[0].leaves.reported == 0);
    CHECK(made[1].leaves.reported == 0);
}

TEST_CASE("a hospital's package maps its own segment and codes over the base", "[translate]")
{
    const std::vector<mapping::PackageFile> files{
        {"mx.hospital/package.toml",
         "name = \"mx.hospital\"\nversion = \"1.0.0\"\nformat = \"hl7v2\"\nlayer = "
         "\"institution\"\n"},
        {"mx.hospital/rules.csv",
         "rule,source,when,target,as,vocab,value,note\n"
         "*/ZPI,ZPI,,Patient[1],ZPI[Patient],,,our own segment\n"
         "ZPI[Patient]/1,ZPI-1,,gender,,sexo,,\n"
         "ZPI[Patient]/2,ZPI-2,,,,,,a number of our own\n"},
        {"mx.hospital/codes.csv", "vocab,code,target,display,system,note\nsexo,MUJER,female,,,\n"},
        {"mx.hospital/changes.csv",
         "verb,rule,source,when,target,as,vocab,value,note\n"
         "disable,PID[Patient]/8,,,,,,,we write it into ZPI\n"
         "disable,PID[Patient]/8.kx,,,,,,,we write it into ZPI\n"
         "disable,PID[Patient]/8.ky,,,,,,,we write it into ZPI\n"}};
    const auto loaded = mapping::Translator::load(files);
    REQUIRE(loaded);

    const auto made = translate(message("PID|1||9^^^HG^MR||P^A|||M\rZPI|MUJER|5\r"), *loaded);

    CHECK(resource(made.front(), "Patient").text_of("gender") == "female");
    CHECK(made.front().leaves.reported == 1);
    CHECK(loaded->plan_digest() != translator().plan_digest());
    const auto lineage = made.front().lineage();
    REQUIRE(from(lineage, "ZPI-1") != nullptr);
    CHECK(from(lineage, "ZPI-1")->rule == "mx.hospital:ZPI[Patient]/1");
}

TEST_CASE("a FHIR Bundle passes as it is, and a lone resource in a collection", "[translate]")
{
    const auto bundle = translate(R"({"resourceType":"Bundle","id":"b1","type":"collection"})");
    CHECK(bundle.front().control_id == "b1");
    CHECK(bundle.front().leaves == mapping::LeafLedger{3, 3, 0, 0});
    CHECK(bundle.front().lineage().size() == 3);

    const auto lone = translate(R"({"resourceType":"Patient","gender":"female"})");
    CHECK(resource(lone.front(), "Patient").text_of("gender") == "female");
    CHECK(lone.front().profile == "Patient");
}

TEST_CASE("ten thousand repetitions cost no more each than a few", "[translate]")
{
    std::string ids = "9^^^HG^MR";
    for (int i = 0; i < 10000; ++i) {
        ids += "~" + std::to_string(i) + "^^^HG^MR";
    }

    const auto made = translate(message("PID|1||" + ids + "||P^A\r"));

    CHECK(adds_up(made.front().leaves));
    CHECK(resource(made.front(), "Patient").find("identifier")->size() == 10000);
}

TEST_CASE("other people's messages lose no leaf and become valid R4", "[corpus]")
{
    const auto folder = support::shared("corpora");
    if (!folder) {
        return;
    }
    std::size_t records = 0;
    std::vector<double> shares;
    for (const auto& file : fs::recursive_directory_iterator(*folder)) {
        if (file.path().extension() != ".hl7") {
            continue;
        }
        INFO(file.path().string());
        for (const auto* zone : {"-06:00", ""}) {
            for (const auto& one : translate(support::read_file(file.path()), translator(), zone)) {
                ++records;
                CHECK(adds_up(one.leaves));
                CHECK_FALSE(base::has_errors(fhir::r4::validate(one.bundle.root())));
                shares.push_back(1.0 - double(one.leaves.reported) / one.leaves.parsed);
            }
        }
    }
    std::ranges::sort(shares);
    CHECK(records >= 2 * 298);
    CHECK(shares[shares.size() / 2] >= 0.95);
}
