#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>

#include "gateway/app/bench.hpp"
#include "gateway/app/commands.hpp"
#include "gateway/app/files.hpp"
#include "gateway/app/local_world.hpp"
#include "gateway/crypto/authority.hpp"
#include "gateway/evidence/bundle.hpp"
#include "gateway/evidence/checkpoint.hpp"
#include "gateway/evidence/claims.hpp"
#include "gateway/evidence/ledger_check.hpp"
#include "gateway/evidence/tile_path.hpp"
#include "gateway/exchange/leaf_proof.hpp"

namespace gateway::app {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kWidth = 256;
constexpr std::uint64_t kOnFiles = 1'000'000;  ///< leaves that `verify --ledger` reads
constexpr std::uint64_t kProofs = 2'000;
constexpr std::uint64_t kSampled = 10'000;  ///< leaves the bare SHA-256 goes over
constexpr std::string_view kOrigin = "bench.local/ledger-1";

/// As long as the leaf of a receipt is.
std::string leaf(std::uint64_t seq)
{
    const std::string digest = "sha-256:" + std::string(43, 'A');
    return evidence::LeafFields{.seq = seq,
                                .t = "2026-11-28T17:00:00.000000Z",
                                .evt = "accepted",
                                .exch = "019ac5c0-0000-7000-8000-000000000000",
                                .req = digest,
                                .jws = digest,
                                .agr = "convenio-banco|1",
                                .pou = "TREAT",
                                .iss = "urn:puente:gateway:local",
                                .aud = "urn:puente:institution:receptor",
                                .aud_event = {}}
        .to_json();
}

/// A ledger whose tiles stand in a store, as a gateway's do, and whose first leaves stand in files
/// as an auditor has them.
struct Ledger {
    std::string folder;
    crypto::PrivateKey key;
    std::unique_ptr<store::Store> store;
    evidence::Frontier frontier;
    std::string bundle;

    [[nodiscard]] base::Result<void> write(const evidence::TilePath& path, std::string_view bytes)
    {
        const fs::path file = folder + "/files/" + to_text(path);
        std::error_code error;
        fs::create_directories(file.parent_path(), error);
        std::ofstream out(file, std::ios::binary);
        if (!(out << bytes).flush()) {
            return base::fail(base::Errc::store_failed, file.string(),
                              {"un archivo escrito", "a file written"});
        }
        return {};
    }

    /// What changed since the last call, into the store and, when asked, into the files.
    [[nodiscard]] base::Result<void> keep_tiles(bool in_files)
    {
        store::Rows rows;
        rows.tiles = frontier.take_changed();
        for (const auto& tile : rows.tiles) {
            const auto width =
                static_cast<std::uint32_t>(tile.hashes.size() / sizeof(base::Digest));
            auto written = in_files ? write({false, tile.level, tile.index, width}, tile.hashes)
                                    : base::Result<void>();
            if (!written) {
                return written;
            }
        }
        return store->commit(rows);
    }

    [[nodiscard]] base::Result<void> append(std::uint64_t seq, bool in_files)
    {
        const auto bytes = leaf(seq);
        frontier.append(evidence::leaf_hash(bytes));
        return in_files ? evidence::append_entry(bundle, bytes) : base::Result<void>();
    }

    /// Ends a bundle; the files are whole once the last has ended.
    [[nodiscard]] base::Result<void> end_bundle(std::uint64_t last)
    {
        const evidence::TilePath path{true, 0, last / kWidth,
                                      static_cast<std::uint32_t>(last % kWidth + 1)};
        auto written = write(path, bundle);
        bundle.clear();
        return written;
    }

