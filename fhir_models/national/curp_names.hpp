#pragma once

#include <string>
#include <string_view>

#include "fhir_models/base/issue.hpp"
#include "fhir_models/national/curp.hpp"

namespace fhir::national {

/// Upper-case A-Z without accents, words one space apart, "#" for N with tilde and "*" for every
/// other character that is no letter. The form in which official names are compared.
[[nodiscard]] std::string fold_name(std::string_view name);

/// The seven characters that a CURP takes from the names: positions 1-4 and 14-16.
///
/// Shape:   given names and surnames as people write them, UTF-8; an unknown surname empty or "XX".
///          Empty result when there is no given name or no first surname.
/// Source:  Instructivo normativo (CURP): first letters, first internal vowel and consonants, X for
///          what is missing or no letter, particles and a leading MARIA or JOSE left out. The list
///          of inconvenient words is applied by censor().
[[nodiscard]] std::string curp_letters(std::string_view given, std::string_view first_surname,
                                       std::string_view second_surname);

/// The letters as issued: second letter X when the first four make an inconvenient word.
[[nodiscard]] std::string censor(std::string letters);

/// What the rest of a record says of a person; what is empty was not said.
struct PersonFacts {
    std::string_view given;
    std::string_view first_surname;
    std::string_view second_surname;
    std::string_view family;      ///< both surnames in one text, when they came unparted
    std::string_view birth_date;  ///< FHIR date: "1967-01-02", "1967-01" or "1967"
    char sex = '\0';              ///< H, M, X; NUL when not said
    std::string_view entity;      ///< CURP letters of the entity of birth, kBornAbroad included
};

/// What of `facts` the CURP contradicts, and its check digit.
///
/// Shape:   `where` of each issue is "curp[N]", the first position that differs.
///          identity_contradiction, error: birth date, sex, entity of birth. These are facts that a
///          CURP states as such; if they differ, one of the two belongs to someone else.
///          identity_contradiction, warning: letters of the name. The civil register decides which
///          word of a compound name counts and how it was spelt on the day; feeds abbreviate, cut
///          and marry names. A good CURP under a differing name is everyday, a refusal is not due.
///          rule_violated, warning: an inconvenient word that was not censored (official samples
///          have one).
///          check_digit, warning.
[[nodiscard]] base::Issues consistency(const Curp& curp, const PersonFacts& facts);

}  // namespace fhir::national
