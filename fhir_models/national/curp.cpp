#include "fhir_models/national/curp.hpp"

#include <array>
#include <optional>

#include "fhir_models/national/federal_entity.hpp"

namespace fhir::national {
namespace {

constexpr std::size_t kLength = 18;
constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view kVowels = "AEIOUX";
constexpr std::string_view kConsonants = "BCDFGHJKLMNPQRSTVWXYZ";
constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kMarks = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// What may stand at each of the 18 positions, before the date and the entity are looked at whole.
constexpr std::array<std::string_view, kLength> kAlphabets{
    kLetters, kVowels,  kLetters, kLetters,                           // of the names
    kDigits,  kDigits,  "01",     kDigits,     "0123",      kDigits,  // yymmdd
    "HMX",    kLetters, kLetters, kConsonants, kConsonants, kConsonants, kMarks, kDigits,
};

constexpr std::size_t kMonthEnd = 8;
constexpr std::size_t kDayEnd = 10;
constexpr std::size_t kEntityStart = 12;
constexpr std::size_t kMark = 16;

int number_at(std::string_view text, std::size_t index)
{
    return (text[index] - '0') * 10 + (text[index + 1] - '0');
}

/// 1-based position of the first character that no entity has there; nothing when all is well.
std::optional<std::size_t> wrong_entity(std::string_view letters)
{
    if (letters == kBornAbroad || entity_by_letters(letters) != nullptr) {
        return std::nullopt;
    }
    for (const auto& row : federal_entities()) {
        if (row.letters[0] == letters[0]) {
            return kEntityStart + 1;
        }
    }
    return kEntityStart;
}

/// 1-based position of the first wrong character; nothing when the text is a CURP born `date`.
std::optional<std::size_t> first_wrong(std::string_view text, std::optional<base::Date>& date)
{
    std::size_t good = 0;
    while (good < kLength && good < text.size() &&
           kAlphabets[good].find(text[good]) != std::string_view::npos) {
        ++good;
    }
    if (good >= kMonthEnd) {
        const auto month = number_at(text, 6);
        if (month < 1 || month > 12) {
            return kMonthEnd;
        }
    }
    if (good >= kDayEnd) {
        // Before the mark is known a day is only wrong when no century has it (2000 is a leap
        // year).
        const bool to_1999 = good > kMark && kDigits.find(text[kMark]) != std::string_view::npos;
        const auto year = (to_1999 ? 1900 : 2000) + number_at(text, 4);
        date = base::make_date(year, number_at(text, 6), number_at(text, 8));
        if (!date) {
            return kDayEnd;
        }
    }
    if (good > kEntityStart) {
        if (const auto wrong = wrong_entity(text.substr(kEntityStart - 1, 2))) {
            return wrong;
        }
    }
    if (good < kLength || text.size() > kLength) {
        return good + 1;
    }
    return std::nullopt;
}

/// Weight alphabet of the check digit: digits, letters, N with tilde between N and O.
int value_of(char c)
{
    if (c <= '9') {
        return c - '0';
    }
    return c - 'A' + 10 + (c > 'N' ? 1 : 0);
}

}  // namespace

base::Result<Curp> Curp::parse(std::string_view text)
{
    std::optional<base::Date> date;
    if (const auto wrong = first_wrong(text, date)) {
        return base::fail(base::Errc::invalid_identifier, "curp[" + std::to_string(*wrong) + "]",
                          {"una CURP de 18 caracteres con fecha, sexo y entidad válidos",
                           "a CURP of 18 characters with a valid date, sex and entity"},
                          base::kind_of(text));
    }
    return Curp(text, *date);
}

bool Curp::check_digit_matches() const noexcept
{
    int sum = 0;
    for (std::size_t i = 0; i + 1 < kLength; ++i) {
        sum += value_of(text_[i]) * static_cast<int>(kLength - i);
    }
    return text_.back() - '0' == (10 - sum % 10) % 10;
}

}  // namespace fhir::national
