#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "fhir_models/base/bytes.hpp"
#include "fhir_models/base/result.hpp"

namespace gateway::evidence {

/// RFC 6962 §2.1: SHA-256(0x00 || leaf), SHA-256(0x01 || left || right).
[[nodiscard]] base::Digest leaf_hash(std::string_view leaf);
[[nodiscard]] base::Digest node_hash(const base::Digest& left, const base::Digest& right);

/// A tile of the tree (C2SP tlog-tiles): up to 256 hashes of one level, 32 bytes each.
struct Tile {
    std::uint32_t level = 0;
    std::uint64_t index = 0;
    std::string hashes;  ///< 32 to 8,192 bytes; a tile is full at 8,192
};

/// Reads a tile that was stored; empty `hashes` when it is not there.
using TileReader =
    std::function<base::Result<std::string>(std::uint32_t level, std::uint64_t index)>;

/// The growing end of an append-only Merkle tree. Holds the partial tile of each level (< 9 of
/// 8 KiB), so an append touches no storage.
///
/// Threads: one at a time.
class Frontier {
public:
    Frontier() = default;
    /// The end of a stored tree of `size` leaves. Errors: ledger_inconsistent when a tile is
    /// missing or short.
    [[nodiscard]] static base::Result<Frontier> restore(std::uint64_t size,
                                                        const TileReader& tiles);

    void append(const base::Digest& leaf_hash);

    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
    [[nodiscard]] base::Digest root() const;  ///< SHA-256 of nothing when empty

    /// The tiles changed since the last call, to be stored with the leaves.
    [[nodiscard]] std::vector<Tile> take_changed();

private:
    std::uint64_t size_ = 0;
    std::vector<Tile> partial_;  ///< by level
    std::vector<Tile> full_;     ///< completed since the last take_changed()
    std::vector<bool> changed_;
};

/// Inclusion proof of leaf `index` in the tree of `size` leaves (RFC 6962 §2.1.1), from stored
/// tiles.
[[nodiscard]] base::Result<std::vector<base::Digest>> inclusion_proof(std::uint64_t index,
                                                                      std::uint64_t size,
                                                                      const TileReader& tiles);
/// Consistency proof between two sizes (RFC 6962 §2.1.2).
[[nodiscard]] base::Result<std::vector<base::Digest>> consistency_proof(std::uint64_t first,
                                                                        std::uint64_t second,
                                                                        const TileReader& tiles);

[[nodiscard]] bool verify_inclusion(std::uint64_t index, std::uint64_t size,
                                    const base::Digest& leaf_hash,
                                    std::span<const base::Digest> proof, const base::Digest& root);
[[nodiscard]] bool verify_consistency(std::uint64_t first, std::uint64_t second,
                                      const base::Digest& first_root,
                                      const base::Digest& second_root,
                                      std::span<const base::Digest> proof);

}  // namespace gateway::evidence
