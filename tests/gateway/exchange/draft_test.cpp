#include "gateway/exchange/draft.hpp"

#include <catch2/catch.hpp>

#include "tests/gateway/exchange/gateway_self.hpp"

using namespace gateway;

TEST_CASE("a draft whose batch failed is sealed again for another place, with all its rows",
          "[draft]")
{
    const auto gateway = support::gateway_self();
    exchange::Draft draft;
    draft.exchange.id = "e1";
    draft.exchange.received = support::kNow;
    draft.claims.evt = "accepted";
    draft.rows.blobs.push_back({"e1", "source", 0, {"key", "bytes"}});
    draft.rows.documents.push_back({"e1", {"outcome.json", "{}"}});
    std::string leaf;
    REQUIRE(exchange::seal_draft(draft, {7, ""}, gateway, leaf));

    const auto again = exchange::seal_draft(draft, {8, ""}, gateway, leaf);

    REQUIRE(again);
    CHECK(again->blobs.size() == 1);
    CHECK(again->documents.size() == 2);
    REQUIRE(again->exchanges.size() == 1);
    CHECK(again->exchanges[0].ledger_index == 8);
    CHECK(again->exchanges[0].ledger == "puente.example/ledger-1");
}
