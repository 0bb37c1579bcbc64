#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "tests/contract/engines.hpp"
#include "tests/contract/samples.hpp"

using namespace contract;

TEST_CASE("a person keeps the first link of an identifier", "[contract]")
{
    const auto engine = GENERATE(from_range(engines()));
    CAPTURE(engine.name);
    const Fresh fresh(engine);
    gateway::store::Rows rows;
    rows.persons = {{"p1", "curp", "v", {1}}, {"p2", "curp", "v", {2}}, {"p2", "folio", "v", {3}}};

    REQUIRE(fresh.store->commit(rows));

    CHECK(fresh.store->find_person("curp", "v").value() == "p1");
    CHECK(fresh.store->find_person("folio", "v").value() == "p2");
}

TEST_CASE("the newest version of a resource is found among any number", "[contract]")
{
    const auto engine = GENERATE(from_range(engines()));
    CAPTURE(engine.name);
    const Fresh fresh(engine);
    CHECK_FALSE(fresh.store->newest_version("Patient", "r").value());
    gateway::store::Rows rows;
    for (int i = 100; i < 140; ++i) {
        const auto id = "e" + std::to_string(i);
        rows.exchanges.push_back(exchange(id));
        rows.served.push_back({id, 0, "p1", {i}, {{"Patient", "r", 0}, {"Observation", "r", 1}}});
    }
    rows.exchanges.push_back(exchange("e999"));
    rows.exchanges.back().state = gateway::core::State::open;
    rows.served.push_back({"e999", 7, "p1", {999}, {{"Patient", "r", 0}}});
    rows.served.push_back({"e139", 1, "p1", {139}, {{"Patient", "r", 3}}});

    REQUIRE(fresh.store->commit(rows));

    const auto newest = fresh.store->newest_version("Patient", "r").value();
    REQUIRE(newest);
    CHECK(newest->exchange == "e139");
    CHECK(newest->record == 1);
    CHECK(newest->entry == 3);
    CHECK(fresh.store->newest_version("Observation", "r").value()->record == 0);
    CHECK_FALSE(fresh.store->newest_version("Encounter", "r").value());
}

TEST_CASE("a resource keeps the version each exchange brought, the newest first, under its parties",
          "[contract]")
{
    const auto engine = GENERATE(from_range(engines()));
    CAPTURE(engine.name);
    const Fresh fresh(engine);
    auto rows = rows_of("e1");
    rows.exchanges.push_back(exchange("e2"));
    rows.served = {{"e1", 0, "p1", {1}, {{"Patient", "r", 0}}},
                   {"e1", 1, "p1", {2}, {{"Observation", "r", 2}}},
                   {"e2", 3, "p1", {3}, {{"Patient", "r", 4}}},
                   {"e2", 4, "", {3}, {{"Organization", "o", 0}}}};

    REQUIRE(fresh.store->commit(rows));

    const auto versions = fresh.store->versions_of("Patient", "r").value();
    REQUIRE(versions.size() == 2);
    CHECK(versions[1].exchange == "e1");
    const auto* const patient = versions.data();
    CHECK(patient->exchange == "e2");
    CHECK(patient->record == 3);
    CHECK(patient->entry == 4);
    CHECK(patient->person == "p1");
    CHECK(patient->updated == base::Instant{3});
    CHECK(patient->agreement == "convenio-1|3");
    CHECK(patient->sender == kSender);
    CHECK(patient->receiver == kReceiver);
    CHECK(fresh.store->resources_of("p1", "Observation").value().size() == 1);
    const auto all = fresh.store->resources_of("p1", "").value();
    REQUIRE(all.size() == 3);
    CHECK(all[0].exchange == "e2");  // the newest first
    CHECK(all[1].type == "Observation");
    CHECK(all[2].exchange == "e1");
    CHECK(fresh.store->resources_of("", "").value().empty());
}

TEST_CASE("ids that begin alike are told apart, and the last of two with one id counts",
          "[contract]")
{
    const auto engine = GENERATE(from_range(engines()));
    CAPTURE(engine.name);
    const Fresh fresh(engine);
    auto rows = rows_of("e1");
    rows.served = {{"e1",
                    0,
                    "p1",
                    {1},
                    {{"Observation", "01234567-89ab-1", 2},
                     {"Observation", "01234567-89ab-2", 3},
                     {"Patient", "01234567-89ab-1", 4},
                     {"Observation", "01234567-89ab-2", 5}}}};

    REQUIRE(fresh.store->commit(rows));

    const auto one = fresh.store->versions_of("Observation", "01234567-89ab-2").value();
    REQUIRE(one.size() == 1);
    CHECK(one[0].entry == 5);
    CHECK(fresh.store->versions_of("Patient", "01234567-89ab-2").value().empty());
    CHECK(fresh.store->versions_of("Patient", "01234567-89ab").value().empty());
    CHECK(fresh.store->resources_of("p1", "").value().size() == 3);
}

