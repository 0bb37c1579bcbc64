#include <catch2/catch.hpp>

#include "tests/contract/engines.hpp"
#include "tests/contract/samples.hpp"

using namespace contract;
using base::Errc;
using gateway::core::State;
using gateway::store::Rows;

namespace {

constexpr base::Instant kThen{1'700'000'000'000'000};

/// An exchange with its payloads, and one record of `person` that can be read.
Rows rows_about(const std::string& id, const std::string& person, std::int64_t updated = 1)
{
    auto rows = rows_of(id);
    rows.exchanges.front().received = {updated};
    rows.blobs = {{id, "source", 0, {"key", "bytes"}}, {id, "fhir", 0, {"key", "bytes"}}};
    rows.documents = {{id, {"receipt.jws", "receipt of " + id}}};
    rows.persons = {{person, "curp", "hash of " + person, kThen}};
    rows.served = {{id, 0, person, {updated}, {{"Patient", "patient-" + person, 0}}}};
    return rows;
}

Rows erasing(const std::string& id)
{
    Rows rows;
    rows.erased = {{id, kThen, "retention"}};
    return rows;
}

Rows holding(const std::string& id, const std::string& number = "AMP-118/2026")
{
    Rows rows;
    rows.holds = {{id, number, "Juzgado Quinto de Distrito", "Juicio de amparo", kThen, {}}};
    return rows;
}

Rows releasing(const std::string& id)
{
    Rows rows;
    rows.releases = {{id, "AMP-118/2026", {kThen.microseconds + 1}}};
    return rows;
}

std::string kept(gateway::store::Store& store, const std::string& after = "",
                 const std::string& until = "~", std::size_t limit = 50)
{
    std::string ids;
    const auto all = store.list_kept(after, until, limit).value();
    for (const auto& one : all) {
        ids += one.exchange.id + "@" + std::to_string(one.last_act.microseconds) + " ";
    }
    return ids;
}

}  // namespace

TEST_CASE("what is erased has no key, is not served, and its evidence stays",
          "[contract][retention]")
{
    const auto engine = GENERATE(from_range(engines()));
    CAPTURE(engine.name);
    Fresh fresh(engine);
    REQUIRE(fresh.store->commit(rows_about("e1", "ana")));
    REQUIRE(fresh.store->commit(rows_about("e2", "luz")));

    REQUIRE(fresh.store->commit(erasing("e1")));
    fresh.reopen();

    auto& store = *fresh.store;
    for (const std::string kind : {"source", "fhir"}) {
        const auto blob = store.find_blob("e1", kind, 0).value();
        REQUIRE(blob);
        CHECK(blob->sealed.wrapped_key.empty());
        CHECK(blob->sealed.bytes.empty());
    }
    CHECK(store.versions_of("Patient", "patient-ana").value().empty());
    CHECK(store.resources_of("ana", "").value().empty());
    CHECK_FALSE(store.find_person("curp", "hash of ana").value());
    CHECK(store.find_exchange("e1").value());
    CHECK(store.find_document("e1", "receipt.jws").value() == "receipt of e1");
    CHECK(store.find_blob("e2", "fhir", 0).value()->sealed.bytes == "bytes");
    CHECK(store.versions_of("Patient", "patient-luz").value().size() == 1);
    CHECK(store.find_person("curp", "hash of luz").value() == "luz");
    CHECK(kept(store) == "e2@1 ");
}

TEST_CASE("a person of whom something else is served stays in the index", "[contract][retention]")
{
    const auto engine = GENERATE(from_range(engines()));
    CAPTURE(engine.name);
    const Fresh fresh(engine);
    REQUIRE(fresh.store->commit(rows_about("e1", "ana")));
    REQUIRE(fresh.store->commit(rows_about("e2", "ana")));

    REQUIRE(fresh.store->commit(erasing("e1")));

    CHECK(fresh.store->find_person("curp", "hash of ana").value() == "ana");
    const auto versions = fresh.store->versions_of("Patient", "patient-ana").value();
    REQUIRE(versions.size() == 1);
    CHECK(versions.front().exchange == "e2");
    REQUIRE(fresh.store->commit(erasing("e2")));
    CHECK_FALSE(fresh.store->find_person("curp", "hash of ana").value());
}

TEST_CASE("records of a load are erased with their keys, every one", "[contract][retention]")
{
    const auto engine = GENERATE(from_range(engines()));
    CAPTURE(engine.name);
    const Fresh fresh(engine);
    auto rows = rows_of("e1");
    for (std::uint32_t n = 1; n <= 3; ++n) {
        const auto person = "p" + std::to_string(n);
        rows.blobs.push_back({"e1", "fhir", n, {"key", "bytes"}});
        rows.persons.push_back({person, "curp", "hash of " + person, kThen});
        rows.served.push_back(
            {"e1", n, person, {1}, {{"Patient", person, 0}, {"Encounter", "e", 1}}});
    }
    REQUIRE(fresh.store->commit(rows));

    REQUIRE(fresh.store->commit(erasing("e1")));

    const auto blobs = fresh.store->list_blobs("e1", "fhir", 0, 10).value();
    CHECK(blobs.size() == 3);
    for (const auto& blob : blobs) {
        CHECK(blob.sealed.wrapped_key.empty());
    }
    CHECK(fresh.store->versions_of("Encounter", "e").value().empty());
    CHECK_FALSE(fresh.store->find_person("curp", "hash of p3").value());
}

TEST_CASE("what an authority holds is not erased until the order is released",
          "[contract][retention]")
{
    const auto engine = GENERATE(from_range(engines()));
    CAPTURE(engine.name);
    Fresh fresh(engine);
    REQUIRE(fresh.store->commit(rows_about("e1", "ana")));
    REQUIRE(fresh.store->commit(holding("e1")));
    fresh.reopen();

    auto refused = erasing("e1");
    refused.audit = {audit_event("a1")};
    const auto erased = fresh.store->commit(refused);
    REQUIRE_FALSE(erased);
    CHECK(erased.error().code == Errc::replayed);
    CHECK(fresh.store->find_blob("e1", "fhir", 0).value()->sealed.wrapped_key == "key");
    CHECK(fresh.store->read_audit({}).value().empty());
    CHECK(kept(*fresh.store).empty());
    const auto holds = fresh.store->holds_of("e1").value();
    REQUIRE(holds.size() == 1);
    CHECK(holds.front().number == "AMP-118/2026");
    CHECK(holds.front().authority == "Juzgado Quinto de Distrito");
    CHECK(holds.front().reason == "Juicio de amparo");
    CHECK(holds.front().placed == kThen);
    CHECK_FALSE(holds.front().released);

    REQUIRE(fresh.store->commit(holding("e1", "FGR-7")));
    REQUIRE(fresh.store->commit(releasing("e1")));
    CHECK_FALSE(fresh.store->commit(erasing("e1")));  // the other order stands
    auto other = releasing("e1");
    other.releases.front().number = "FGR-7";
    REQUIRE(fresh.store->commit(other));
    CHECK(fresh.store->holds_of("e1").value().front().released);
    CHECK(kept(*fresh.store) == "e1@1 ");
    CHECK(fresh.store->commit(erasing("e1")));
}

TEST_CASE("what was erased takes no hold, and says when it was and on what ground",
          "[contract][retention]")
{
    const auto engine = GENERATE(from_range(engines()));
    CAPTURE(engine.name);
    const Fresh fresh(engine);
    REQUIRE(fresh.store->commit(rows_about("e1", "ana")));
    CHECK_FALSE(fresh.store->erasure_of("e1").value());
    REQUIRE(fresh.store->commit(erasing("e1")));

    const auto held = fresh.store->commit(holding("e1"));

    REQUIRE_FALSE(held);
    CHECK(held.error().code == Errc::replayed);
    CHECK(fresh.store->holds_of("e1").value().empty());
    const auto erasure = fresh.store->erasure_of("e1").value();
    REQUIRE(erasure);
    CHECK(erasure->at == kThen);
    CHECK(erasure->ground == "retention");
}

TEST_CASE("holds and erasures that contradict what is kept change nothing", "[contract][retention]")
{
    const auto engine = GENERATE(from_range(engines()));
    CAPTURE(engine.name);
    const Fresh fresh(engine);
    REQUIRE(fresh.store->commit(rows_about("e1", "ana")));
    const auto code = [&](const Rows& rows) { return fresh.store->commit(rows).error().code; };

    CHECK(code(releasing("e1")) == Errc::replayed);
    REQUIRE(fresh.store->commit(holding("e1")));
    CHECK(code(holding("e1")) == Errc::replayed);
    REQUIRE(fresh.store->commit(releasing("e1")));
    CHECK(code(releasing("e1")) == Errc::replayed);
    REQUIRE(fresh.store->commit(erasing("e1")));
    CHECK(code(erasing("e1")) == Errc::replayed);
    CHECK(code(holding("none")) == Errc::not_found);
    CHECK(code(erasing("none")) == Errc::not_found);
}

TEST_CASE("what keeps payloads is listed by page with the latest act of its people",
          "[contract][retention]")
{
    const auto engine = GENERATE(from_range(engines()));
    CAPTURE(engine.name);
    const Fresh fresh(engine);
    REQUIRE(fresh.store->commit(rows_about("e1", "ana", 10)));
    REQUIRE(fresh.store->commit(rows_about("e2", "luz", 20)));
    REQUIRE(fresh.store->commit(rows_about("e3", "ana", 30)));
    auto rejected = rows_of("e4");
    rejected.exchanges.front().state = State::rejected;
    REQUIRE(fresh.store->commit(rejected));
    auto nobody = rows_of("e5");
    nobody.exchanges.front().received = {50};
    REQUIRE(fresh.store->commit(nobody));

    CHECK(kept(*fresh.store) == "e1@30 e2@20 e3@30 e5@50 ");
    CHECK(kept(*fresh.store, "e1", "e5", 1) == "e2@20 ");
    CHECK(kept(*fresh.store, "e2", "e5") == "e3@30 ");
    CHECK(fresh.store->list_kept("", "e2", 9).value().front().exchange.agreement == "convenio-1|3");
}
