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
#include "gateway/store/move.hpp"

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

/// "12000 exchanges" rewritten in place on a terminal.
void show(std::string_view command, std::string_view what, std::uint64_t number)
{
    constexpr std::uint64_t kEvery = 100;
    if (number % kEvery == 0 && isatty(STDERR_FILENO) == 1) {
        std::fprintf(stderr, "\r\033[Kstore %.*s: %.*s %llu", static_cast<int>(command.size()),
                     command.data(), static_cast<int>(what.size()), what.data(),
                     static_cast<unsigned long long>(number));
    }
}

/// `store` against what this node signed, logged and anchored; each fault is told.
base::Result<exchange::StoreTally> check_all(const config::Config& config,
                                             const exchange::Self& self,
                                             const evidence::Checkpoint& checkpoint,
                                             store::Store& store)
{
    const auto anchors = read_file(config.trust_anchors);
    if (!anchors) {
        return base::Failure(anchors.error());
    }
    if (const auto right = check_master_key(store, self); !right) {
        return base::Failure(right.error());
    }
    return exchange::check_store(
        self, store, checkpoint, {*anchors, {self.ledger_vkey}},
        [](const base::Error& error) { complain(error); },
        [](std::uint64_t seen) { show("check", "exchanges", seen); });
}

/// What a move asks of the store it is from. Without the anchor nothing would tell, afterwards, an
/// older copy of the file from the one that was moved.
base::Result<void> fit_to_move(const config::Config& config, const exchange::Self& self,
                               store::Store& store)
{
    const auto checkpoint = anchored(config, self);
    if (!checkpoint) {
        return base::Failure(checkpoint.error());
    }
    const auto size = store.ledger_size();
    if (!size) {
        return base::Failure(size.error());
    }
    if (checkpoint->size == 0 && *size > 0) {
        return base::fail(base::Errc::ledger_inconsistent, config.data + "/anchor",
                          {"el ancla de este nodo, de la carpeta de su almacén",
                           "this node's anchor, of the folder of its store"});
    }
    const auto tally = check_all(config, self, *checkpoint, store);
    if (!tally) {
        return base::Failure(tally.error());
    }
    return tally->faults == 0 ? base::Result<void>()
                              : base::fail(base::Errc::ledger_inconsistent, "store",
                                           {"un almacén sin faltas: puente store check",
                                            "a store without faults: puente store check"});
}

}  // namespace

int store_check(const StoreOptions& options)
{
    const auto config = load_config(options.config, options.data);
    if (!config) {
        return kWrongUsage;
    }
    const auto self = load_self(*config);
    const auto checkpoint = self ? anchored(*config, *self) : base::Failure(self.error());
    const auto store = checkpoint ? open_store(*config) : base::Failure(checkpoint.error());
    if (!store) {
        return complain(store.error());
    }
    const auto tally = check_all(*config, *self, *checkpoint, **store);
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

int store_move(const StoreOptions& options)
{
    const auto config = load_config(options.config, options.data);
    if (!config) {
        return kWrongUsage;
    }
    if (config->store.empty()) {
        return complain({base::Errc::wrong_usage,
                         "store",
                         {"postgresql://…: la base de datos a donde se muda",
                          "postgresql://…: the database to move to"},
                         {}});
    }
    const auto self = load_self(*config);
    if (!self) {
        return complain(self.error());
    }
    const auto rows = store::move_to_postgres(
        {.path = options.file,
         .settings = config->store,
         .node = config->ledger_origin,
         .check = [&](store::Store& store) { return fit_to_move(*config, *self, store); },
         .seen = [](std::string_view table, std::uint64_t rows) { show("move", table, rows); }});
    if (!rows) {
        return complain(rows.error());
    }
    std::printf("%llu rows moved\n", static_cast<unsigned long long>(*rows));
    return kDone;
}

}  // namespace gateway::app
