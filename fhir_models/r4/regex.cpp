#include "fhir_models/r4/regex.hpp"

#include <unicode/locid.h>
#include <unicode/regex.h>
#include <unicode/unistr.h>

namespace fhir::r4 {
namespace {

/// In ICU's steps, each about a millisecond.
constexpr std::int32_t kTimeLimit = 200;

icu::UnicodeString wide(std::string_view text)
{
    return icu::UnicodeString::fromUTF8({text.data(), static_cast<std::int32_t>(text.size())});
}

std::string narrow(const icu::UnicodeString& text)
{
    std::string out;
    return text.toUTF8String(out);
}

}  // namespace

struct Regex::Pattern {
    std::unique_ptr<icu::RegexPattern> compiled;

    [[nodiscard]] std::unique_ptr<icu::RegexMatcher> on(const icu::UnicodeString& text) const
    {
        UErrorCode status = U_ZERO_ERROR;
        std::unique_ptr<icu::RegexMatcher> matcher(compiled->matcher(text, status));
        matcher->setTimeLimit(kTimeLimit, status);
        return matcher;
    }
};

Regex::Regex(std::unique_ptr<Pattern> pattern) : pattern_(std::move(pattern)) {}
Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;
Regex::~Regex() = default;

std::optional<Regex> Regex::compile(std::string_view pattern)
{
    UErrorCode status = U_ZERO_ERROR;
    UParseError where{};
    std::unique_ptr<icu::RegexPattern> compiled(
        icu::RegexPattern::compile(wide(pattern), UREGEX_DOTALL, where, status));
    if (U_FAILURE(status) || compiled == nullptr) {
        return std::nullopt;
    }
    return Regex(std::make_unique<Pattern>(Pattern{std::move(compiled)}));
}

bool Regex::finds_in(std::string_view text) const
{
    const auto subject = wide(text);
    UErrorCode status = U_ZERO_ERROR;
    return static_cast<bool>(pattern_->on(subject)->find(status)) && U_SUCCESS(status);
}

bool Regex::matches_whole(std::string_view text) const
{
    const auto subject = wide(text);
    UErrorCode status = U_ZERO_ERROR;
    return static_cast<bool>(pattern_->on(subject)->matches(status)) && U_SUCCESS(status);
}

std::string Regex::replace_all(std::string_view text, std::string_view by) const
{
    const auto subject = wide(text);
    UErrorCode status = U_ZERO_ERROR;
    const auto out = pattern_->on(subject)->replaceAll(wide(by), status);
    return U_SUCCESS(status) ? narrow(out) : std::string(text);
}

std::string to_upper(std::string_view text)
{
    return narrow(wide(text).toUpper(icu::Locale::getRoot()));
}

std::string to_lower(std::string_view text)
{
    return narrow(wide(text).toLower(icu::Locale::getRoot()));
}

}  // namespace fhir::r4
