#pragma once

#include <memory>
#include <string_view>

#include "fhir_models/base/result.hpp"

struct evp_pkey_st;

namespace gateway::crypto::detail {

/// A private key that stays in its token (HSM, smart card, SoftHSM), by a PKCS#11 URI (RFC 7512):
///
///     pkcs11:token=puente;object=signing;type=private?module-path=/usr/lib/softhsm/libsofthsm2.so
///
/// `module-path` is demanded; one module per process, since PKCS#11 modules bear no second one.
/// Owns:     the module stays loaded to the end of the process.
/// Threads:  the key may sign from many threads; loading takes turns.
/// Errors:   unusable_key, `where` = "pkcs11" (an URI may hold a PIN: it is never told).
[[nodiscard]] base::Result<std::shared_ptr<evp_pkey_st>> load_pkcs11(std::string_view uri,
                                                                     std::string_view pin);

}  // namespace gateway::crypto::detail