    [[nodiscard]] base::Result<std::string> checkpoint() const
    {
        return evidence::sign_checkpoint({std::string(kOrigin), frontier.size(), frontier.root()},
                                         key);
    }
};

/// Grows it to `leaves`, the first `on_files` of them in files too.
base::Result<void> grow(Ledger& ledger, std::uint64_t leaves, std::uint64_t on_files)
{
    constexpr std::uint64_t kTogether = kWidth * kWidth;
    for (std::uint64_t seq = 0; seq < leaves; ++seq) {
        const bool in_files = seq < on_files;
        if (auto added = ledger.append(seq, in_files); !added) {
            return added;
        }
        const bool last_on_files = seq + 1 == on_files;
        if (in_files && (last_on_files || seq % kWidth == kWidth - 1)) {
            if (auto ended = ledger.end_bundle(seq); !ended) {
                return ended;
            }
        }
        if (last_on_files || seq + 1 == leaves || seq % kTogether == kTogether - 1) {
            if (auto kept = ledger.keep_tiles(in_files); !kept) {
                return kept;
            }
        }
        if (last_on_files) {
            const auto note = ledger.checkpoint();
            if (!note) {
                return base::Failure(note.error());
            }
            std::ofstream(ledger.folder + "/files/checkpoint", std::ios::binary) << *note;
        }
    }
    return {};
}

/// Microseconds of each proof, in order; as evidence is made, the proof's text included.
base::Result<std::vector<double>> time_proofs(Ledger& ledger)
{
    const auto note = ledger.checkpoint();
    if (!note) {
        return base::Failure(note.error());
    }
    const evidence::Checkpoint head{std::string(kOrigin), ledger.frontier.size(),
                                    ledger.frontier.root()};
    std::vector<double> took;
    constexpr std::uint64_t kStride = 2'654'435'761;  // leaves all over the tree
    for (std::uint64_t i = 0; i < kProofs; ++i) {
        const auto index = i * kStride % head.size;
        const auto begin = Clock::now();
        const auto proof = exchange::proof_text(index, *note, head, *ledger.store);
        if (!proof) {
            return base::Failure(proof.error());
        }
        took.push_back(std::chrono::duration<double, std::micro>(Clock::now() - begin).count());
    }
    std::ranges::sort(took);
    return took;
}

}  // namespace

int bench_ledger(const BenchOptions& options)
{
    const ScratchFolder scratch;
    const auto pem = crypto::new_key(crypto::KeyKind::ed25519);
    auto key = pem ? crypto::PrivateKey::from_pem(*pem) : base::Failure(pem.error());
    auto store = store::open_sqlite(scratch.path() + "/store.db");
    if (!key || !store) {
        return complain(key ? store.error() : key.error());
    }
    Ledger ledger{scratch.path(), *std::move(key), *std::move(store), {}, {}};
    const std::uint64_t leaves = options.leaves;
    const auto on_files = std::min(leaves, kOnFiles);
    if (auto grown = grow(ledger, leaves, on_files); !grown) {
        return complain(grown.error());
    }
    const auto proofs = time_proofs(ledger);
    if (!proofs) {
        return complain(proofs.error());
    }
    const evidence::Trust trust{"", {evidence::verifier_key(kOrigin, ledger.key)}};
    bool verified = true;
    const auto checks = rounds_per_cpu_second(options.seconds, [&] {
        verified = verified && evidence::check_ledger(scratch.path() + "/files", trust).ok();
    });
    std::vector<std::string> sample;
    for (std::uint64_t i = 0; i < kSampled; ++i) {
        sample.push_back(leaf(i * (on_files / kSampled + 1)));
    }
    const auto bare = rounds_per_cpu_second(1, [&] {
        for (const auto& bytes : sample) {
            static_cast<void>(base::sha256(bytes));
        }
    });
    const auto per_s = checks * static_cast<double>(on_files);
    Figures limits;
    limits.add("sha256_leaves_per_s", bare * static_cast<double>(kSampled));
    Figures figures;
    figures.add("bench", std::string("verify --ledger over files on one core; inclusion proofs "
                                     "from the tiles of SQLite"));
    figures.add("leaf_bytes", static_cast<double>(leaf(on_files).size()));
    figures.add("verified_leaves", static_cast<double>(on_files));
    figures.add("verified_leaves_per_s", per_s);
    figures.add("limits", limits);
    figures.add("share", per_s / (bare * static_cast<double>(kSampled)));
    figures.add("proof_leaves", static_cast<double>(leaves));
    figures.add("proof_p50_us", (*proofs)[proofs->size() / 2]);
    figures.add("proof_p99_us", (*proofs)[proofs->size() * 99 / 100]);
    figures.add("proof_most_us", proofs->back());
    figures.add("rss_mib", resident_mib("self", "VmHWM:"));
    figures.print(options.json);
    return verified ? kDone : kRefused;
}

}  // namespace gateway::app
