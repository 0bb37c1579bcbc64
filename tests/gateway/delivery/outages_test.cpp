#include "gateway/delivery/outages.hpp"

#include <catch2/catch.hpp>

using gateway::delivery::Outages;

TEST_CASE("an outage is told once at its beginning and once at its end", "[delivery]")
{
    Outages outages;
    CHECK_FALSE(outages.answered("urn:a"));

    CHECK(outages.failed("urn:a"));
    CHECK_FALSE(outages.failed("urn:a"));
    CHECK(outages.answered("urn:a"));
    CHECK_FALSE(outages.answered("urn:a"));
    CHECK(outages.failed("urn:a"));
}

TEST_CASE("the outage of one partner is not another's", "[delivery]")
{
    Outages outages;
    CHECK(outages.failed("urn:a"));
    CHECK_FALSE(outages.answered("urn:b"));
    CHECK(outages.failed("urn:b"));
    CHECK(outages.answered("urn:a"));
    CHECK_FALSE(outages.failed("urn:b"));
}
