#include "gateway/delivery/schedule.hpp"

#include <catch2/catch.hpp>

TEST_CASE("waits double to the longest, between half and the whole of it", "[delivery]")
{
    const gateway::delivery::Schedule schedule{
        .attempts = 12, .first_wait_us = 1000, .longest_wait_us = 10'000};
    const base::Instant now{5'000'000};

    CHECK(schedule.next(now, 1, 0.0).microseconds == now.microseconds + 500);
    CHECK(schedule.next(now, 1, 0.999999).microseconds <= now.microseconds + 1000);
    CHECK(schedule.next(now, 3, 0.0).microseconds == now.microseconds + 2000);
    CHECK(schedule.next(now, 5, 0.0).microseconds == now.microseconds + 5000);
    CHECK(schedule.next(now, 4'000'000'000, 0.0).microseconds == now.microseconds + 5000);
}

TEST_CASE("attempts are bounded", "[delivery]")
{
    const gateway::delivery::Schedule schedule{.attempts = 3};
    CHECK_FALSE(schedule.gives_up(2));
    CHECK(schedule.gives_up(3));
}
