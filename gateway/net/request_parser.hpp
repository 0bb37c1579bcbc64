#pragma once

#include <boost/beast/http/parser.hpp>
#include <cstdint>
#include <optional>
#include <string_view>

#include "gateway/net/growing_body.hpp"
#include "gateway/net/head.hpp"

namespace gateway::net {

/// Beast's reader of one request, given bytes and never a stream.
using RequestParser = boost::beast::http::request_parser<GrowingBody>;

/// Lets Beast read a whole head, alone; nothing when it does not take every byte. The views are
/// into the parser.
[[nodiscard]] inline std::optional<RawHead> read_head(RequestParser& parser, std::string_view bytes)
{
    const auto view = [](boost::beast::string_view text) {
        return std::string_view(text.data(), text.size());
    };
    parser.header_limit(static_cast<std::uint32_t>(bytes.size()));
    parser.body_limit(boost::none);
    parser.eager(false);
    boost::system::error_code error;
    const auto used = parser.put(boost::asio::buffer(bytes.data(), bytes.size()), error);
    if (error || !parser.is_header_done() || used != bytes.size()) {
        return std::nullopt;
    }
    const auto& message = parser.get();
    RawHead raw{view(message.method_string()), view(message.target()), message.version(), {}};
    for (const auto& field : message) {
        raw.fields.emplace_back(view(field.name_string()), view(field.value()));
    }
    return raw;
}

}  // namespace gateway::net
