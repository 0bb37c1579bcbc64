#pragma once

#include "gateway/exchange/self.hpp"
#include "tests/support/pki.hpp"

namespace support {

/// The gateway of dev_pki() as it names itself and signs.
inline gateway::exchange::Self gateway_self()
{
    using gateway::exchange::SigningPair;
    const auto& credential = dev_pki().gateway_signing;
    return {
        .urn = "urn:puente:gateway:prueba",
        .env = "test",
        .ledger_origin = "puente.example/ledger-1",
        .ledger_vkey = {},
        .signing = std::make_shared<gateway::runtime::Snapshot<SigningPair>>(
            std::make_shared<const SigningPair>(key_of(credential), certificate_of(credential))),
        .trust = std::make_shared<gateway::runtime::Snapshot<gateway::crypto::Trust>>(
            std::make_shared<const gateway::crypto::Trust>(anchors(), anchors(), nullptr)),
        .master = gateway::crypto::MasterKey::from_bytes({}),
        .index_key = {}};
}

}  // namespace support
