#include "gateway/exchange/self.hpp"

#include "fhir_models/base/bytes.hpp"
#include "gateway/crypto/jws.hpp"

namespace gateway::exchange {

base::Result<std::string> Self::sign(std::string_view typ, std::string_view claims) const
{
    const auto pair = signing->get();
    const auto& x5t = pair->certificate.x5t();
    const crypto::JwsHeader header{.algorithm = pair->key.algorithm(),
                                   .typ = std::string(typ),
                                   .kid = x5t.substr(0, 16),
                                   .x5t_s256 = x5t};
    return crypto::sign_jws(pair->key, header, claims);
}

std::string Self::index_value(std::string_view system, std::string_view value) const
{
    std::string bytes(system);
    bytes.append("|").append(value);
    return base::to_hex(crypto::hmac_sha256(index_key, bytes));
}

}  // namespace gateway::exchange
