#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fhir_models/base/time.hpp"
#include "gateway/crypto/key.hpp"
#include "gateway/evidence/checkpoint.hpp"
#include "gateway/store/store.hpp"

namespace gateway::attest {

/// What a witness answers; each with the status C2SP tlog-witness gives it.
enum class Verdict : std::uint8_t {
    cosigned,   ///< 200: the body is the cosignature's line
    malformed,  ///< 400
    unsigned_,  ///< 403: not by a key of that ledger
    unknown,    ///< 404: a ledger that is not witnessed here
    moved,      ///< 409: the last one cosigned has another size, which is the body
    forked      ///< 409 (the same size, another root) or 422 (no growth of what was cosigned)
};

struct WitnessAnswer {
    Verdict verdict;
    int status;
    std::string body;         ///< of `cosigned` and of 409
    base::Error why = {};     ///< of the others
    std::string forked = {};  ///< "origin size root" that was refused as a fork
};

/// Cosigns the checkpoints of the ledgers that this node's configuration names, as long as each
/// only grows: what was cosigned last is kept durably before a cosignature leaves, so that no two
/// of one ledger ever contradict each other.
///
/// Threads:  any; blocking.
/// Source:   C2SP tlog-witness, add-checkpoint.
class Witness {
public:
    /// `ledgers`: verifier keys; several of one origin while a ledger changes its key.
    /// Errors: unusable_key; `where` = "witnessed_ledgers[N]".
    [[nodiscard]] static base::Result<Witness> create(store::Store& store, crypto::PrivateKey key,
                                                      std::string name,
                                                      std::vector<std::string> ledgers);

    /// Errors: store_failed, unusable_key; nothing was cosigned.
    [[nodiscard]] base::Result<WitnessAnswer> add_checkpoint(std::string_view body,
                                                             base::Instant now) const;

    [[nodiscard]] const std::string& vkey() const noexcept { return vkey_; }

private:
    Witness(store::Store& store, crypto::PrivateKey key, std::string name,
            std::vector<std::string> ledgers);
    [[nodiscard]] base::Result<WitnessAnswer> judge(const evidence::Checkpoint& checkpoint,
                                                    const std::string& note, std::uint64_t old_size,
                                                    const std::vector<base::Digest>& proof,
                                                    base::Instant now) const;

    store::Store& store_;
    crypto::PrivateKey key_;
    std::string name_;
    std::string vkey_;
    std::vector<std::string> ledgers_;
};

}  // namespace gateway::attest
