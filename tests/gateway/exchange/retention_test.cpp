#include "gateway/exchange/retention.hpp"

#include <catch2/catch.hpp>

#include "gateway/exchange/custody.hpp"
#include "tests/contract/engines.hpp"
#include "tests/contract/samples.hpp"
#include "tests/gateway/exchange/gateway_self.hpp"

using namespace gateway;

namespace {

constexpr std::int64_t kDay = 86'400'000'000;

base::Instant at(std::string_view text)
{
    return base::from_rfc3339(text).value();
}

agreements::Agreement agreement(std::uint32_t years, const std::string& at_end)
{
    agreements::Agreement made;
    made.id = "convenio";
    made.version = "1";
    made.bytes = at_end + std::to_string(years);
    made.digest = base::sha256(made.bytes);
    made.retention_years = years;
    made.at_end = at_end;
    return made;
}

/// A node with its store, its committer and the agreements it knows.
class Node {
public:
    explicit Node(const contract::Engine& engine)
        : fresh_(engine),
          self_(support::gateway_self()),
          committer_(store::Committer::start(*fresh_.store, {}).value())
    {
    }

    /// An exchange about one person, under an agreement.
    std::string take(const std::string& person, base::Instant when,
                     const agreements::Agreement& under)
    {
        auto exchange = contract::exchange(core::new_id(when));
        exchange.received = when;
        exchange.state = core::State::completed;
        exchange.ledger = ledger;
        exchange.agreement_digest = base::to_hex(base::view(under.digest));
        store::Rows rows;
        rows.exchanges = {exchange};
        rows.blobs = {{exchange.id, "fhir", 0, {"key", "bytes"}}};
        rows.persons = {{person, "curp", "hash of " + person, when}};
        rows.served = {{exchange.id, 0, person, when, {{"Patient", "p-" + exchange.id, 0}}}};
        auto event = contract::audit_event(core::new_id(when));
        event.kind = core::AuditKind::received;
        event.exchange = exchange.id;
        event.person = person;
        rows.audit = {event};
        REQUIRE(fresh_.store->commit(rows));
        return exchange.id;
    }

    /// What is told as due, and what was erased in all.
    std::vector<std::string> retain(base::Instant now,
                                    const std::vector<agreements::Agreement>& known,
                                    bool dry_run = false)
    {
        const agreements::Book book(known);
        std::vector<std::string> due;
        const std::atomic<bool> stop = false;
        const auto tally = exchange::retain(
            book, self_, *fresh_.store, *committer_, now, dry_run,
            [&due](const exchange::Due& one) { due.push_back(one.exchange.id); }, stop);
        REQUIRE(tally);
        CHECK(tally->due == due.size());
        erased = tally->erased;
        return due;
    }

    bool is_kept(const std::string& id)
    {
        return !store().find_blob(id, "fhir", 0).value()->sealed.wrapped_key.empty();
    }

    store::Store& store() { return *fresh_.store; }

