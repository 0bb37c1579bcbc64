#include "gateway/exchange/self.hpp"

#include "fhir_models/base/bytes.hpp"
#include "gateway/crypto/jws.hpp"
#include "gateway/evidence/claims.hpp"

namespace gateway::exchange {

base::Result<std::string> Self::sign(std::string_view typ, std::string_view claims,
                                     base::Instant now) const
{
    const auto pair = signing->get();
    if (auto good = trust->get()->signing.check(pair->certificate, now); !good) {
        return base::Failure(good.error());
    }
    const auto& x5t = pair->certificate.x5t();
    const crypto::JwsHeader header{.algorithm = pair->key.algorithm(),
                                   .typ = std::string(typ),
                                   .kid = x5t.substr(0, 16),
                                   .x5t_s256 = x5t};
    return crypto::sign_jws(pair->key, header, claims);
}

std::vector<std::string> Self::list_digests() const
{
    const auto lists = trust->get()->lists;
    std::vector<std::string> digests;
    if (lists != nullptr) {
        for (const auto& list : lists->all()) {
            digests.push_back(evidence::digest_claim(list.pem));
        }
    }
    return digests;
}

std::string Self::index_value(std::string_view system, std::string_view value) const
{
    std::string bytes(system);
    bytes.append("|").append(value);
    return base::to_hex(crypto::hmac_sha256(index_key, bytes));
}

}  // namespace gateway::exchange
