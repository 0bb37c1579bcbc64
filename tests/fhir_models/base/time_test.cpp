#include "fhir_models/base/time.hpp"

#include <catch2/catch.hpp>

TEST_CASE("RFC 3339 is read with its zone and written in UTC", "[base]")
{
    const auto noon = base::from_rfc3339("2024-02-29T12:00:00.250-06:00");
    REQUIRE(noon);
    CHECK(base::to_rfc3339(*noon) == "2024-02-29T18:00:00.250Z");
    CHECK(base::to_rfc3339(base::from_seconds(0)) == "1970-01-01T00:00:00.000Z");
    CHECK_FALSE(base::from_rfc3339("2023-02-29T12:00:00Z"));
    CHECK_FALSE(base::from_rfc3339("2024-02-29T12:00:00"));
    CHECK_FALSE(base::from_rfc3339("2024-02-29T24:00:00Z"));
    CHECK_FALSE(base::from_rfc3339("2024-02-29T12:00:00.Z"));
}

TEST_CASE("only days that exist are dates, and age counts birthdays", "[base]")
{
    CHECK(base::date_from_iso("2000-02-29"));
    CHECK_FALSE(base::date_from_iso("1900-02-29"));
    CHECK_FALSE(base::date_from_iso("2000-13-01"));
    CHECK(base::years_between({2000, 2, 29}, {2018, 2, 28}) == 17);
    CHECK(base::years_between({2000, 2, 29}, {2018, 3, 1}) == 18);
    CHECK(base::to_iso({987, 1, 5}) == "0987-01-05");
}
