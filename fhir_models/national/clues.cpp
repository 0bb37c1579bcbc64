#include "fhir_models/national/clues.hpp"

#include "fhir_models/national/federal_entity.hpp"

namespace fhir::national {
namespace {

constexpr std::size_t kLength = 11;
constexpr std::size_t kLetters = 5;

/// 1-based position of the first wrong character; 0 when there is none.
std::size_t first_wrong(std::string_view text)
{
    std::size_t good = 0;
    while (good < kLength && good < text.size() &&
           (good < kLetters ? text[good] >= 'A' && text[good] <= 'Z'
                            : text[good] >= '0' && text[good] <= '9')) {
        ++good;
    }
    if (good >= 2 && entity_by_letters(text.substr(0, 2)) == nullptr) {
        return 1;
    }
    return good < kLength || text.size() > kLength ? good + 1 : 0;
}

}  // namespace

base::Result<Clues> Clues::parse(std::string_view text)
{
    if (const auto wrong = first_wrong(text); wrong != 0) {
        return base::fail(base::Errc::invalid_identifier, "clues[" + std::to_string(wrong) + "]",
                          {"una CLUES: letras de entidad e institución y 6 dígitos",
                           "a CLUES: letters of entity and institution and 6 digits"},
                          base::kind_of(text));
    }
    return Clues(text);
}

bool Clues::check_digit_matches() const noexcept
{
    int letters = 0;
    for (std::size_t i = 0; i < kLetters; ++i) {
        letters += text_[i] - 'A' + 1;
    }
    int number = 0;
    for (std::size_t i = kLetters; i + 1 < kLength; ++i) {
        number = number * 10 + (text_[i] - '0');
    }
    return text_.back() - '0' == (2 * number + 5 * letters) % 7;
}

}  // namespace fhir::national
