#include <algorithm>
#include <catch2/catch.hpp>
#include <string>

#include "tests/support/files.hpp"

namespace fs = std::filesystem;

TEST_CASE("a file has one subject and at most 400 lines", "[house]")
{
    for (const auto* top : {"fhir_models", "mapping", "gateway"}) {
        for (const auto& entry : fs::recursive_directory_iterator(support::project_root() / top)) {
            const auto extension = entry.path().extension();
            if (extension != ".cpp" && extension != ".hpp") {
                continue;  // .inc files are generated tables
            }
            const auto text = support::read_file(entry.path());
            INFO(entry.path().string());
            CHECK(std::ranges::count(text, '\n') <= 400);
        }
    }
}

TEST_CASE("every room has a page that says what it is", "[house]")
{
    for (const auto* top : {"fhir_models", "gateway"}) {
        for (const auto& entry : fs::directory_iterator(support::project_root() / top)) {
            if (entry.is_directory() && fs::exists(entry.path() / "CMakeLists.txt")) {
                INFO(entry.path().string());
                CHECK(fs::exists(entry.path() / "README.md"));
            }
        }
    }
}
