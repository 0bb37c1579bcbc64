#include "mapping/charset.hpp"

#include <algorithm>
#include <array>

#include "fhir_models/base/text.hpp"

namespace mapping {
namespace {

struct Name {
    std::string_view text;
    Charset charset;
};

constexpr std::array kNames{
    Name{"ASCII", Charset::ascii},       Name{"UNICODE UTF-8", Charset::utf8},
    Name{"UTF-8", Charset::utf8},        Name{"8859/1", Charset::latin1},
    Name{"ISO-8859-1", Charset::latin1}, Name{"windows-1252", Charset::windows1252},
    Name{"UNICODE", Charset::utf8},      Name{"ISO IR6", Charset::ascii},
    Name{"ISO IR100", Charset::latin1},  Name{"CP1252", Charset::windows1252},
};

}  // namespace

std::optional<Charset> charset_named(std::string_view name) noexcept
{
    for (const auto& known : kNames) {
        if (base::equals_ignoring_case(known.text, name)) {
            return known.charset;
        }
    }
    return std::nullopt;
}

bool is_ascii(std::string_view bytes) noexcept
{
    return std::ranges::all_of(bytes, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::optional<std::string> to_utf8(std::string_view bytes, Charset charset)
{
    switch (charset) {
        case Charset::utf8:
            if (base::find_invalid_utf8(bytes) != std::string_view::npos) {
                return std::nullopt;
            }
            return std::string(bytes);
        case Charset::latin1:
            return base::latin1_to_utf8(bytes);
        case Charset::windows1252:
            return base::windows1252_to_utf8(bytes);
        case Charset::ascii:
        case Charset::undecided:
            break;
    }
    if (!is_ascii(bytes)) {
        return std::nullopt;
    }
    return std::string(bytes);
}

}  // namespace mapping
