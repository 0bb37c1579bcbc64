#include "fhir_models/national/cedula.hpp"

namespace fhir::national {
namespace {

constexpr std::size_t kShortest = 6;
constexpr std::size_t kLongest = 14;

/// Bytes of the character at `text`, or 0 when no cedula has it.
std::size_t width(std::string_view text)
{
    const char c = text.front();
    if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z')) {
        return 1;
    }
    return text.starts_with("\xC3\x91") ? 2 : 0;
}

}  // namespace

base::Result<Cedula> Cedula::parse(std::string_view text)
{
    std::size_t good = 0;
    std::size_t bytes = 0;
    while (good < kLongest && bytes < text.size()) {
        const auto step = width(text.substr(bytes));
        if (step == 0) {
            break;
        }
        bytes += step;
        ++good;
    }
    if (good < kShortest || bytes < text.size()) {
        return base::fail(base::Errc::invalid_identifier,
                          "cedula[" + std::to_string(good + 1) + "]",
                          {"una cédula de 6 a 14 dígitos o letras mayúsculas",
                           "a licence number of 6 to 14 digits or upper-case letters"},
                          base::kind_of(text));
    }
    return Cedula(text);
}

}  // namespace fhir::national
