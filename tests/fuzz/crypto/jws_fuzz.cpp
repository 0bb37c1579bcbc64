#include <algorithm>
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

/// `text` at its first two NULs as header, claims and signature. A header that does not begin with
/// a brace is written into a good one, just before its end: noise alone would never get that far.
std::string token_of(std::string_view text)
{
    const auto take = [&text] {
        const auto end = std::min(text.find('\0'), text.size());
        const auto part = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        return std::string(part);
    };
    auto header = take();
    if (!header.starts_with('{')) {
        header = R"({"alg":"ES256","typ":"exchange-request+jws","kid":"k","x5t#S256":")" +
                 certificate().x5t() + "\"" + header + "}";
    }
    const auto claims = take();
    return base::to_base64url(header) + "." + base::to_base64url(claims) + "." +
           base::to_base64url(text);
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
