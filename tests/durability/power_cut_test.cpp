#include <sqlite3.h>

#include <catch2/catch.hpp>
#include <future>
#include <set>

#include "gateway/store/committer.hpp"
#include "gateway/store/ledger_check.hpp"
#include "tests/contract/samples.hpp"
#include "tests/durability/recording_vfs.hpp"
#include "tests/support/files.hpp"

using namespace durability;
using namespace gateway::store;

namespace {

constexpr int kActs = 160;
constexpr int kAtOnce = 8;
constexpr int kErased = 40;  ///< after each so many acts a payload is erased: WAL is truncated

std::string id_of(int act)
{
    return "e" + std::to_string(1000 + act);
}

/// An exchange with all that belongs to it; some are large enough to set off checkpoints.
Act make_act(int number, std::function<void()> kept)
{
    Act act;
    const auto exchange = contract::exchange(id_of(number));
    act.sender = exchange.sender;
    act.jti = exchange.jti;
    act.prepare = [exchange, number](const Position& position,
                                     std::string& leaf) -> base::Result<Rows> {
        Rows rows;
        rows.exchanges = {exchange};
        rows.exchanges[0].ledger_index = position.index;
        rows.documents = {{exchange.id, {"receipt.jws", std::string(1024, 'r')}}};
        rows.blobs = {{exchange.id,
                       "source",
                       0,
                       {"key", std::string(number % 7 == 0 ? 800'000U : 4096U, 's')}}};
        rows.outbox = {contract::item(exchange.id, "partner", "p" + std::to_string(number % 5))};
        leaf = "leaf of " + exchange.id;
        return rows;
    };
    act.done = [kept = std::move(kept)](const auto& ended) {
        if (ended) {
            kept();
        }
    };
    return act;
}

/// A day of a small gateway: acts in batches, leases, erasures, checkpoints. Tells the recorder
/// what was answered: "e1007" for an exchange, "checkpoint".
void live(Recorder& recorder, const std::filesystem::path& file)
{
    const auto store = open_sqlite(file).value();
    const auto committer = Committer::start(*store, {.largest_batch = kAtOnce}).value();
    for (int first = 0; first < kActs; first += kAtOnce) {
        std::vector<std::promise<void>> ended(kAtOnce);
        for (int i = 0; i < kAtOnce; ++i) {
            auto kept = [&recorder, &one = ended[static_cast<std::size_t>(i)], first, i] {
                recorder.promise(id_of(first + i));
                one.set_value();
            };
            REQUIRE(committer->submit(make_act(first + i, kept)));
        }
        for (auto& one : ended) {
            one.get_future().wait();
        }
        const auto leased = store->lease_due({first + 1}, 2, 1).value();
        REQUIRE_FALSE(leased.empty());
        REQUIRE(store->postpone(leased[0].exchange, {first + 2}));
        REQUIRE(store->save_checkpoint(committer->head().size, "note"));
        recorder.promise("checkpoint");
        if ((first + kAtOnce) % kErased == 0) {
            Rows erasure;
            erasure.erased = {{id_of(first), {first}, "retention"}};
            REQUIRE(store->commit(erasure));
        }
    }
}

bool is_sound(const std::string& file)
{
    sqlite3* database = nullptr;
    std::string answer;
    sqlite3_open_v2(file.c_str(), &database, SQLITE_OPEN_READWRITE, nullptr);
    const auto read = [](void* to, int, char** columns, char**) {
        *static_cast<std::string*>(to) += columns[0];
        return 0;
    };
    sqlite3_exec(database, "pragma integrity_check", read, &answer, nullptr);
    sqlite3_close_v2(database);
    return answer == "ok";
}

/// What is wrong with the store after the cut; empty when all that was promised is there, whole.
std::string faults(const std::filesystem::path& file, const std::set<std::string>& promised)
{
    if (promised.empty() && !std::filesystem::exists(file)) {
        return {};
    }
    auto opened = open_sqlite(file);
    if (!opened) {
        return "does not open: " + base::to_line(opened.error());
    }
    auto& store = **opened;
    const auto kept = store.list_exchanges({"", {}, "", 10'000}).value();
    std::set<std::string> ids;
    for (const auto& exchange : kept) {
        ids.insert(exchange.id);
        const auto leaf = store.leaves(exchange.ledger_index, 1).value();
        const bool whole = store.documents(exchange.id).value().size() == 1 &&
                           store.find_blob(exchange.id, "source", 0).value().has_value() &&
                           !leaf.empty() && leaf[0].bytes == "leaf of " + exchange.id;
        if (!whole) {
            return exchange.id + " is only half there";
        }
    }
    for (const auto& promise : promised) {
        if (promise != "checkpoint" && !ids.contains(promise)) {
            return promise + " was answered and is gone";
        }
    }
    if (promised.contains("checkpoint") && store.latest_checkpoint().value().empty()) {
        return "the checkpoint is gone";
    }
    if (store.ledger_size().value() != ids.size() || store.outbox_size().value() != ids.size()) {
        return "leaves or outbox do not match the exchanges";
    }
    if (const auto checked = check_ledger(store, {}); !checked) {
        return base::to_line(checked.error());
    }
    opened->reset();
    return is_sound(file) ? "" : "the file is corrupt";
}

/// The records of one day, made once.
const std::vector<Operation>& day()
{
    static const auto kDay = [] {
        const support::TempDir folder;
        Recorder recorder;
        live(recorder, folder / "store.sqlite");
        return recorder.operations();
    }();
    return kDay;
}

/// Cuts the power at `cuts` moments spread over the day and right after promises and syncs.
std::vector<std::string> cut_power(bool lying, Unsynced unsynced, std::size_t cuts)
{
    std::mt19937 dice(7);  // NOLINT: the same cuts each run
    Disk disk(lying);
    std::set<std::string> promised;
    std::vector<std::string> found;
    const auto& operations = day();
    const auto step = operations.size() / cuts;
    std::size_t next = 0;
    for (std::size_t i = 0; i < operations.size(); ++i) {
        disk.apply(operations[i]);
        const auto kind = operations[i].kind;
        if (kind == Operation::Kind::promise) {
            promised.insert(operations[i].file);
        }
        const bool telling =
            kind == Operation::Kind::promise || kind == Operation::Kind::sync || dice() % 4 == 0;
        if (i < next || !telling) {
            continue;
        }
        next = i + step;
        const support::TempDir folder;
        disk.cut(folder.path(), unsynced, dice);
        auto fault = faults(folder / "store.sqlite", promised);
        if (!fault.empty()) {
            found.push_back("cut " + std::to_string(i) + ": " + fault);
        }
    }
    return found;
}

}  // namespace

TEST_CASE("what was answered survives a power cut, and nothing half-done appears", "[durability]")
{
    const auto unsynced = GENERATE(Unsynced::dropped, Unsynced::torn, Unsynced::kept);
    CAPTURE(static_cast<int>(unsynced));

    CHECK(cut_power(false, unsynced, 60) == std::vector<std::string>{});
}

TEST_CASE("a disk that only pretends to sync is found out by the same test", "[durability]")
{
    const auto found = cut_power(true, Unsynced::dropped, 20);

    CHECK(found.size() > 10);
}

TEST_CASE("the day holds batches, WAL checkpoints and truncations", "[durability]")
{
    std::size_t promises = 0;
    std::size_t database_syncs = 0;
    std::size_t wal_truncations = 0;
    for (const auto& operation : day()) {
        const bool wal = operation.file.ends_with("-wal");
        promises += operation.kind == Operation::Kind::promise ? 1U : 0U;
        database_syncs += !wal && operation.kind == Operation::Kind::sync ? 1U : 0U;
        wal_truncations += wal && operation.kind == Operation::Kind::truncate ? 1U : 0U;
    }

    CHECK(promises == kActs + kActs / kAtOnce);
    CHECK(database_syncs >= 4);
    CHECK(wal_truncations >= 3);
}
