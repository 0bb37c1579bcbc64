#include <catch2/catch.hpp>
#include <set>

#include "fhir_models/base/result.hpp"

TEST_CASE("every code has one row, in order, with words in both languages", "[house][catalogue]")
{
    base::Errc previous{};
    std::set<std::string_view> ids;
    for (const auto& row : base::catalogue()) {
        CAPTURE(row.id);
        CHECK(previous < row.code);
        CHECK(row.id == "PU-" + std::to_string(static_cast<int>(row.code)));
        CHECK(ids.insert(row.id).second);
        CHECK_FALSE(row.es.empty());
        CHECK_FALSE(row.en.empty());
        CHECK(&base::info(row.code) == &row);
        previous = row.code;
    }
}
