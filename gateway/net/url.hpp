#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "fhir_models/base/result.hpp"

namespace gateway::net {

/// Whether http:// is taken too: only where the answer itself is signed.
enum class PlainHttp : bool { refused, taken };

/// https://host[:port]/path[?query], taken apart. No user, no fragment, visible ASCII only.
struct Url {
    bool secure = true;  ///< false: http://, port 80
    std::string host;    ///< a name, or an address without brackets
    std::uint16_t port = 443;
    std::string authority;  ///< as the Host header says it
    std::string target;     ///< "/path?query", at least "/"
};

/// Errors: malformed_request; `where` = "url".
[[nodiscard]] base::Result<Url> parse_url(std::string_view text,
                                          PlainHttp plain = PlainHttp::refused);

/// mllps://host:port, or mllp://host:port (not `secure`) where the host is this machine.
/// Errors: malformed_request; `where` = "url".
[[nodiscard]] base::Result<Url> parse_mllp_url(std::string_view text);

}  // namespace gateway::net
