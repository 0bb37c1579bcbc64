#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "gateway/crypto/certificate.hpp"
#include "tests/fuzz/crypto/edits.hpp"
#include "tests/support/pki.hpp"

using namespace gateway::crypto;

namespace {

std::string edited(std::string_view edits)
{
    static const auto good = support::certificate_of(support::dev_pki().gateway_signing).der();
    return fuzz::edited(good, edits);
}

void look_at(const base::Result<Certificate>& certificate)
{
    static const auto trust = support::anchors();
    static const auto good = support::certificate_of(support::dev_pki().gateway_signing).der();
    if (!certificate) {
        return;
    }
    (void)certificate->subject();
    (void)certificate->not_before();
    (void)certificate->not_after();
    for (const char c : certificate->uri()) {
        if (c <= 0x20 || c >= 0x7f) {
            std::abort();
        }
    }
    // Nobody signed the changed bytes, so the anchor must not vouch for them. (The outer signature
    // algorithm and value are the only bytes whose change may leave the signed part as it was.)
    if (trust.check(*certificate, {}, support::kNow) && certificate->der() != good) {
        std::abort();
    }
}

}  // namespace

/// Whatever the bytes are, reading and judging a certificate answers.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    look_at(Certificate::from_der(bytes));
    look_at(Certificate::from_pem(bytes));
    look_at(Certificate::from_der(edited(bytes)));
    return 0;
}
