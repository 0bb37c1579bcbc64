#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>

#include "gateway/app/bench.hpp"
#include "gateway/store/sqlite/connection.hpp"
#include "tests/end_to_end/world.hpp"

namespace {

using namespace end_to_end;
namespace fs = std::filesystem;
using gateway::store::sqlite::Connection;

Outcome puente_store(World& world, const std::string& what, const std::string& rest)
{
    return run(std::string(PUENTE_PROGRAM) + " store " + what + " --config " +
               (world.folder() / "gateway.toml").string() + " " + rest);
}

/// A copy of the store with what belongs to it, in a folder of its own; the anchor first, or it
/// would be ahead of the copy.
fs::path copied(World& world, const std::string& name)
{
    const auto folder = world.folder() / name;
    fs::create_directories(folder);
    for (const auto* file : {"anchor", "master.key"}) {
        fs::copy_file(world.folder() / "data" / file, folder / file);
    }
    const auto backup = puente_store(world, "backup", (folder / "puente.db").string());
    INFO(backup.out);
    REQUIRE(backup.status == 0);
    return folder;
}

Outcome check(World& world, const fs::path& folder)
{
    return puente_store(world, "check", "--data " + folder.string());
}

std::string posted(World& world, std::size_t number)
{
    const auto id = id_of(world.post(world.sign(gateway::app::invented_adt(number))));
    REQUIRE(world.wait_for(id, "completed") == "completed");
    world.evidence(id);  // not before a checkpoint covers it
    return id;
}

}  // namespace

TEST_CASE("store check names each row that was changed, by a copy while the gateway works",
          "[store]")
{
    World world;
    const auto id = posted(world, 930'001);
    auto terms = world.local().terms();
    terms.purpose = "HRESCH";
    REQUIRE(world.post(world.sign(gateway::app::invented_adt(930'002), terms)).status != 201);
    posted(world, 930'003);
    const auto whole = copied(world, "copy");

    const auto good = check(world, whole);
    INFO(good.out);
    REQUIRE(good.status == 0);
    CHECK(good.out.find("3 exchanges, 0 faults") != std::string::npos);

    const std::string row = " where id = '" + id + "'";
    const std::string of = " and exchange = (select n from exchange" + row + ")";
    const std::pair<std::string, std::string> changes[] = {
        {"update exchange set purpose = 'HRESCH'" + row, "exchange " + id + ", purpose"},
        {"update exchange set receiver = sender" + row, "exchange " + id + ", receiver"},
        {"update exchange set state = 'accepted'" + row, "exchange " + id + ", state"},
        {"update exchange set in_digest = out_digest" + row, "exchange " + id + ", in_digest"},
        {"update exchange set ledger_index = 0" + row, "exchange " + id + ", ledger_index"},
        {"delete from exchange" + row, "exchange " + id},
        {"update document set bytes = x'7b7d' where name = 'outcome.json'" + of,
         "exchange " + id + ", outcome.json"},
        {"delete from document where name = 'receipt.jws'" + of,
         "exchange " + id + ", receipt.jws"},
        {"update blob set bytes = zeroblob(length(bytes)) where kind = 'fhir'" + of,
         "exchange " + id + ", blob fhir"},
        {"update blob set wrapped_key = x'', bytes = x'' where kind = 'source'" + of,
         "exchange " + id + ", blob source"},
        {"update leaf set bytes = cast(replace(cast(bytes as text), 'TREAT', 'HTEST') as blob) "
         "where place = 1",
         "ledger, leaf 1"},
        {"update leaf set place = -1 where place = 1; update leaf set place = 1 where place = 2;"
         "update leaf set place = 2 where place = -1",
         "ledger, leaf 1"},
        {"delete from leaf where place > 1; delete from tile", "ledger, size 2"},
    };
    for (const auto& [sql, named] : changes) {
        CAPTURE(sql);
        const auto changed = world.folder() / "changed";
        fs::remove_all(changed);
        fs::copy(whole, changed);
        {
            auto database =
                Connection::open((changed / "puente.db").string(), Connection::Mode::write).value();
            REQUIRE(database.execute("pragma foreign_keys = off"));
            REQUIRE(database.execute(sql));
        }
        const auto bad = check(world, changed);
        INFO(bad.out);
        CHECK(bad.status != 0);
        CHECK(bad.out.find(named) != std::string::npos);
    }
}

TEST_CASE("yesterday's copy is refused; today's brings everything back", "[store]")
{
    World world;
    posted(world, 930'101);
    const auto yesterday = copied(world, "yesterday") / "puente.db";
    const auto id = posted(world, 930'102);
    world.local().end(SIGTERM);
    const auto today = copied(world, "today") / "puente.db";
    const auto data = world.folder() / "data";

    CHECK(puente_store(world, "restore", today.string()).status != 0);  // one is there
    for (const auto* file : {"puente.db", "puente.db-wal", "puente.db-shm"}) {
        fs::remove(data / file);
    }
    const auto old = puente_store(world, "restore", yesterday.string());
    INFO(old.out);
    CHECK(old.status != 0);
    CHECK(old.out.find("ledger, size") != std::string::npos);
    CHECK_FALSE(fs::exists(data / "puente.db"));

    fs::copy_file(yesterday, data / "puente.db");  // by hand, past restore
    CHECK_FALSE(world.local().start());
    fs::remove(data / "puente.db");

    const auto restored = puente_store(world, "restore", today.string());
    INFO(restored.out);
    REQUIRE(restored.status == 0);
    REQUIRE(world.local().start());
    CHECK(world.wait_for(id, "completed") == "completed");
    CHECK_FALSE(world.evidence(id).empty());
}
