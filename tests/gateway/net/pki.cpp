#include "tests/gateway/net/pki.hpp"

#include <ctime>

#include "gateway/crypto/authority.hpp"

namespace pki {
namespace {

using gateway::crypto::Authority;

constexpr std::int64_t kDay = 86'400;

base::Instant days_from_now(std::int64_t days)
{
    return base::from_seconds(std::time(nullptr) + days * kDay);
}

Pair issue(const Authority& authority, const std::string& usage, const std::string& names,
           std::int64_t days = 1)
{
    const auto pem = gateway::crypto::new_key(gateway::crypto::KeyKind::p256).value();
    const auto key = gateway::crypto::PrivateKey::from_pem(pem).value();
    const gateway::crypto::CertificatePlan plan{"test",
                                                {{"basicConstraints", "critical,CA:FALSE"},
                                                 {"keyUsage", "critical,digitalSignature"},
                                                 {"extendedKeyUsage", usage},
                                                 {"subjectAltName", names}},
                                                days_from_now(-2),
                                                days_from_now(days)};
    return {authority.issue(plan, key.public_pem()).value(), pem};
}

struct All {
    Authority ours = Authority::make("ours", days_from_now(-2), days_from_now(2)).value();
    Authority other = Authority::make("other", days_from_now(-2), days_from_now(2)).value();
    std::string ca = ours.certificate().pem();
    Pair server = issue(ours, "serverAuth", "DNS:localhost,IP:127.0.0.1");
    Pair elsewhere = issue(ours, "serverAuth", "DNS:elsewhere.example");
    Pair hospital = issue(ours, "clientAuth", "URI:urn:test:hospital");
    Pair stranger = issue(other, "clientAuth", "URI:urn:test:stranger");
    Pair expired = issue(ours, "clientAuth", "URI:urn:test:expired", -1);
};

const All& all()
{
    static const All made;
    return made;
}

}  // namespace

const std::string& ca()
{
    return all().ca;
}
const Pair& server()
{
    return all().server;
}
const Pair& elsewhere()
{
    return all().elsewhere;
}
const Pair& hospital()
{
    return all().hospital;
}
const Pair& stranger()
{
    return all().stranger;
}
const Pair& expired()
{
    return all().expired;
}

gateway::net::TlsFiles server_files(const Pair& pair)
{
    return {pair.certificate, pair.key, ca()};
}

gateway::net::ClientIdentity client_identity(const Pair& pair)
{
    return {pair.certificate, pair.key, ca()};
}

}  // namespace pki
