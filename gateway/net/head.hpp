#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fhir_models/base/result.hpp"
#include "gateway/net/http.hpp"

namespace gateway::net {

/// How far the bytes of a request's head go.
struct HeadEnd {
    enum class State : std::uint8_t { incomplete, complete, refused };
    State state = State::incomplete;
    std::size_t at = 0;  ///< complete: bytes of the head with its empty line; refused: the bad byte
};

/// Looks for the empty line that ends a head; bytes before `from` were looked at before. Refuses at
/// once what a lenient reader might take for a line end or skip: LF without CR, CR without LF, a
/// folded line, control bytes, an empty first line.
/// Source: RFC 9112 §2.2, §5.2.
[[nodiscard]] HeadEnd find_head_end(std::string_view bytes, std::size_t from) noexcept;

/// The head of a request as parsed, nothing judged yet.
struct RawHead {
    std::string_view method;
    std::string_view target;
    unsigned version = 11;  ///< 10 or 11
    std::vector<std::pair<std::string_view, std::string_view>> fields;
};

/// A head with one meaning only.
struct Head {
    std::string method;
    std::string path;   ///< decoded once; never holds '.' or '..' segments or an encoded '/'
    std::string query;  ///< raw, without '?'
    Headers headers;    ///< names in lower case, values trimmed
    std::optional<std::size_t> length;
    bool chunked = false;
    bool expects_continue = false;
    bool keep_alive = true;
};

/// Takes a head that every reader would understand in the same way, and refuses any other.
///
/// Pure.  Errors: malformed_request; `where` = "method", "target", "header", or a header's name.
/// Source: RFC 9110, RFC 9112 §3.2, §6.
[[nodiscard]] base::Result<Head> judge(const RawHead& raw);

}  // namespace gateway::net
