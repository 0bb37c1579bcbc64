#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "fhir_models/national/curp_names.hpp"

using namespace fhir::national;

/// The first 18 bytes are a CURP, the rest names: whatever they are, consistency answers, and a
/// CURP that parses gives its own text, date and entity back.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto curp = Curp::parse(text.substr(0, 18));
    const auto rest = text.substr(text.size() < 18 ? text.size() : 18);
    const auto third = rest.size() / 3;
    const PersonFacts facts{.given = rest.substr(0, third),
                            .first_surname = rest.substr(third, third),
                            .second_surname = rest.substr(2 * third),
                            .family = rest,
                            .birth_date = rest};
    const auto letters =
        censor(curp_letters(facts.given, facts.first_surname, facts.second_surname));
    if (!letters.empty() && letters.size() != 7) {
        std::abort();
    }
    if (curp) {
        (void)consistency(*curp, facts);
        if (curp->text() != text.substr(0, 18) || curp->entity().size() != 2) {
            std::abort();
        }
    }
    return 0;
}
