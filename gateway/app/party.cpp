#include "gateway/app/party.hpp"

#include "gateway/app/files.hpp"
#include "gateway/crypto/jws.hpp"

namespace gateway::app {

base::Result<crypto::TrustAnchors> read_anchors(const std::string& path)
{
    const auto pem = read_file(path);
    return pem ? crypto::TrustAnchors::from_pem(*pem) : base::Failure(pem.error());
}

base::Result<Party> Party::load(const std::string& key, const std::string& certificate,
                                const std::string& tls_key, const std::string& tls_certificate,
                                const std::string& ca)
{
    auto signing_key = crypto::PrivateKey::from_file(key);
    if (!signing_key) {
        return base::Failure(signing_key.error());
    }
    auto signing_certificate = crypto::Certificate::from_file(certificate);
    if (!signing_certificate) {
        return base::Failure(signing_certificate.error());
    }
    auto chain = read_file(tls_certificate.empty() ? certificate : tls_certificate);
    auto chain_key = read_file(tls_key.empty() ? key : tls_key);
    auto anchors = read_file(ca);
    for (const auto* file : {&chain, &chain_key, &anchors}) {
        if (!*file) {
            return base::Failure(file->error());
        }
    }
    auto urn = signing_certificate->uri();
    return Party{*std::move(signing_key), *std::move(signing_certificate), std::move(urn),
                 *std::move(chain),       *std::move(chain_key),           *std::move(anchors)};
}

base::Result<std::string> Party::sign(std::string_view typ, std::string_view claims) const
{
    const auto x5t = certificate.x5t();
    return crypto::sign_jws(key,
                            {.algorithm = key.algorithm(),
                             .typ = std::string(typ),
                             .kid = x5t.substr(0, 16),
                             .x5t_s256 = x5t},
                            claims);
}

}  // namespace gateway::app
