#include "mapping/charset.hpp"

#include <algorithm>
#include <array>
#include <memory>

#include <unicode/ucnv.h>
#include <unicode/unistr.h>

#include "fhir_models/base/text.hpp"

namespace mapping {
namespace {

struct Name {
    std::string_view text;
    Charset charset;
};

constexpr std::array kNames{
    // clang-format off
    Name{"ASCII", Charset::ascii},             Name{"ISO IR6", Charset::ascii},
    Name{"UNICODE UTF-8", Charset::utf8},      Name{"UTF-8", Charset::utf8},
    Name{"UNICODE", Charset::utf8},
    Name{"8859/1", Charset::latin1},           Name{"ISO IR100", Charset::latin1},
    Name{"ISO-8859-1", Charset::latin1},
    Name{"windows-1252", Charset::windows1252}, Name{"CP1252", Charset::windows1252},
    Name{"8859/2", Charset::latin2},           Name{"ISO IR101", Charset::latin2},
    Name{"8859/3", Charset::latin3},           Name{"ISO IR109", Charset::latin3},
    Name{"8859/4", Charset::latin4},           Name{"ISO IR110", Charset::latin4},
    Name{"8859/5", Charset::cyrillic},         Name{"ISO IR144", Charset::cyrillic},
    Name{"8859/6", Charset::arabic},           Name{"ISO IR127", Charset::arabic},
    Name{"8859/7", Charset::greek},            Name{"ISO IR126", Charset::greek},
    Name{"8859/8", Charset::hebrew},           Name{"ISO IR138", Charset::hebrew},
    Name{"8859/9", Charset::latin5},           Name{"ISO IR148", Charset::latin5},
    Name{"8859/15", Charset::latin9},
    Name{"ISO IR14", Charset::katakana},       Name{"KS X 1001", Charset::korean},
    Name{"CNS 11643-1992", Charset::chinese_taiwan},
    Name{"ISO IR87", Charset::japanese},       Name{"ISO IR159", Charset::japanese},
    Name{"GB 18030-2000", Charset::chinese},   Name{"BIG-5", Charset::big5},
    Name{"UNICODE UTF-16", Charset::utf16},    Name{"UNICODE UTF-32", Charset::utf32},
    // clang-format on
};

/// What ICU calls them; nothing for those read without it.
constexpr const char* icu_name(Charset charset) noexcept
{
    switch (charset) {
        case Charset::latin2:
            return "ISO-8859-2";
        case Charset::latin3:
            return "ISO-8859-3";
        case Charset::latin4:
            return "ISO-8859-4";
        case Charset::cyrillic:
            return "ISO-8859-5";
        case Charset::arabic:
            return "ISO-8859-6";
        case Charset::greek:
            return "ISO-8859-7";
        case Charset::hebrew:
            return "ISO-8859-8";
        case Charset::latin5:
            return "ISO-8859-9";
        case Charset::latin9:
            return "ISO-8859-15";
        case Charset::katakana:
            return "Shift_JIS";  // whose single bytes are those of JIS X 0201
        case Charset::korean:
            return "EUC-KR";
        case Charset::chinese_taiwan:
            return "EUC-TW";
        case Charset::japanese:
            return "ISO-2022-JP-2";
        case Charset::chinese:
            return "GB18030";
        case Charset::big5:
            return "Big5";
        case Charset::utf16:
            return "UTF-16";
        case Charset::utf32:
            return "UTF-32";
        default:
            return nullptr;
    }
}

/// By ICU; a byte sequence that is no character of the set refuses the whole text.
std::optional<std::string> by_icu(std::string_view bytes, const char* name)
{
    struct Close {
        void operator()(UConverter* converter) const noexcept { ucnv_close(converter); }
    };
    auto status = U_ZERO_ERROR;
    const std::unique_ptr<UConverter, Close> from(ucnv_open(name, &status));
    ucnv_setToUCallBack(from.get(), UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status);
    if (U_FAILURE(status) != 0) {
        return std::nullopt;
    }
    const icu::UnicodeString text(bytes.data(), static_cast<std::int32_t>(bytes.size()), from.get(),
                                  status);
    if (U_FAILURE(status) != 0) {
        return std::nullopt;
    }
    std::string out;
    text.toUTF8String(out);
    return out;
}

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

bool hides_delimiters(Charset charset) noexcept
{
    return charset == Charset::japanese || charset == Charset::chinese ||
           charset == Charset::big5 || charset == Charset::utf16 || charset == Charset::utf32;
}

std::optional<Charset> charset_designated(std::string_view hex) noexcept
{
    constexpr std::array kDesignations{
        Name{"2D41", Charset::latin1},   Name{"2D42", Charset::latin2},
        Name{"2D43", Charset::latin3},   Name{"2D44", Charset::latin4},
        Name{"2D46", Charset::greek},    Name{"2D47", Charset::arabic},
        Name{"2D48", Charset::hebrew},   Name{"2D4C", Charset::cyrillic},
        Name{"2D4D", Charset::latin5},   Name{"2D62", Charset::latin9},
        Name{"2949", Charset::katakana}, Name{"242943", Charset::korean},
    };
    for (const auto& known : kDesignations) {
        if (base::equals_ignoring_case(known.text, hex)) {
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
        default:
            break;
    }
    if (const auto* const name = icu_name(charset); name != nullptr) {
        return by_icu(bytes, name);
    }
    return is_ascii(bytes) ? std::optional(std::string(bytes)) : std::nullopt;
}

}  // namespace mapping
