#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/crypto/authority.hpp"
#include "gateway/crypto/dev_pki.hpp"

namespace support {

/// A moment inside the life of everything below: 2026-11-21T00:00:00Z.
inline constexpr base::Instant kNow{1'795'219'200'000'000};

/// One development PKI for the whole test program, valid a year around kNow: gateway
/// "urn:puente:gateway:prueba", institutions "hospital-norte" and "hospital-sur".
[[nodiscard]] const gateway::crypto::DevPki& dev_pki();

/// Keys and certificates of dev_pki() and of Authority::issue, read. Throw on a test's own fault.
[[nodiscard]] gateway::crypto::PrivateKey key_of(const gateway::crypto::Credential& credential);
[[nodiscard]] gateway::crypto::Certificate certificate_of(
    const gateway::crypto::Credential& credential);
[[nodiscard]] gateway::crypto::TrustAnchors anchors();

/// The root of dev_pki() as an authority, to issue what a test needs.
[[nodiscard]] gateway::crypto::Authority root_authority();

/// A revocation list of `issuer`, PEM.
[[nodiscard]] std::string make_crl(const gateway::crypto::Authority& issuer,
                                   const std::vector<gateway::crypto::Certificate>& revoked,
                                   base::Instant from, base::Instant until);

}  // namespace support
