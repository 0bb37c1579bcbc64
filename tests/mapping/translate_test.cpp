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
                                            const mapping::Translator& by = translator())
{
    std::vector<mapping::Translation> out;
    const auto done = by.translate(
        bytes, request(), [&](mapping::Translation&& one) { out.push_back(std::move(one)); });
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
         "disable,PID[Patient]/8,,,,,,,we write it into ZPI\n"}};
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
        for (const auto& one : translate(support::read_file(file.path()))) {
            ++records;
            CHECK(adds_up(one.leaves));
            CHECK_FALSE(base::has_errors(fhir::r4::validate(one.bundle.root())));
            shares.push_back(1.0 - double(one.leaves.reported) / one.leaves.parsed);
        }
    }
    std::ranges::sort(shares);
    CHECK(records >= 298);
    CHECK(shares[shares.size() / 2] >= 0.90);
}
