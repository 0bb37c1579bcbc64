#include <algorithm>
#include <fstream>
#include <utility>

#include "tests/durability/recording_vfs.hpp"

namespace durability {
namespace {

constexpr std::size_t kSector = 512;

}  // namespace

void Disk::apply(const Operation& operation)
{
    switch (operation.kind) {
        case Operation::Kind::promise:
            return;
        case Operation::Kind::remove:
            files_.erase(operation.file);
            return;
        case Operation::Kind::sync: {
            auto& file = files_[operation.file];
            if (!lying_) {
                for (const auto& pending : file.pending) {
                    keep(file.durable, pending);
                }
                file.pending.clear();
            }
            return;
        }
        case Operation::Kind::write:
        case Operation::Kind::truncate:
            files_[operation.file].pending.push_back(operation);
            return;
    }
}

void Disk::keep(std::string& content, const Operation& operation)
{
    if (operation.kind == Operation::Kind::truncate) {
        content.resize(operation.offset);
        return;
    }
    content.resize(
        std::max<std::size_t>(content.size(), operation.offset + operation.bytes.size()));
    content.replace(operation.offset, operation.bytes.size(), operation.bytes);
}

void Disk::cut(const std::filesystem::path& folder, Unsynced unsynced, std::mt19937& dice) const
{
    for (const auto& [path, file] : files_) {
        auto content = file.durable;
        for (const auto& pending : file.pending) {
            if (unsynced == Unsynced::dropped) {
                break;
            }
            if (unsynced == Unsynced::kept || pending.kind == Operation::Kind::truncate) {
                keep(content, pending);
                continue;
            }
            for (std::size_t at = 0; at < pending.bytes.size(); at += kSector) {
                if (dice() % 2 == 0) {
                    keep(content, {Operation::Kind::write, path, pending.offset + at,
                                   pending.bytes.substr(at, kSector)});
                }
            }
        }
        if (!content.empty()) {
            std::ofstream out(folder / std::filesystem::path(path).filename(), std::ios::binary);
            out << content;
        }
    }
}

}  // namespace durability
