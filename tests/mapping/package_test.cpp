#include "mapping/package.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "mapping/translate.hpp"

namespace {

constexpr std::string_view kHeader = "rule,source,when,target,as,vocab,value,note\n";

std::vector<std::string> faults(const std::string& rules)
{
    const std::vector<mapping::PackageFile> files{
        {"mx.hospital/package.toml",
         "name = \"mx.hospital\"\nversion = \"1.0.0\"\nformat = \"hl7v2\"\nlayer = "
         "\"institution\"\n"},
        {"mx.hospital/rules.csv", std::string(kHeader) + rules}};
    const auto loaded = mapping::Translator::load(files);
    std::vector<std::string> out;
    if (!loaded) {
        for (const auto& issue : loaded.error()) {
            CHECK(issue.code == base::Errc::malformed_package);
            out.push_back(issue.where + " " + issue.rule);
        }
    }
    return out;
}

}  // namespace

TEST_CASE("the packages of the program load without a fault", "[package]")
{
    const auto built_in = mapping::Translator::built_in();

    REQUIRE(built_in);
    CHECK(built_in->plan_digest().size() == 64);
    CHECK(built_in->packages().front() == "hl7.v2-to-fhir|1.0.0");
}

TEST_CASE("every fault of a package is told at once, at its file, row and column", "[package]")
{
    const auto found = faults(
        "ZPI[Patient]/1,ZPI-1,,birthDay,,,,\n"
        "ZPI[Patient]/2,ZPI-2,ZPI-2 IS ODD,gender,,,,\n"
        "ZPI[Patient]/3,ZPI-3,,name,,,,\n"
        "ZPI[Patient]/4,ZPI-4,,gender,,,\"\"\"femenino\"\"\",\n"
        "ZPI[Patient]/5,ZPI-5,,,,,,\n"
        "ZPI[Patient]/6,ZPI-6,,gender,,nowhere,,\n"
        "ZPI[Patient]/7,ZPI-7,,managingOrganization->Practitioner.name,,,,\n"
        "ZPI[Patient]/1,ZPI-8,,birthDate,,,,\n"
        "ZPI[Patient]/9,,,birthDate,,,,\n"
        "ZPI[Nobody]/1,ZPI-1,,id,,,,\n"
        "ZPI[Patient]/11,ZPI-1,,identifier,CX[Nothing],,,\n"
        "ZPI[Patient]/12,ZPI-1,,active.x,,,,\n");

    CHECK(found == std::vector<std::string>{
                       "mx.hospital/rules.csv:9:1 ZPI[Patient]/1",
                       "mx.hospital/rules.csv:11:1 ZPI[Nobody]/1",
                       "mx.hospital/rules.csv:2:4 ZPI[Patient]/1",
                       "mx.hospital/rules.csv:3:3 ZPI[Patient]/2",
                       "mx.hospital/rules.csv:4:5 ZPI[Patient]/3",
                       "mx.hospital/rules.csv:5:7 ZPI[Patient]/4",
                       "mx.hospital/rules.csv:6:8 ZPI[Patient]/5",
                       "mx.hospital/rules.csv:7:6 ZPI[Patient]/6",
                       "mx.hospital/rules.csv:8:4 ZPI[Patient]/7",
                       "mx.hospital/rules.csv:10:7 ZPI[Patient]/9",
                       "mx.hospital/rules.csv:12:5 ZPI[Patient]/11",
                       "mx.hospital/rules.csv:13:4 ZPI[Patient]/12",
                   });
}

TEST_CASE("a file that is no package file is told, with what would be one", "[package]")
{
    const auto [name, text, where] = GENERATE(table<std::string, std::string, std::string>({
        {"p/rules.csv", "a,b\n1,2\n", "p/rules.csv:1:1"},
        {"p/rules.csv", "rule,source,when,target,as,vocab,value,note\n\"open", "p/rules.csv:2:1"},
        {"p/package.toml", "name = ", "p/package.toml:1:8"},
        {"p/package.toml", "[;name = 1", "p/package.toml:1:1"},
        {"p/package.toml", "name = \"p\"\nversion = \"1\"\ncolour = \"red\"\n",
         "p/package.toml:3:10"},
        {"p/codes.csv", "vocab,code,target,display,system,note\n1,2,3,4,5,6,7\n",
         "p/codes.csv:2:7"},
    }));
    CAPTURE(name, text);

    base::Issues found;
    const std::vector<mapping::PackageFile> files{{name, text}};
    (void)mapping::read_packages(files, found);

    REQUIRE_FALSE(found.empty());
    CHECK(found.front().where == where);
}
