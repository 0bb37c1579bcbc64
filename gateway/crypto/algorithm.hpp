#pragma once

#include <string>
#include <string_view>

#include "gateway/crypto/key.hpp"

struct evp_md_st;
struct evp_pkey_ctx_st;

namespace gateway::crypto::detail {

/// What the four algorithms ask of OpenSSL; inside this room only.

/// True when `key` is of the kind `algorithm` signs with.
[[nodiscard]] bool fits(const evp_pkey_st* key, Algorithm algorithm) noexcept;

/// PSS by RFC 7518 §3.5: MGF1 with the same digest, salt as long as the digest.
[[nodiscard]] bool set_padding(evp_pkey_ctx_st* context, Algorithm algorithm) noexcept;

/// SHA-256, or null for EdDSA, which takes the bytes themselves.
[[nodiscard]] const evp_md_st* digest_of(Algorithm algorithm);

/// DER of an ECDSA signature to r||s (RFC 7518 §3.4); empty when it is none.
[[nodiscard]] std::string to_jws_form(std::string_view der);

/// r||s to DER; empty when the length is wrong or r or s is zero.
[[nodiscard]] std::string to_der_form(std::string_view signature);

}  // namespace gateway::crypto::detail
