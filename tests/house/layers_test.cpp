#include <catch2/catch.hpp>
#include <fstream>
#include <map>
#include <regex>
#include <string>
#include <vector>

#include "tests/support/files.hpp"

namespace {

namespace fs = std::filesystem;

/// The plan of the house: each room and its floor. A file includes its own room and lower floors.
const std::map<std::string, int> kFloors{
    // clang-format off
    {"fhir_models/base", 0},
    {"fhir_models/r4", 1},      {"fhir_models/national", 2},
    {"mapping", 3},
    {"gateway/core", 4},        {"gateway/runtime", 4},     {"gateway/config", 4},
    {"gateway/crypto", 5},
    {"gateway/evidence", 6},    {"gateway/agreements", 6},
    {"gateway/store", 7},       {"gateway/audit", 7},
    {"gateway/net", 8},
    {"gateway/exchange", 9},    {"gateway/attest", 9},
    {"gateway/api", 10},        {"gateway/delivery", 10},   {"gateway/folders", 10},   {"gateway/console", 10},
    {"gateway/opendata", 10},
    {"gateway/app", 11},
    // clang-format on
};

/// The room of a path from the root: two components of fhir_models and gateway, one of mapping.
std::string room_of(const fs::path& path)
{
    auto part = path.begin();
    const auto top = (part++)->string();
    return top == "mapping" ? top : top + "/" + part->string();
}

std::vector<fs::path> sources()
{
    std::vector<fs::path> found;
    for (const auto* top : {"fhir_models", "mapping", "gateway"}) {
        for (const auto& entry : fs::recursive_directory_iterator(support::project_root() / top)) {
            const auto extension = entry.path().extension();
            if (extension == ".cpp" || extension == ".hpp" || extension == ".inc") {
                found.push_back(fs::relative(entry.path(), support::project_root()));
            }
        }
    }
    return found;
}

}  // namespace

TEST_CASE("no file includes a room of its own floor or of a higher one", "[house]")
{
    const std::regex include(
        R"re(^\s*#include\s+"((?:fhir_models|mapping|gateway|tests)/[^"]+)")re");
    for (const auto& file : sources()) {
        const auto room = room_of(file);
        CAPTURE(room);
        REQUIRE(kFloors.contains(room));
        std::ifstream lines(support::project_root() / file);
        std::smatch match;
        for (std::string line; std::getline(lines, line);) {
            if (!std::regex_search(line, match, include)) {
                continue;
            }
            const auto other = room_of(match[1].str());
            if (other == room) {
                continue;
            }
            INFO(file.string() << " includes " << match[1].str());
            REQUIRE(kFloors.contains(other));
            CHECK(kFloors.at(other) < kFloors.at(room));
        }
    }
}

TEST_CASE("C libraries stay behind .cpp files", "[house]")
{
    const std::regex header(
        R"(^\s*#include\s+<(sqlite3|libpq-fe|openssl/|rapidjson/|pugixml|zstd))");
    for (const auto& file : sources()) {
        if (file.extension() != ".hpp") {
            continue;
        }
        std::ifstream lines(support::project_root() / file);
        for (std::string line; std::getline(lines, line);) {
            INFO(file.string() << ": " << line);
            CHECK_FALSE(std::regex_search(line, header));
        }
    }
}
