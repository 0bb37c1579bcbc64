#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/net/http.hpp"

namespace gateway::net {

/// What the session adds to the answer of a handler.
struct Envelope {
    std::string_view trace_id;
    bool to_head = false;  ///< the request was HEAD: everything but the body
    bool close = false;
};

/// Status line and fields, with `date`, `trace-id`, `content-length` and the empty line, appended.
/// `content-length`, `transfer-encoding`, `connection`, `date` and `trace-id` of the handler are
/// dropped. False, and nothing appended, when a name or a value could break out of its line.
[[nodiscard]] bool append_head(std::string& out, const Response& response,
                               const Envelope& envelope);

/// The first line of a request of ours and what follows from it.
struct RequestLine {
    std::string_view method;
    std::string_view target;
    std::string_view host;
    std::size_t body_size = 0;
};

/// The head of a request, appended; `content-length` when there is a body or the method usually has
/// one. `host`, `content-length`, `transfer-encoding` and `connection` of the caller are dropped.
/// False, and nothing appended, as above.
[[nodiscard]] bool append_request(std::string& out, const RequestLine& line,
                                  const Headers& headers);

/// "Sat, 21 Nov 2026 01:30:30 GMT", now. Source: RFC 9110 §5.6.7.
[[nodiscard]] std::string http_date();

/// 32 random hexadecimal digits.
[[nodiscard]] std::string new_trace_id();
/// The trace-id of a W3C traceparent header, if it has one. Source: W3C Trace Context §3.2.
[[nodiscard]] std::optional<std::string> trace_id_of(std::string_view traceparent);

}  // namespace gateway::net
