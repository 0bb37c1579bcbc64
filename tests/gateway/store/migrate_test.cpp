#include <catch2/catch.hpp>

#include "gateway/store/sqlite/connection.hpp"
#include "gateway/store/store.hpp"
#include "tests/support/files.hpp"

using gateway::store::sqlite::Connection;

TEST_CASE("a store of the first version is brought forward with what it holds", "[store]")
{
    const support::TempDir folder;
    const auto path = (folder / "old.sqlite").string();
    {
        auto old = Connection::open(path, Connection::Mode::write).value();
        const auto schema =
            support::read_file(support::project_root() / "gateway/store/sqlite/schema/001.sql");
        REQUIRE(old.execute(schema + "pragma user_version = 1;"));
        REQUIRE(
            old.execute("insert into exchange values (1, 'e1', 's', 'j', 'r', 'a|1', 'd', 'TREAT',"
                        " 'm', 'p', 'accepted', '', 7, 'in', 'out', 'key', 3, 'transport', 1, 0)"));
        REQUIRE(
            old.execute("insert into resource values ('Patient', 'p-1', 'person', 1, 0, 2, 9),"
                        " ('Observation', 'o-1', 'person', 1, 0, 3, 9)"));
        CHECK_FALSE(old.execute("update exchange set state = 'open'"));
    }

    const auto store = gateway::store::open_sqlite(path);

    REQUIRE(store);
    const auto kept = (*store)->find_exchange("e1").value().value();
    CHECK(kept.ledger_index == 3);
    const auto patient = (*store)->versions_of("Patient", "p-1").value();
    REQUIRE(patient.size() == 1);
    CHECK(patient[0].exchange == "e1");
    CHECK(patient[0].entry == 2);
    CHECK(patient[0].updated == base::Instant{9});
    CHECK((*store)->resources_of("person", "").value().size() == 2);
    gateway::store::Rows rows;
    rows.exchanges.push_back(kept);
    rows.exchanges[0].id = "e2";
    rows.exchanges[0].jti = "j2";
    rows.exchanges[0].state = gateway::core::State::open;
    CHECK((*store)->commit(rows));
}
