#pragma once

#include <string>
#include <vector>

#include "gateway/crypto/authority.hpp"
#include "gateway/evidence/add_checkpoint.hpp"
#include "gateway/evidence/checkpoint.hpp"
#include "tests/gateway/evidence/tree.hpp"

namespace attest_test {

inline gateway::crypto::PrivateKey fresh_key()
{
    return gateway::crypto::PrivateKey::from_pem(
               gateway::crypto::new_key(gateway::crypto::KeyKind::ed25519).value())
        .value();
}

inline const std::string kOrigin = "puente.example/ledger-1";

/// A ledger in memory; its leaves differ by `history`.
struct Ledger {
    explicit Ledger(gateway::crypto::PrivateKey its_key, std::string its_history = "one")
        : key(std::move(its_key)), history(std::move(its_history))
    {
    }

    void grow_to(std::uint64_t size)
    {
        while (frontier.size() < size) {
            const auto leaf = history + std::to_string(frontier.size());
            frontier.append(gateway::evidence::leaf_hash(leaf));
        }
        tiles.store(frontier);
    }
    [[nodiscard]] std::string note() const
    {
        return gateway::evidence::sign_checkpoint({kOrigin, frontier.size(), frontier.root()}, key)
            .value();
    }
    /// What it asks of a witness that has its checkpoint of size `from`.
    [[nodiscard]] gateway::evidence::AddCheckpoint asks(std::uint64_t from) const
    {
        const auto reader = tiles.reader();
        return {from, gateway::evidence::consistency_proof(from, frontier.size(), reader).value(),
                note()};
    }
    [[nodiscard]] std::string vkey() const { return gateway::evidence::verifier_key(kOrigin, key); }

    gateway::crypto::PrivateKey key;
    std::string history;
    gateway::evidence::Frontier frontier;
    tree::MemoryTiles tiles;
};

}  // namespace attest_test
