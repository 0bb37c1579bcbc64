#include <catch2/catch.hpp>

#include "tests/contract/engines.hpp"
#include "tests/contract/samples.hpp"

using namespace contract;
using base::Errc;
using gateway::core::State;

TEST_CASE("what was committed is found again, whole, after the store is opened anew", "[contract]")
{
    const auto engine = GENERATE(from_range(engines()));
    CAPTURE(engine.name);
    Fresh fresh(engine);
    auto rows = rows_of("e1");
    rows.documents = {{"e1", {"request.jws", "a.b.c"}}, {"e1", {"receipt.jws", {"\0d\xff", 3}}}};
    rows.blobs = {{"e1", "source", 0, {std::string(60, '\0'), std::string("\0\x01\xfe", 3)}},
                  {"e1", "fhir", 2, {"key", "bytes"}}};
    REQUIRE(fresh.store->commit(rows));

    fresh.reopen();

    const auto found = fresh.store->find_exchange("e1").value();
    REQUIRE(found);
    CHECK(to_text(*found) == to_text(rows.exchanges[0]));
    const auto documents = fresh.store->documents("e1").value();
    REQUIRE(documents.size() == 2);
    CHECK(documents[0].name == "request.jws");
    CHECK(documents[1].bytes == std::string("\0d\xff", 3));
    CHECK(fresh.store->find_document("e1", "request.jws").value() == "a.b.c");
    CHECK_FALSE(fresh.store->find_document("e1", "delivery.jws").value());
    const auto source = fresh.store->find_blob("e1", "source", 0).value();
    REQUIRE(source);
    CHECK(source->sealed.wrapped_key == std::string(60, '\0'));
    CHECK(source->sealed.bytes == std::string("\0\x01\xfe", 3));
    const auto fhir = fresh.store->find_blob("e1", "fhir", 2).value();
    REQUIRE(fhir);
    CHECK(fhir->sealed.bytes == "bytes");
}

TEST_CASE("what many exchanges share is kept once, as it came first", "[contract]")
{
    const auto engine = GENERATE(from_range(engines()));
    CAPTURE(engine.name);
    const Fresh fresh(engine);
    gateway::store::Rows rows;
    rows.shared = {{"certificate/x", {"certificate.pem", "first"}},
                   {"agreement/y", {"agreement.json", "{}"}}};
    REQUIRE(fresh.store->commit(rows));
    rows.shared = {{"certificate/x", {"certificate.pem", "second"}}};
    REQUIRE(fresh.store->commit(rows));

    const auto kept = fresh.store->shared_documents("certificate/x").value();
    REQUIRE(kept.size() == 1);
    CHECK(kept[0].bytes == "first");
    CHECK(fresh.store->shared_documents("certificate/z").value().empty());
}

TEST_CASE("what was never committed is absent, not an error", "[contract]")
{
    const auto engine = GENERATE(from_range(engines()));
    CAPTURE(engine.name);
    const Fresh fresh(engine);
    auto& store = *fresh.store;

    CHECK_FALSE(store.find_exchange("e1").value().has_value());
    CHECK_FALSE(store.find_request(kSender, "j").value().has_value());
    CHECK_FALSE(store.find_blob("e1", "source", 0).value().has_value());
    CHECK_FALSE(store.find_person("system", "value").value().has_value());
    CHECK(store.versions_of("Patient", "p").value().empty());
    CHECK_FALSE(store.next_due().value().has_value());
    CHECK(store.documents("e1").value().empty());
    CHECK(store.list_exchanges({}).value().empty());
    CHECK(store.resources_of("person", "").value().empty());
    CHECK(store.read_audit({}).value().empty());
    CHECK(store.leaves(0, 10).value().empty());
    CHECK(store.ledger_size().value() == 0);
    CHECK(store.outbox_size().value() == 0);
    CHECK(store.tile(0, 0).value().empty());
    CHECK(store.latest_checkpoint().value().empty());
    CHECK(store.checkpoint_covering(0).value().empty());
    CHECK(store.lease_due({9}, 10, 1).value().empty());
}

TEST_CASE("a request is found by its sender and its own id together", "[contract]")
{
    const auto engine = GENERATE(from_range(engines()));
    CAPTURE(engine.name);
    const Fresh fresh(engine);
    auto rows = rows_of("e1");
    rows.exchanges.push_back(exchange("e2"));
    rows.exchanges[1].jti = rows.exchanges[0].jti;
    rows.exchanges[1].sender = kReceiver;
    REQUIRE(fresh.store->commit(rows));

    CHECK(fresh.store->find_request(kSender, "jti of e1").value()->id == "e1");
    CHECK(fresh.store->find_request(kReceiver, "jti of e1").value()->id == "e2");
    CHECK_FALSE(fresh.store->find_request(kSender, "jti of e2").value().has_value());
}

TEST_CASE("exchanges whose request cannot come again do not stand in each other's way",
          "[contract]")
{
    const auto engine = GENERATE(from_range(engines()));
    CAPTURE(engine.name);
    const Fresh fresh(engine);
    auto rows = rows_of("e1");
    rows.exchanges.push_back(exchange("e2"));
    rows.exchanges[0].jti.clear();
    rows.exchanges[1].jti.clear();

    REQUIRE(fresh.store->commit(rows));

    CHECK(fresh.store->find_exchange("e1").value()->jti.empty());
    CHECK(fresh.store->list_exchanges({}).value().size() == 2);
}

