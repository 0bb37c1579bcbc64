#include <catch2/catch.hpp>
#include <filesystem>
#include <regex>
#include <string>
#include <vector>

#include "tests/support/files.hpp"

namespace {

/// One row of the table: `file`: name of a test in it.
struct Claim {
    std::string file;
    std::string test;
};

std::vector<Claim> claims_of(const std::string& page)
{
    static const std::regex row(R"(\| `(tests/[^`]+)`: (.*) \|)");
    std::vector<Claim> claims;
    for (std::sregex_iterator at(page.begin(), page.end(), row), end; at != end; ++at) {
        claims.push_back({(*at)[1], (*at)[2]});
    }
    return claims;
}

/// The source with the names of its tests in one line.
std::string joined(const std::string& source)
{
    static const std::regex seam("\"\\s*\\n\\s*\"");
    static const std::regex begin("TEST_CASE\\(\\s*");
    return std::regex_replace(std::regex_replace(source, seam, ""), begin, "TEST_CASE(");
}

}  // namespace

TEST_CASE("every control of the threat model names a test that exists", "[house][threats]")
{
    const auto root = support::project_root();
    const auto page = support::read_file(root / "gateway/THREATS.md");
    const auto claims = claims_of(page);
    static const std::regex rows(R"(\n\| )");
    const auto lines = std::distance(std::sregex_iterator(page.begin(), page.end(), rows), {});
    REQUIRE(claims.size() > 30);
    CHECK(static_cast<std::size_t>(lines) == claims.size() + 1);  // the head of the table

    for (const auto& claim : claims) {
        CAPTURE(claim.file, claim.test);
        REQUIRE(std::filesystem::exists(root / claim.file));
        const auto source = joined(support::read_file(root / claim.file));
        CHECK(source.find("TEST_CASE(\"" + claim.test + "\"") != std::string::npos);
    }
}
