#include "gateway/runtime/snapshot.hpp"

#include <catch2/catch.hpp>
#include <thread>

using gateway::runtime::Snapshot;

TEST_CASE("who took a snapshot keeps it while others see the new one", "[snapshot]")
{
    Snapshot<int> current(std::make_shared<const int>(1));
    const auto taken = current.get();

    current.replace(std::make_shared<const int>(2));

    CHECK(*taken == 1);
    CHECK(*current.get() == 2);
}

TEST_CASE("readers and a writer do not see half a value", "[snapshot]")
{
    using Pair = std::pair<int, int>;
    Snapshot<Pair> current(std::make_shared<const Pair>(0, 0));
    std::thread writer([&current] {
        for (int i = 1; i <= 10'000; ++i) {
            current.replace(std::make_shared<const Pair>(i, -i));
        }
    });

    bool whole = true;
    for (int i = 0; i < 10'000; ++i) {
        const auto pair = current.get();
        whole = whole && pair->first == -pair->second;
    }
    writer.join();

    CHECK(whole);
    CHECK(current.get()->first == 10'000);
}
