// What the store costs per exchange: built in the release preset, run by hand.
//
//     store_bench [FOLDER | POSTGRES-SETTINGS] [EXCHANGES]
//     store_bench FOLDER EXCHANGES POSTGRES-SETTINGS
//
// The second moves that many from SQLite to PostgreSQL (tests/bench/postgres.sh move EXCHANGES).
// With settings ("host=... dbname=...") it fills a PostgreSQL database, which should be empty.
// One line per batch size: commits through Store alone, then through the Committer with 64 senders
// who each wait for the answer. CPU is that of the whole process.

#include <sys/resource.h>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "gateway/store/committer.hpp"
#include "gateway/store/move.hpp"

namespace {

using namespace gateway::store;

constexpr std::uint32_t kResources = 25;

/// The same stream of bytes each run, unlike anything that can be compressed.
class Noise {
public:
    std::string bytes(std::size_t size)
    {
        std::string made(size, '\0');
        for (auto& byte : made) {
            byte = static_cast<char>(next() >> 56U);
        }
        return made;
    }
    std::string hex(std::size_t size) { return base::to_hex(bytes(size / 2)); }
    std::string uuid()
    {
        auto text = hex(32);
        for (const std::size_t dash : {8U, 13U, 18U, 23U}) {
            text.insert(dash, 1, '-');
        }
        return text;
    }

private:
    std::uint64_t next() { return state_ = state_ * 6364136223846793005U + 1442695040888963407U; }
    std::uint64_t state_ = 7;
};

/// A realistic exchange: 4 KiB source and 2 KiB FHIR sealed, three documents of 1 KiB, two links of
/// the person, 25 resources, an outbox item, an audit event. The leaf has 300 bytes.
Rows make_rows(Noise& noise, std::uint64_t n)
{
    const base::Instant now{1'700'000'000'000'000 + static_cast<std::int64_t>(n) * 500};
    gateway::core::Exchange e;
    e.id = gateway::core::new_id(now);
    e.jti = gateway::core::new_id(now);
    e.sender = "urn:puente:institution:hgz-" + std::to_string(n % 10);
    e.receiver = "urn:puente:institution:hgz-" + std::to_string((n + 1) % 10);
    e.agreement = "convenio-hgz-1-hgz-2|3";
    e.agreement_digest = std::string(64, 'a');
    e.purpose = "TREAT";
    e.media_type = "application/hl7-v2";
    e.profile = "hl7.v2-to-fhir|1.0.0 ADT_A01";
    e.received = now;
    e.in_digest = noise.hex(64);
    e.out_digest = noise.hex(64);
    e.request_key = noise.hex(64);
    e.strength = "institution";
    e.records = 1;
    const auto person = noise.uuid();
    Rows rows;
    rows.documents = {{e.id, {"request.jws", noise.bytes(1024)}},
                      {e.id, {"receipt.jws", noise.bytes(1024)}},
                      {e.id, {"outcome.json", noise.bytes(1024)}}};
    rows.blobs = {{e.id, "source", 0, {noise.bytes(60), noise.bytes(4096)}},
                  {e.id, "fhir", 0, {noise.bytes(60), noise.bytes(2048)}}};
    rows.persons = {{person, "urn:oid:2.16.840.1.113883.4.629", noise.hex(64), now},
                    {person, "urn:puente:folio:hgz-1", noise.hex(64), now}};
    rows.served = {{e.id, 0, person, now, {}}};
    for (std::uint32_t entry = 0; entry < kResources; ++entry) {  // what an ADT of 4 KiB brings
        rows.served[0].resources.push_back({"Observation", noise.uuid(), entry});
    }
    rows.outbox = {{e.id, e.receiver, person, 0, now, {}}};
    rows.audit = {{gateway::core::new_id(now), gateway::core::AuditKind::received, now, e.sender,
                   "10.0.0.7", "TREAT", "", e.agreement, e.id, noise.hex(64), "PU-0000",
                   "POST /exchanges"}};
    rows.exchanges.push_back(std::move(e));
    return rows;
}

double cpu_seconds()
{
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

/// Wall and CPU time since it was made, per exchange.
class Meter {
public:
    void tell(const char* what, std::size_t batch, std::size_t exchanges) const
    {
        const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begun_;
        const auto count = static_cast<double>(exchanges);
        std::printf("%-9s batch %3zu: %7.0f exchanges/s, %.3f ms CPU each\n", what, batch,
                    count / wall.count(), 1000 * (cpu_seconds() - cpu_) / count);
        std::fflush(stdout);
    }

private:
    std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
    double cpu_ = cpu_seconds();
};

bool is_postgres(const std::string& where)
{
    return where.find('=') != std::string::npos;
}

std::unique_ptr<Store> open_fresh(const std::string& folder)
{
    if (is_postgres(folder)) {
        static int node = 0;  // each run under a ledger of its own
        return open_postgres(folder, "bench-" + std::to_string(node++)).value();
    }
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    auto store = open_sqlite(folder + "/store.sqlite");
    if (!store) {
        std::fprintf(stderr, "%s\n", base::to_line(store.error()).c_str());
        std::exit(1);
    }
    return *std::move(store);
}

void check(const base::Result<void>& result)
{
    if (!result) {
        std::fprintf(stderr, "%s\n", base::to_line(result.error()).c_str());
        std::exit(1);
    }
}

void append(Rows& to, const Rows& from)
{
    const auto add = [](auto& all, const auto& more) {
        all.insert(all.end(), more.begin(), more.end());
    };
    add(to.exchanges, from.exchanges);
    add(to.documents, from.documents);
    add(to.blobs, from.blobs);
    add(to.persons, from.persons);
    add(to.served, from.served);
    add(to.outbox, from.outbox);
    add(to.audit, from.audit);
}

void bench_store(const std::string& folder, const std::vector<Rows>& acts, std::size_t batch)
{
    const auto store = open_fresh(folder);
    gateway::evidence::Frontier tree;
    const std::string leaf(300, 'l');
    std::vector<Rows> batches;
    for (std::size_t i = 0; i < acts.size(); i += batch) {
        Rows rows;
        for (auto k = i; k < std::min(i + batch, acts.size()); ++k) {
            append(rows, acts[k]);
            rows.leaves.push_back({tree.size(), leaf});
            tree.append(gateway::evidence::leaf_hash(leaf));
        }
        rows.tiles = tree.take_changed();
        batches.push_back(std::move(rows));
    }
    const Meter meter;
    for (const auto& rows : batches) {
        check(store->commit(rows));
    }
    meter.tell("store", batch, acts.size());
}

void bench_committer(const std::string& folder, const std::vector<Rows>& acts, std::size_t batch)
{
    constexpr std::size_t kSenders = 64;
    const auto store = open_fresh(folder);
    const auto committer = Committer::start(*store, {.largest_batch = batch}).value();
    std::mutex mutex;
    std::condition_variable ready;
    std::size_t free = kSenders;
    const Meter meter;
    for (const auto& rows : acts) {
        {
            std::unique_lock lock(mutex);
            ready.wait(lock, [&] { return free > 0; });
            --free;
        }
        Act act;
        act.sender = rows.exchanges[0].sender;
        act.jti = rows.exchanges[0].jti;
        act.prepare = [&rows](const Position&, std::string& leaf) {
            leaf.assign(300, 'l');
            return base::Result<Rows>(rows);
        };
        act.done = [&](const auto& ended) {
            if (!ended) {
                std::exit(1);
            }
            {
                const std::scoped_lock lock(mutex);
                ++free;
            }
            ready.notify_one();
        };
        check(committer->submit(std::move(act)));
    }
    {
        std::unique_lock lock(mutex);
        ready.wait(lock, [&] { return free == kSenders; });
    }
    meter.tell("committer", batch, acts.size());
}

/// The largest resident set of this process so far.
double peak_mib()
{
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    return static_cast<double>(used.ru_maxrss) / 1024;
}

/// Only the move is timed; the peaks are those of filling and of both.
void bench_move(const std::string& folder, std::size_t count, const std::string& settings)
{
    constexpr std::size_t kBatch = 128;
    Noise noise;
    {
        const auto store = open_fresh(folder);
        gateway::evidence::Frontier tree;
        const std::string leaf(300, 'l');
        for (std::size_t i = 0; i < count; i += kBatch) {
            Rows rows;
            for (auto k = i; k < std::min(i + kBatch, count); ++k) {
                append(rows, make_rows(noise, k));
                rows.leaves.push_back({tree.size(), leaf});
                tree.append(gateway::evidence::leaf_hash(leaf));
            }
            rows.tiles = tree.take_changed();
            check(store->commit(rows));
        }
    }
    const auto before = peak_mib();
    const auto file = folder + "/store.sqlite";
    const auto mib = static_cast<double>(std::filesystem::file_size(file)) / (1024 * 1024);
    const auto begun = std::chrono::steady_clock::now();
    const auto rows =
        move_to_postgres({file, settings, "bench", [](Store&) { return base::Result<void>(); },
                          [](std::string_view, std::uint64_t) {}});
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begun;
    check(rows.map([](auto) {}));
    std::printf(
        "move: %zu exchanges, %llu rows, %.0f MiB in %.1f s: %.0f rows/s; peak %.0f MiB,"
        " %.0f before\n",
        count, static_cast<unsigned long long>(*rows), mib, wall.count(),
        static_cast<double>(*rows) / wall.count(), peak_mib(), before);
}

}  // namespace

int main(int argc, char** argv)
{
    const std::string folder = argc > 1 ? argv[1] : "store-bench";
    const std::size_t count = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 20'000;
    if (argc > 3) {
        bench_move(folder, count, argv[3]);
        std::filesystem::remove_all(folder);
        return 0;
    }
    Noise noise;
    const auto make = [&](std::size_t some) {
        std::vector<Rows> acts;
        for (std::size_t i = 0; i < some; ++i) {
            acts.push_back(make_rows(noise, i));
        }
        return acts;
    };
    for (const std::size_t batch : {1U, 8U, 32U, 128U}) {
        bench_store(folder, make(std::min(count, 2'000 * batch)), batch);
    }
    bench_committer(folder, make(count), 128);
    if (!is_postgres(folder)) {
        std::filesystem::remove_all(folder);
    }
}
