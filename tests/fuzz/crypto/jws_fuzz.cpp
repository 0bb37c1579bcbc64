#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "fhir_models/base/bytes.hpp"
#include "gateway/crypto/jws.hpp"
#include "tests/support/pki.hpp"

using namespace gateway::crypto;

namespace {

constexpr std::string_view kTyp = "exchange-request+jws";

const Certificate& certificate()
{
    static const auto kept = support::certificate_of(support::dev_pki().gateway_signing);
    return kept;
}

/// The three parts of `text` at its first two NULs as a token; a "@" in the header stands for the
/// right thumbprint, so that the fuzzer gets past it.
std::string token_of(std::string_view text)
{
    const auto first = std::min(text.find('\0'), text.size());
    std::string header(text.substr(0, first));
    text.remove_prefix(std::min(first + 1, text.size()));
    const auto second = std::min(text.find('\0'), text.size());
    if (const auto at = header.find('@'); at != std::string::npos) {
        header.replace(at, 1, certificate().x5t());
    }
    return base::to_base64url(header) + "." + base::to_base64url(text.substr(0, second)) + "." +
           base::to_base64url(text.substr(std::min(second + 1, text.size())));
}

}  // namespace

/// Whatever the bytes are, reading a token answers; a header that was read is whole; and no bytes
/// are a signature of a key that never signed.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    for (const auto& token : {std::string(text), token_of(text)}) {
        const auto read = read_jws(token, kTyp);
        if (!read) {
            if (read.error().code != base::Errc::malformed_jws) {
                std::abort();
            }
            continue;
        }
        if (read->header.typ != kTyp || read->header.kid.empty() ||
            read->header.x5t_s256.size() != 43 || !token.starts_with(read->signed_part) ||
            verify_jws(*read, certificate())) {
            std::abort();
        }
    }
    return 0;
}
