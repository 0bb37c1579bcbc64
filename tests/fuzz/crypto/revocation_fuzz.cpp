#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "fhir_models/base/bytes.hpp"
#include "fhir_models/base/text.hpp"
#include "gateway/crypto/certificate.hpp"
#include "gateway/crypto/revocation.hpp"
#include "tests/fuzz/crypto/edits.hpp"
#include "tests/support/pki.hpp"

using namespace gateway::crypto;

namespace {

/// A list that revokes the gateway's certificate, edited.
std::string edited(std::string_view edits)
{
    static const auto good = [] {
        const auto pem = support::make_crl(
            support::root_authority(),
            {support::certificate_of(support::dev_pki().gateway_signing)},
            {support::kNow.microseconds - 60'000'000}, {support::kNow.microseconds + 60'000'000});
        std::string base64;
        for (const auto line : base::split(pem, '\n')) {
            base64.append(line.starts_with("-----") ? "" : line);
        }
        return base::from_base64(base64).value();
    }();
    return fuzz::edited(good, edits);
}

void look_at(const base::Result<RevocationLists>& lists, bool untouched)
{
    static const auto trust = support::anchors();
    static const auto gateway = support::certificate_of(support::dev_pki().gateway_signing);
    if (lists && trust.check(gateway, {}, support::kNow, &*lists)) {
        std::abort();  // no changed byte makes it good: the list's signature is over all of them
    }
    if (!lists && untouched) {
        std::abort();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    look_at(RevocationLists::read({edited(bytes)}, 0), bytes.size() < 3);
    look_at(RevocationLists::read({std::string(bytes)}, 0), false);
    return 0;
}
