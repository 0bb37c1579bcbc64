#include "mapping/hl7v2/outgoing.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "fhir_models/base/text.hpp"
#include "fhir_models/r4/path.hpp"
#include "mapping/translate.hpp"
#include "tests/support/files.hpp"

namespace {

const mapping::Translator& translator()
{
    static const auto built_in = mapping::Translator::built_in().value();
    return built_in;
}

mapping::Translation translate(std::string_view bytes)
{
    std::optional<mapping::Translation> made;
    mapping::Request request;
    request.default_zone = "-06:00";
    REQUIRE(translator().translate(bytes, request,
                                   [&](mapping::Translation&& one) { made = std::move(one); }));
    return *std::move(made);
}

std::string write(const mapping::Translation& one, std::string_view message)
{
    const auto written = translator().to_hl7v2(
        one.bundle.root(), message,
        {.time = "20261128120000-0600", .control_id = "R1", .receiver = "HS"});
    REQUIRE(written);
    return *written;
}

std::string golden(const char* name)
{
    return support::read_file(support::project_root() / "tests" / "golden" / "hl7v2" / name);
}

/// The lines of a message that begin so.
std::vector<std::string> lines(const std::string& message, std::string_view begin)
{
    std::vector<std::string> out;
    for (const auto line : base::split(message, '\r')) {
        if (line.starts_with(begin)) {
            out.emplace_back(line);
        }
    }
    return out;
}

}  // namespace

TEST_CASE("an admission goes back to a hospital that speaks only HL7 v2", "[outgoing]")
{
    const auto message = write(translate(golden("admission.hl7")), "ADT");

    CHECK(
        lines(message, "MSH") ==
        std::vector<std::string>{"MSH|^~\\&|HIS|HG|PUENTE|HS|20261128120000-0600||ADT^A01^ADT_A01|"
                                 "R1|P|2.5.1||||||UNICODE UTF-8"});
    REQUIRE(lines(message, "PID").size() == 1);
    const auto pid = lines(message, "PID").front();
    CHECK(pid.find("12345^^^HG^MR~PEPA800101MDFRRN09^^^RENAPO&2.16.840.1.113883.4.629&ISO^CURP") !=
          std::string::npos);
    CHECK(pid.find("|PRUEBA^ANA^MARÍA||19800101|F|") != std::string::npos);
    CHECK(lines(message, "PV1").front().starts_with("PV1|1|I|MED^101^A"));
    CHECK(lines(message, "DG1") ==
          std::vector<std::string>{"DG1|||E119^DIABETES MELLITUS TIPO 2^I10"});
}

TEST_CASE("each report goes back with the observations it refers to", "[outgoing]")
{
    const auto message = write(translate(golden("result.hl7")), "ORU");

    CHECK(lines(message, "OBR").size() == 2);
    CHECK(lines(message, "OBX") ==
          std::vector<std::string>{
              "OBX||NM|2345-7^GLUCOSA^LN||98|mg/dL|70-100|N|||F|||20261121100000-0600",
              "OBX||ST|5778-6^COLOR^LN||AMARILLO||||||F",
              "OBX||SN|718-7^HEMOGLOBINA^LN||>^12|g/dL|||||N"});
    CHECK(message.find("OBX||SN") > message.find("OBR||P-1|F-2"));
}

TEST_CASE("what was written is read as the same person, report and value", "[outgoing]")
{
    const auto first = translate(golden("result.hl7"));
    const auto again = translate(write(first, "ORU"));

    const auto resource = [](const mapping::Translation& one, std::string_view type) {
        for (const auto& entry : *one.bundle.root().find("entry")) {
            if (entry.find("resource")->text_of("resourceType") == type) {
                return entry.find("resource");
            }
        }
        return static_cast<const fhir::r4::Node*>(nullptr);
    };
    for (const auto* element : {"identifier.value", "name.family", "birthDate", "gender"}) {
        CHECK(fhir::r4::get_text(*resource(first, "Patient"), element) ==
              fhir::r4::get_text(*resource(again, "Patient"), element));
    }
    for (const auto* element : {"code.coding.code", "valueQuantity.unit", "status"}) {
        CHECK(fhir::r4::get_text(*resource(first, "Observation"), element) ==
              fhir::r4::get_text(*resource(again, "Observation"), element));
    }
    CHECK(resource(again, "DiagnosticReport")->find("result")->size() == 2);
}

TEST_CASE("a document goes back with its content", "[outgoing]")
{
    const auto one = translate(
        R"({"resourceType":"Bundle","type":"collection","entry":[{"resource":
        {"resourceType":"DocumentReference","status":"current","docStatus":"final",
        "type":{"coding":[{"system":"http://loinc.org","code":"18842-5","display":"Alta|egreso"}]},
        "content":[{"attachment":{"contentType":"application/pdf","data":"JVBERg=="}}]}}]})");

    const auto message = write(one, "MDM");

    CHECK(lines(message, "TXA").front().starts_with("TXA|1|18842-5^Alta\\F\\egreso^LN|"));
    CHECK(lines(message, "OBX") ==
          std::vector<std::string>{"OBX||ED|18842-5^^LN||^application^pdf^Base64^JVBERg==||||||F"});
}

TEST_CASE("a message without a table is refused, and a wrong row names its place", "[outgoing]")
{
    CHECK(translator()
              .to_hl7v2(translate(golden("result.hl7")).bundle.root(), "QBP", {})
              .error()
              .code == base::Errc::unknown_event);

    const std::vector<mapping::PackageFile> files{
        {"mx.out/package.toml",
         "name = \"mx.out\"\nversion = \"1.0.0\"\nformat = \"hl7v2\"\nlayer = \"institution\"\n"},
        {"mx.out/out.csv",
         "message,segment,each,field,repeat,value,vocab,note\n"
         "ADT,PID,,3.x,,id,,\nADT,PID,,4,,id((,,\nADT,ZZZ.OBX,,1,,id,,\nADT,PID,,5,,id,nada,\n"}};
    const auto loaded = mapping::Translator::load(files);

    REQUIRE_FALSE(loaded);
    std::vector<std::string> places;
    for (const auto& fault : loaded.error()) {
        places.push_back(fault.where);
    }
    CHECK(places == std::vector<std::string>{"mx.out/out.csv:2:4", "mx.out/out.csv:3:6",
                                             "mx.out/out.csv:4:2", "mx.out/out.csv:5:7"});
}