TEST_CASE("one contradictory row keeps every row of its commit out", "[contract]")
{
    const auto engine = GENERATE(from_range(engines()));
    CAPTURE(engine.name);
    const Fresh fresh(engine);
    auto first = rows_of("e1");
    first.leaves = {{0, "leaf"}};
    first.documents = {{"e1", {"receipt.jws", "first"}}};
    REQUIRE(fresh.store->commit(first));

    auto rows = rows_of("e2");
    rows.documents = {{"e2", {"receipt.jws", "x"}}};
    rows.blobs = {{"e2", "source", 0, {"key", "bytes"}}};
    rows.persons = {{"p", "system", "value", {1}}};
    rows.served = {{"e2", 0, "p", {1}, {{"Patient", "p", 0}}}};
    rows.outbox = {item("e2", "partner", "p")};
    rows.audit = {audit_event("a1")};
    rows.leaves = {{1, "leaf"}};
    rows.tiles = {{0, 0, std::string(64, 't')}};
    Errc code = Errc::replayed;
    SECTION("an exchange id that exists")
    {
        rows.exchanges.push_back(exchange("e1"));
        rows.exchanges.back().jti = "other";
    }
    SECTION("a request that exists")
    {
        rows.exchanges.push_back(exchange("e3"));
        rows.exchanges.back().jti = "jti of e1";
    }
    SECTION("a document that exists")
    {
        rows.documents.push_back(first.documents[0]);
    }
    SECTION("a document of no exchange")
    {
        rows.documents.push_back({"e9", {"receipt.jws", "x"}});
        code = Errc::not_found;
    }
    SECTION("a second item of one exchange")
    {
        rows.outbox.push_back(item("e2", "other", "p"));
    }
    SECTION("a transition from another state")
    {
        rows.transitions = {{"e1", State::dead, State::accepted, ""}};
    }
    SECTION("what a record brought, a second time")
    {
        rows.served.push_back(rows.served[0]);
    }
    SECTION("an audit event that exists")
    {
        rows.audit.push_back(audit_event("a1"));
    }
    SECTION("a place of the ledger that is taken")
    {
        rows.leaves.push_back({0, "other"});
        code = Errc::ledger_inconsistent;
    }

    const auto committed = fresh.store->commit(rows);

    REQUIRE_FALSE(committed);
    CHECK(committed.error().code == code);
    CHECK_FALSE(fresh.store->find_exchange("e2").value().has_value());
    CHECK(fresh.store->documents("e2").value().empty());
    CHECK_FALSE(fresh.store->find_blob("e2", "source", 0).value().has_value());
    CHECK_FALSE(fresh.store->find_person("system", "value").value().has_value());
    CHECK(fresh.store->versions_of("Patient", "p").value().empty());
    CHECK(fresh.store->outbox_size().value() == 0);
    CHECK(fresh.store->read_audit({}).value().empty());
    CHECK(fresh.store->ledger_size().value() == 1);
    CHECK(fresh.store->tile(0, 0).value().empty());
    CHECK(fresh.store->commit(rows_of("e2")));  // and the store goes on
}

TEST_CASE("an exchange changes state only from the state it is in", "[contract]")
{
    const auto engine = GENERATE(from_range(engines()));
    CAPTURE(engine.name);
    const Fresh fresh(engine);
    REQUIRE(fresh.store->commit(rows_of("e1")));
    gateway::store::Rows rows;
    rows.transitions = {{"e1", State::accepted, State::dead, "PU-9004"}};

    REQUIRE(fresh.store->commit(rows));
    const auto again = fresh.store->commit(rows);

    REQUIRE_FALSE(again);
    CHECK(again.error().code == Errc::replayed);
    CHECK(fresh.store->find_exchange("e1").value()->state == State::dead);
    CHECK(fresh.store->find_exchange("e1").value()->code == "PU-9004");
}

TEST_CASE("exchanges are listed from the newest, page by page, to their parties", "[contract]")
{
    const auto engine = GENERATE(from_range(engines()));
    CAPTURE(engine.name);
    const Fresh fresh(engine);
    gateway::store::Rows rows;
    for (int i = 0; i < 9; ++i) {
        rows.exchanges.push_back(exchange("e" + std::to_string(i)));
        auto& made = rows.exchanges.back();
        made.state = i % 3 == 0 ? State::rejected : State::accepted;
        if (i % 2 == 0) {
            made.sender = "urn:a";
            made.receiver = i == 4 ? "urn:a" : "urn:b";  // to itself once
        }
    }
    REQUIRE(fresh.store->commit(rows));
    const auto list = [&](const gateway::store::ExchangeFilter& filter) {
        std::string ids;
        const auto found = fresh.store->list_exchanges(filter).value();
        for (const auto& one : found) {
            ids += one.id + " ";
        }
        return ids;
    };

    CHECK(list({}) == "e8 e7 e6 e5 e4 e3 e2 e1 e0 ");
    CHECK(list({"", {}, "", 2}) == "e8 e7 ");
    CHECK(list({"", {}, "e7", 2}) == "e6 e5 ");
    CHECK(list({"urn:a", {}, "", 50}) == "e8 e6 e4 e2 e0 ");
    CHECK(list({"urn:b", {}, "e6", 50}) == "e2 e0 ");
    CHECK(list({"urn:a", State::rejected, "", 50}) == "e6 e0 ");
    CHECK(list({"urn:a", State::accepted, "e8", 1}) == "e4 ");
    CHECK(list({"urn:nobody", {}, "", 50}).empty());
}