TEST_CASE("the ledger gives its leaves, tiles and checkpoints", "[contract]")
{
    const auto engine = GENERATE(from_range(engines()));
    CAPTURE(engine.name);
    const Fresh fresh(engine);
    auto& store = *fresh.store;
    gateway::store::Rows rows;
    rows.leaves = {{0, "zero"}, {1, std::string("o\0e", 3)}, {2, "two"}};
    rows.tiles = {{0, 0, "short"}, {1, 0, "above"}};
    REQUIRE(store.commit(rows));
    rows.leaves = {{3, "three"}};
    rows.tiles = {{0, 0, "longer"}};
    REQUIRE(store.commit(rows));

    CHECK(store.ledger_size().value() == 4);
    const auto leaves = store.leaves(1, 2).value();
    REQUIRE(leaves.size() == 2);
    CHECK(leaves[0].index == 1);
    CHECK(leaves[0].bytes == std::string("o\0e", 3));
    CHECK(store.leaves(3, 10).value().size() == 1);
    CHECK(store.tile(0, 0).value() == "longer");
    CHECK(store.tile(1, 0).value() == "above");

    REQUIRE(store.save_checkpoint(2, "note of 2"));
    REQUIRE(store.save_checkpoint(4, "note of 4"));
    CHECK(store.latest_checkpoint().value() == "note of 4");
    CHECK(store.checkpoint_covering(0).value() == "note of 2");
    CHECK(store.checkpoint_covering(1).value() == "note of 2");
    CHECK(store.checkpoint_covering(2).value() == "note of 4");
    CHECK(store.checkpoint_covering(9).value() == "note of 4");
}

TEST_CASE("the first stamped checkpoint above a leaf is found, with its own note", "[contract]")
{
    const auto engine = GENERATE(from_range(engines()));
    CAPTURE(engine.name);
    const Fresh fresh(engine);
    auto& store = *fresh.store;
    CHECK_FALSE(store.timestamp_covering(0).value());
    const std::string token("\x30\0\xff", 3);

    REQUIRE(store.save_timestamp({4, "note of 4", token}));
    REQUIRE(store.save_timestamp({9, "note of 9", "later"}));
    REQUIRE(store.save_timestamp({4, "another", "another"}));

    for (const std::uint64_t index : {0U, 3U}) {
        const auto found = store.timestamp_covering(index).value();
        REQUIRE(found);
        CHECK(found->size == 4);
        CHECK(found->note == "note of 4");
        CHECK(found->token == token);
    }
    CHECK(store.timestamp_covering(4).value()->size == 9);
    CHECK_FALSE(store.timestamp_covering(9).value());
}

TEST_CASE("the first cosigned checkpoint above a leaf is found", "[contract]")
{
    const auto engine = GENERATE(from_range(engines()));
    CAPTURE(engine.name);
    const Fresh fresh(engine);
    auto& store = *fresh.store;
    CHECK(store.cosigned_covering(0).value().empty());

    REQUIRE(store.save_cosigned(4, "note of 4"));
    REQUIRE(store.save_cosigned(9, "note of 9"));
    REQUIRE(store.save_cosigned(4, "another"));

    CHECK(store.cosigned_covering(3).value() == "note of 4");
    CHECK(store.cosigned_covering(4).value() == "note of 9");
    CHECK(store.cosigned_covering(9).value().empty());
}

TEST_CASE("what was cosigned last of a ledger only moves from where it stands", "[contract]")
{
    const auto engine = GENERATE(from_range(engines()));
    CAPTURE(engine.name);
    const Fresh fresh(engine);
    auto& store = *fresh.store;
    CHECK_FALSE(store.witnessed("w", "ledger").value());

    CHECK(store.advance_witnessed("w", "ledger", 0, {5, "root of 5", "note of 5"}).value());
    CHECK_FALSE(store.advance_witnessed("w", "ledger", 0, {7, "a fork's", "a fork's"}).value());
    CHECK_FALSE(store.advance_witnessed("w", "ledger", 4, {7, "a fork's", "a fork's"}).value());
    CHECK(store.advance_witnessed("w", "ledger", 5, {8, "root of 8", "note of 8"}).value());
    CHECK_FALSE(store.advance_witnessed("w", "ledger", 5, {9, "a fork's", "a fork's"}).value());
    CHECK(store.advance_witnessed("w", "ledger", 8, {8, "root of 8", "note of 8"}).value());

    const auto head = store.witnessed("w", "ledger").value();
    REQUIRE(head);
    CHECK(head->size == 8);
    CHECK(head->root == "root of 8");
    CHECK(head->note == "note of 8");
    CHECK_FALSE(store.witnessed("w", "another").value());
    CHECK_FALSE(store.witnessed("another", "ledger").value());
}

