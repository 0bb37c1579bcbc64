#include "fhir_models/national/curp_names.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "fhir_models/base/text.hpp"

namespace fhir::national {
namespace {

constexpr char kEnye = '#';
constexpr char kOther = '*';

/// U+00C0 to U+00DF; the 32 after them are their lower case.
constexpr std::string_view kLatin = "AAAAAA*CEEEEIIII*#OOOOO*OUUUUY**";

// clang-format off
constexpr std::array<std::string_view, 19> kParticles{
    "DA", "DAS", "DD", "DE", "DEL", "DER", "DI", "DIE", "EL", "LA", "LAS", "LE", "LES", "LOS",
    "MAC", "MC", "VAN", "VON", "Y"};

/// Left out when another given name follows; "MA." and "J." are folded to "MA*" and "J*".
constexpr std::array<std::string_view, 8> kOmitted{"J", "J*", "JOSE", "M", "M*", "MA", "MA*", "MARIA"};

/// Instructivo normativo, annex of inconvenient words; sorted.
constexpr std::array<std::string_view, 81> kInconvenient{
    "BACA", "BAKA", "BUEI", "BUEY", "CACA", "CACO", "CAGA", "CAGO", "CAKA", "CAKO", "COGE", "COGI",
    "COJA", "COJE", "COJI", "COJO", "COLA", "CULO", "FALO", "FETO", "GETA", "GUEI", "GUEY", "JETA",
    "JOTO", "KACA", "KACO", "KAGA", "KAGO", "KAKA", "KAKO", "KOGE", "KOGI", "KOJA", "KOJE", "KOJI",
    "KOJO", "KOLA", "KULO", "LILO", "LOCA", "LOCO", "LOKA", "LOKO", "MAME", "MAMO", "MEAR", "MEAS",
    "MEON", "MIAR", "MION", "MOCO", "MOKO", "MULA", "MULO", "NACA", "NACO", "PEDA", "PEDO", "PENE",
    "PIPI", "PITO", "POPO", "PUTA", "PUTO", "QULO", "RATA", "ROBA", "ROBE", "ROBO", "RUIN", "SENO",
    "TETA", "VACA", "VAGA", "VAGO", "VAKA", "VUEI", "VUEY", "WUEI", "WUEY"};
// clang-format on
static_assert(std::ranges::is_sorted(kInconvenient));

bool is_vowel(char c)
{
    return std::string_view("AEIOU").find(c) != std::string_view::npos;
}

char letter(char c)
{
    return c == kEnye || c == kOther ? 'X' : c;
}

char first_letter(std::string_view word)
{
    return word.empty() ? 'X' : letter(word.front());
}

/// First vowel or consonant after the first letter; a character that is no letter counts as it
/// falls.
char first_internal(std::string_view word, bool vowel)
{
    for (const char c : word.substr(std::min<std::size_t>(1, word.size()))) {
        if (c == kOther || (c == kEnye && !vowel)) {
            return 'X';
        }
        if (c != kEnye && is_vowel(c) == vowel) {
            return c;
        }
    }
    return 'X';
}

bool is_particle(std::string_view word)
{
    return std::ranges::find(kParticles, word) != kParticles.end();
}

/// The first word that is no particle; the first of all when there is no other.
std::string_view first_word(const std::vector<std::string_view>& words)
{
    const auto found = std::ranges::find_if_not(words, is_particle);
    if (found != words.end()) {
        return *found;
    }
    return words.empty() ? std::string_view{} : words.front();
}

std::vector<std::string_view> words_of(std::string_view folded)
{
    return folded.empty() ? std::vector<std::string_view>{} : base::split(folded, ' ');
}

std::string_view given_word(std::string_view folded)
{
    auto words = words_of(folded);
    if (words.size() > 1 && std::ranges::find(kOmitted, words.front()) != kOmitted.end()) {
        const std::vector rest(words.begin() + 1, words.end());
        if (!std::ranges::all_of(rest, is_particle)) {
            return first_word(rest);
        }
    }
    return first_word(words);
}

std::string_view surname_word(std::string_view folded)
{
    return folded == "XX" ? std::string_view{} : first_word(words_of(folded));
}

std::string letters_of_folded(std::string_view given, std::string_view first,
                              std::string_view second)
{
    const auto name = given_word(given);
    const auto father = surname_word(first);
    const auto mother = surname_word(second);
    if (name.empty() || father.empty()) {
        return {};
    }
    return {first_letter(father),          first_internal(father, true),
            first_letter(mother),          first_letter(name),
            first_internal(father, false), first_internal(mother, false),
            first_internal(name, false)};
}

/// Every reading of the names: one, or when the surnames came unparted one for each place to part.
std::vector<std::string> possible_letters(const PersonFacts& facts)
{
    const auto given = fold_name(facts.given);
    if (!facts.first_surname.empty()) {
        return {letters_of_folded(given, fold_name(facts.first_surname),
                                  fold_name(facts.second_surname))};
    }
    const auto family = fold_name(facts.family);
    std::vector<std::string> all{letters_of_folded(given, family, fold_name(facts.second_surname))};
    for (auto space = family.find(' '); space != std::string::npos;
         space = family.find(' ', space + 1)) {
        const std::string_view text = family;
        all.push_back(letters_of_folded(given, text.substr(0, space), text.substr(space + 1)));
    }
    return all;
}

base::Issue contradiction(base::Severity severity, std::size_t position, base::Text expected)
{
    base::Issue issue;
    issue.severity = severity;
    issue.code = base::Errc::identity_contradiction;
    issue.where = "curp[" + std::to_string(position) + "]";
    issue.expected = std::move(expected);
    return issue;
}

/// 1-based position in the CURP where it leaves `letters`; 0 when it does not.
std::size_t first_difference(const std::string& curp, std::string_view letters)
{
    for (std::size_t i = 0; i < letters.size(); ++i) {
        const auto position = i < 4 ? i : i + 9;
        if (curp[position] != letters[i]) {
            return position + 1;
        }
    }
    return 0;
}

void check_names(const Curp& curp, const PersonFacts& facts, base::Issues& issues)
{
    std::size_t differs = 0;
    for (const auto& letters : possible_letters(facts)) {
        if (letters.empty()) {
            continue;
        }
        const auto issued = censor(letters);
        const auto from_issued = first_difference(curp.text(), issued);
        if (from_issued == 0) {
            return;
        }
        if (first_difference(curp.text(), letters) == 0) {
            auto issue = contradiction(base::Severity::warning, 2,
                                       {"X en la posición 2: las cuatro letras forman una palabra "
                                        "inconveniente",
                                        "X at position 2: the four letters make an inconvenient "
                                        "word"});
            issue.code = base::Errc::rule_violated;
            issues.push_back(std::move(issue));
            return;
        }
        differs = std::max(differs, from_issued);
    }
    if (differs != 0) {
        issues.push_back(contradiction(base::Severity::warning, differs,
                                       {"las letras que el nombre y los apellidos dan a la CURP",
                                        "the letters that the names give to the CURP"}));
    }
}

void check_digit(const Curp& curp, base::Issues& issues)
{
    if (!curp.check_digit_matches()) {
        auto issue = contradiction(base::Severity::warning, 18,
                                   {"el dígito verificador de los otros 17 caracteres",
                                    "the check digit of the other 17 characters"});
        issue.code = base::Errc::check_digit;
        issues.push_back(std::move(issue));
    }
}

}  // namespace

std::string fold_name(std::string_view name)
{
    std::string out;
    out.reserve(name.size());
    for (std::size_t i = 0; i < name.size(); ++i) {
        const auto c = static_cast<unsigned char>(name[i]);
        const auto next = i + 1 < name.size() ? static_cast<unsigned char>(name[i + 1]) : 0U;
        if (c >= 'a' && c <= 'z') {
            out += static_cast<char>(c - 'a' + 'A');
        } else if (c >= 'A' && c <= 'Z') {
            out += static_cast<char>(c);
        } else if (c == ' ' || c == '\t') {
            if (!out.empty() && out.back() != ' ') {
                out += ' ';
            }
        } else if (c == 0xC3 && next >= 0x80) {
            out += kLatin[(next - 0x80U) % 32U];
            ++i;
        } else if (c == 0xCC &&
                   next >= 0x80) {  // a combining mark: only the tilde changes a letter
            if (next == 0x83 && !out.empty() && out.back() == 'N') {
                out.back() = kEnye;
            }
            ++i;
        } else if ((c & 0xC0U) != 0x80) {  // once for each character, not for each byte
            out += kOther;
        }
    }
    if (!out.empty() && out.back() == ' ') {
        out.pop_back();
    }
    return out;
}

std::string curp_letters(std::string_view given, std::string_view first_surname,
                         std::string_view second_surname)
{
    return letters_of_folded(fold_name(given), fold_name(first_surname), fold_name(second_surname));
}

std::string censor(std::string letters)
{
    if (std::ranges::binary_search(kInconvenient, std::string_view(letters).substr(0, 4))) {
        letters[1] = 'X';
    }
    return letters;
}

base::Issues consistency(const Curp& curp, const PersonFacts& facts)
{
    base::Issues issues;
    if (!facts.birth_date.empty() &&
        !base::to_iso(curp.birth_date()).starts_with(facts.birth_date.substr(0, 10))) {
        issues.push_back(contradiction(
            base::Severity::error, 5,
            {"la fecha de nacimiento que dice la CURP", "the birth date that the CURP states"}));
    }
    if (facts.sex != '\0' && facts.sex != curp.sex()) {
        issues.push_back(
            contradiction(base::Severity::error, 11,
                          {"el sexo que dice la CURP", "the sex that the CURP states"}));
    }
    if (!facts.entity.empty() && facts.entity != curp.entity()) {
        issues.push_back(contradiction(base::Severity::error, 12,
                                       {"la entidad de nacimiento que dice la CURP",
                                        "the entity of birth that the CURP states"}));
    }
    check_names(curp, facts, issues);
    check_digit(curp, issues);
    return issues;
}

}  // namespace fhir::national
