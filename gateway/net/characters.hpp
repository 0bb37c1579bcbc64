#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "fhir_models/base/result.hpp"

namespace gateway::net {

// The words head.cpp and target.cpp judge with.

[[nodiscard]] inline bool is_alphanumeric(char c) noexcept
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

[[nodiscard]] inline bool is_control(char c) noexcept
{
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20U || byte == 0x7fU;
}

[[nodiscard]] inline bool consists_of(std::string_view text, std::string_view marks) noexcept
{
    return std::ranges::all_of(text, [marks](char c) {
        return is_alphanumeric(c) || marks.find(c) != std::string_view::npos;
    });
}

[[nodiscard]] inline int hex_value(char c) noexcept
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// The byte of "%41" at `at`, or -1.
[[nodiscard]] inline int percent_value(std::string_view text, std::size_t at) noexcept
{
    if (text.size() - at < 3) {
        return -1;
    }
    const int high = hex_value(text[at + 1]);
    const int low = hex_value(text[at + 2]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/// malformed_request at a place of the head; tells the kind of `value`, never the value.
[[nodiscard]] inline base::Failure refuse(std::string_view where, std::string_view es,
                                          std::string_view en, std::string_view value = {})
{
    return base::fail(base::Errc::malformed_request, std::string(where),
                      {std::string(es), std::string(en)},
                      value.empty() ? base::Text{} : base::kind_of(value));
}

}  // namespace gateway::net
