#include "fhir_models/national/rfc.hpp"

#include "fhir_models/base/time.hpp"

namespace fhir::national {
namespace {

constexpr char kEnye = '#';  // one character for the two bytes of N with tilde
constexpr std::string_view kNames = "ABCDEFGHIJKLMNOPQRSTUVWXYZ&#";
constexpr std::string_view kHomonymy = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
constexpr std::string_view kWeights = "0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ #";

std::string one_byte_each(std::string_view text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text.substr(i, 2) == "\xC3\x91") {
            out += kEnye;
            ++i;
        } else {
            out += text[i] == kEnye ? '?' : text[i];
        }
    }
    return out;
}

/// 1-based position of the first wrong character; 0 when there is none.
std::size_t first_wrong(std::string_view text)
{
    const auto letters = text.size() == 12 ? std::size_t{3} : std::size_t{4};
    const auto whole = letters + 9;
    std::size_t good = 0;
    while (good < whole && good < text.size()) {
        const auto alphabet = good < letters       ? kNames
                              : good < letters + 6 ? std::string_view("0123456789")
                              : good + 1 < whole   ? kHomonymy
                                                   : std::string_view("0123456789A");
        if (alphabet.find(text[good]) == std::string_view::npos) {
            return good + 1;
        }
        ++good;
    }
    if (good >= letters + 6) {
        const auto number = [&](std::size_t at) {
            return (text[letters + at] - '0') * 10 + (text[letters + at + 1] - '0');
        };
        // A two-digit year: 2000 is the century with the most days.
        if (!base::make_date(2000 + number(0), number(2), number(4)) &&
            !base::make_date(1900 + number(0), number(2), number(4))) {
            return letters + 6;
        }
    }
    const auto without_homonymy = letters == 4 && text.size() == 10;
    return (good == whole && text.size() == whole) || without_homonymy ? 0 : good + 1;
}

}  // namespace

base::Result<Rfc> Rfc::parse(std::string_view text)
{
    if (const auto wrong = first_wrong(one_byte_each(text)); wrong != 0) {
        return base::fail(
            base::Errc::invalid_identifier, "rfc[" + std::to_string(wrong) + "]",
            {"un RFC de 13 caracteres (persona) o 12 (empresa) con una fecha que existe",
             "an RFC of 13 characters (person) or 12 (company) with a date that exists"},
            base::kind_of(text));
    }
    return Rfc(text);
}

bool Rfc::is_company() const noexcept
{
    return one_byte_each(text_).size() == 12;
}

bool Rfc::check_character_matches() const noexcept
{
    auto text = one_byte_each(text_);
    if (is_generic(text_) || text.size() == 10) {
        return true;
    }
    if (text.size() == 12) {
        text.insert(text.begin(), ' ');
    }
    std::size_t sum = 0;
    for (std::size_t i = 0; i < 12; ++i) {
        sum += kWeights.find(text[i]) * (13 - i);
    }
    return text.back() == "0123456789A0"[11 - sum % 11];
}

}  // namespace fhir::national