    std::string ledger = "puente.example/ledger-1";
    std::uint64_t erased = 0;

private:
    contract::Fresh fresh_;
    exchange::Self self_;
    std::unique_ptr<store::Committer> committer_;
};

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("a term of years ends on the same day of the calendar", "[retention]")
{
    CHECK(exchange::years_after(at("2026-03-15T10:20:30.5Z"), 5) == at("2031-03-15T10:20:30.5Z"));
    CHECK(exchange::years_after(at("2024-02-29T00:00:00Z"), 5) == at("2029-03-01T00:00:00Z"));
    CHECK(exchange::years_after(at("2024-02-29T00:00:00Z"), 4) == at("2028-02-29T00:00:00Z"));
}

TEST_CASE("what has served its term is erased at its end and not before", "[retention]")
{
    const auto engine = GENERATE(from_range(contract::engines()));
    CAPTURE(engine.name);
    Node node(engine);
    const auto five = agreement(5, "destroy");
    const auto id = node.take("ana", at("2020-06-01T12:00:00Z"), five);

    CHECK(node.retain(at("2025-06-01T11:59:59Z"), {five}).empty());
    CHECK(node.is_kept(id));
    CHECK(node.retain(at("2025-06-01T12:00:00Z"), {five}, true) == Ids{id});
    CHECK(node.is_kept(id));  // a dry run
    CHECK(node.erased == 0);
    CHECK(node.retain(at("2025-06-01T12:00:00Z"), {five}) == Ids{id});
    CHECK(node.erased == 1);
    CHECK_FALSE(node.is_kept(id));
    CHECK_FALSE(node.store().find_person("curp", "hash of ana").value());
    CHECK(node.retain(at("2026-06-01T12:00:00Z"), {five}).empty());

    const auto audit =
        node.store().read_audit({.exchange = id, .kind = core::AuditKind::administered}).value();
    REQUIRE(audit.size() == 1);
    CHECK(audit.front().person == "ana");
    CHECK(audit.front().entity == "erase: retention");
    const auto leaves = node.store().leaves(0, 10).value();
    REQUIRE(leaves.size() == 1);
    CHECK(leaves.front().bytes.find("\"evt\":\"erased\",\"exch\":\"" + id) != std::string::npos);
}

TEST_CASE("the term begins with the last act of the people in it", "[retention]")
{
    const auto engine = GENERATE(from_range(contract::engines()));
    CAPTURE(engine.name);
    Node node(engine);
    const auto five = agreement(5, "destroy");
    const auto first = node.take("ana", at("2020-06-01T12:00:00Z"), five);
    const auto again = node.take("ana", at("2024-06-01T12:00:00Z"), five);
    const auto other = node.take("luz", at("2020-06-02T12:00:00Z"), five);

    CHECK(node.retain(at("2026-01-01T00:00:00Z"), {five}) == Ids{other});
    CHECK(node.is_kept(first));
    CHECK(node.retain(at("2029-06-01T12:00:00Z"), {five}) == Ids{first, again});
    CHECK(node.erased == 2);
}

TEST_CASE("an agreement may ask for more years than the norm, and say what happens then",
          "[retention]")
{
    const auto engine = GENERATE(from_range(contract::engines()));
    CAPTURE(engine.name);
    Node node(engine);
    const auto ten = agreement(10, "destroy");
    const auto keep = agreement(5, "keep");
    const auto give_back = agreement(5, "return");
    const auto less = agreement(1, "destroy");  // no document says so: the norm's five count
    const auto a = node.take("a", at("2010-01-01T00:00:00Z"), ten);
    const auto b = node.take("b", at("2010-01-02T00:00:00Z"), keep);
    const auto c = node.take("c", at("2010-01-03T00:00:00Z"), give_back);
    const auto d = node.take("d", at("2010-01-04T00:00:00Z"), less);

    const std::vector<agreements::Agreement> known{ten, keep, give_back, less};
    CHECK(node.retain(at("2015-01-03T12:00:00Z"), known) == Ids{b, c});
    CHECK(node.erased == 0);
    CHECK(node.retain(at("2015-01-05T00:00:00Z"), known) == Ids{b, c, d});
    CHECK(node.erased == 1);
    CHECK(node.retain(at("2020-01-01T00:00:00Z"), known) == Ids{a, b, c});
    CHECK(node.is_kept(b));
    CHECK(node.is_kept(c));
    CHECK_FALSE(node.is_kept(a));
}

TEST_CASE("what an authority holds outlives its term", "[retention]")
{
    const auto engine = GENERATE(from_range(contract::engines()));
    CAPTURE(engine.name);
    Node node(engine);
    const auto five = agreement(5, "destroy");
    const auto id = node.take("ana", at("2015-01-01T00:00:00Z"), five);
    store::Rows hold;
    hold.holds = {{id, "AMP-1", "Juzgado", "Amparo", at("2016-01-01T00:00:00Z"), {}}};
    REQUIRE(node.store().commit(hold));

    CHECK(node.retain(at("2026-01-01T00:00:00Z"), {five}).empty());
    CHECK(node.is_kept(id));

    store::Rows release;
    release.releases = {{id, "AMP-1", at("2026-01-02T00:00:00Z")}};
    REQUIRE(node.store().commit(release));
    CHECK(node.retain(at("2026-01-03T00:00:00Z"), {five}) == Ids{id});
    CHECK_FALSE(node.is_kept(id));
}

TEST_CASE("what no agreement tells the term of, or another node took, is left alone", "[retention]")
{
    const auto engine = GENERATE(from_range(contract::engines()));
    CAPTURE(engine.name);
    Node node(engine);
    const auto five = agreement(5, "destroy");
    const auto id = node.take("ana", at("2015-01-01T00:00:00Z"), five);
    node.ledger = "puente.example/another";
    const auto elsewhere = node.take("luz", at("2015-01-02T00:00:00Z"), five);

    CHECK(node.retain(at("2026-01-01T00:00:00Z"), {}).empty());
    CHECK(node.retain(at("2026-01-01T00:00:00Z"), {five}) == Ids{id});
    CHECK(node.is_kept(elsewhere));
}

TEST_CASE("more than a page of what is due is gone through", "[retention]")
{
    Node node(contract::sqlite());
    const auto five = agreement(5, "destroy");
    const auto keep = agreement(5, "keep");
    for (int i = 0; i < 300; ++i) {
        node.take("p" + std::to_string(i), {at("2015-01-01T00:00:00Z").microseconds + i * kDay},
                  i % 2 == 0 ? five : keep);
    }

    CHECK(node.retain(at("2026-01-01T00:00:00Z"), {five, keep}).size() == 300);
    CHECK(node.erased == 150);
}
