#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "gateway/net/url.hpp"

/// What is taken as an address gives the same address again when it is put together.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto url = gateway::net::parse_url({reinterpret_cast<const char*>(data), size});
    if (!url) {
        return 0;
    }
    const auto again = gateway::net::parse_url("https://" + url->authority + url->target);
    if (!again || again->host != url->host || again->port != url->port ||
        again->target != url->target || url->host.empty() || url->target.front() != '/') {
        std::abort();
    }
    return 0;
}
