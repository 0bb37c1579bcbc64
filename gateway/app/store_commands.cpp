#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "gateway/app/commands.hpp"
#include "gateway/app/files.hpp"
#include "gateway/app/gateway.hpp"
#include "gateway/app/open_store.hpp"
#include "gateway/app/reload.hpp"
#include "gateway/exchange/store_check.hpp"
#include "gateway/store/anchor.hpp"
#include "gateway/store/ledger_check.hpp"

namespace gateway::app {
namespace {

namespace fs = std::filesystem;

std::string database_of(const config::Config& config)
{
    return config.data + "/puente.db";
}

/// The highest checkpoint ever published from this folder; size 0 before the first.
base::Result<evidence::Checkpoint> anchored(const config::Config& config,
                                            const exchange::Self& self)
{
    const auto note = store::read_anchor(config.data + "/anchor");
    if (!note || note->empty()) {
        return note ? base::Result<evidence::Checkpoint>(evidence::Checkpoint{})
                    : base::Failure(note.error());
    }
    return evidence::open_checkpoint(*note, self.ledger_vkey);
}

base::Error needs_sqlite()
{
    return {base::Errc::wrong_usage,
            "store",
            {"un almacén SQLite; de PostgreSQL copia pg_dump",
             "a SQLite store; pg_dump copies PostgreSQL"},
            {}};
}

/// "12,000 exchanges" rewritten in place on a terminal.
void show(std::uint64_t exchanges)
{
    constexpr std::uint64_t kEvery = 100;
    if (exchanges % kEvery == 0 && isatty(STDERR_FILENO) == 1) {
        std::fprintf(stderr, "\rstore check %llu exchanges",
                     static_cast<unsigned long long>(exchanges));
    }
}

}  // namespace

int store_check(const StoreOptions& options)
{
    const auto config = load_config(options.config, options.data);
    if (!config) {
        return kWrongUsage;
    }
    const auto self = load_self(*config);
    const auto anchors = read_file(config->trust_anchors);
    if (!self || !anchors) {
        return complain(self ? anchors.error() : self.error());
    }
    const auto checkpoint = anchored(*config, *self);
    if (!checkpoint) {
        return complain(checkpoint.error());
    }
    const auto store = open_store(*config);
    if (!store) {
        return complain(store.error());
    }
    if (const auto right = check_master_key(**store, *self); !right) {
        return complain(right.error());
    }
    const auto tell = [](const base::Error& error) { complain(error); };
    const auto tally = exchange::check_store(*self, **store, *checkpoint,
                                             {*anchors, {self->ledger_vkey}}, tell, show);
    if (!tally) {
        return complain(tally.error());
    }
    std::printf("%llu leaves, %llu exchanges, %llu faults\n",
                static_cast<unsigned long long>(tally->leaves),
                static_cast<unsigned long long>(tally->exchanges),
                static_cast<unsigned long long>(tally->faults));
    return tally->faults == 0 ? kDone : kRefused;
}

int store_backup(const StoreOptions& options)
{
    const auto config = load_config(options.config, options.data);
    if (!config) {
        return kWrongUsage;
    }
    if (!config->store.empty()) {
        return complain(needs_sqlite());
    }
    const auto copied = store::copy_sqlite(database_of(*config), options.file);
    return copied ? kDone : complain(copied.error());
}

int store_restore(const StoreOptions& options)
{
    const auto config = load_config(options.config, options.data);
    if (!config) {
        return kWrongUsage;
    }
    if (!config->store.empty()) {
        return complain(needs_sqlite());
    }
    const auto self = load_self(*config);
    if (!self) {
        return complain(self.error());
    }
    const auto checkpoint = anchored(*config, *self);
    if (!checkpoint) {
        return complain(checkpoint.error());
    }
    const auto target = database_of(*config);
    if (fs::exists(target)) {
        return complain({base::Errc::wrong_usage,
                         target,
                         {"una carpeta sin almacén: aparte el que está",
                          "a folder without a store: move the one that is there aside"},
                         {}});
    }
    // Copied beside and looked at first: what is refused leaves nothing behind.
    const auto beside = target + ".restoring";
    std::error_code ignored;
    fs::remove(beside, ignored);
    auto restored = store::copy_sqlite(options.file, beside).and_then([&]() -> base::Result<void> {
        const auto store = store::open_sqlite(beside);
        return store ? check_master_key(**store, *self).and_then([&] {
            return store::check_ledger(**store, *checkpoint);
        })
                     : base::Failure(store.error());
    });
    if (restored) {
        fs::rename(beside, target, ignored);
        restored = ignored ? base::fail(base::Errc::store_failed, target,
                                        {"una carpeta donde se pueda escribir",
                                         "a folder that can be written"})
                           : restored;
    }
    for (const auto* rest : {"", "-wal", "-shm", ".lock"}) {
        fs::remove(beside + rest, ignored);
    }
    return restored ? kDone : complain(restored.error());
}

}  // namespace gateway::app