TEST_CASE("of many who move what was cosigned last from one place, one does", "[contract]")
{
    const auto engine = GENERATE(from_range(engines()));
    CAPTURE(engine.name);
    const Fresh fresh(engine);
    auto& store = *fresh.store;
    for (const std::uint64_t from : {0U, 10U}) {
        std::atomic<int> moved = 0;
        std::vector<std::thread> threads;
        for (std::uint64_t fork = 0; fork < 8; ++fork) {
            threads.emplace_back([&, fork] {
                const auto name = "fork " + std::to_string(fork);
                const auto done = store.advance_witnessed("w", "l", from, {from + 10, name, name});
                moved += done.value_or(false) ? 1 : 0;
            });
        }
        for (auto& thread : threads) {
            thread.join();
        }
        CHECK(moved == 1);
    }
}

TEST_CASE("audit events are read from the newest, page by page", "[contract]")
{
    const auto engine = GENERATE(from_range(engines()));
    CAPTURE(engine.name);
    const Fresh fresh(engine);
    gateway::store::Rows rows;
    rows.audit = {audit_event("a1"), audit_event("a3"), audit_event("a2")};
    REQUIRE(fresh.store->commit(rows));

    const auto newest = fresh.store->read_audit({.limit = 2}).value();
    REQUIRE(newest.size() == 2);
    CHECK(newest[0].id == "a3");
    CHECK(newest[1].id == "a2");
    const auto rest = fresh.store->read_audit({.before = "a2", .limit = 2}).value();
    REQUIRE(rest.size() == 1);
    const auto expected = audit_event("a1");
    CHECK(rest[0].kind == expected.kind);
    CHECK(rest[0].when == expected.when);
    CHECK(rest[0].agent == expected.agent);
    CHECK(rest[0].address == expected.address);
    CHECK(rest[0].purpose == expected.purpose);
    CHECK(rest[0].justification == expected.justification);
    CHECK(rest[0].agreement == expected.agreement);
    CHECK(rest[0].exchange == expected.exchange);
    CHECK(rest[0].person == expected.person);
    CHECK(rest[0].outcome == expected.outcome);
    CHECK(rest[0].entity == expected.entity);
    CHECK(rest[0].decision == expected.decision);
}

TEST_CASE("audit events are found by who, whom, under what, for what, how it ended and when",
          "[contract]")
{
    const auto engine = GENERATE(from_range(engines()));
    CAPTURE(engine.name);
    const Fresh fresh(engine);
    gateway::store::Rows rows;
    rows.audit = {audit_event("a1"), audit_event("a2")};
    auto& other = rows.audit.back();
    other.kind = gateway::core::AuditKind::denied;
    other.when = {1'800'000'000'000'000};
    other.agent = "urn:puente:institution:another";
    other.person = "another person";
    other.agreement = "another|1";
    other.exchange = "another exchange";
    other.purpose = "ETREAT";
    other.outcome = "PU-4001";
    REQUIRE(fresh.store->commit(rows));

    const auto found = [&fresh](const gateway::store::AuditFilter& filter) {
        std::string ids;
        const auto events = fresh.store->read_audit(filter).value();
        for (const auto& event : events) {
            ids += event.id;
        }
        return ids;
    };

    CHECK(found({}) == "a2a1");
    CHECK(found({.person = other.person}) == "a2");
    CHECK(found({.agent = other.agent}) == "a2");
    CHECK(found({.agreement = other.agreement}) == "a2");
    CHECK(found({.exchange = other.exchange}) == "a2");
    CHECK(found({.purpose = other.purpose}) == "a2");
    CHECK(found({.outcome = other.outcome}) == "a2");
    CHECK(found({.kind = other.kind}) == "a2");
    CHECK(found({.from = other.when}) == "a2");
    CHECK(found({.until = other.when}) == "a1");
    CHECK(found({.person = other.person, .purpose = "TREAT"}).empty());
    CHECK(found({.person = other.person, .kind = gateway::core::AuditKind::read}).empty());
}
