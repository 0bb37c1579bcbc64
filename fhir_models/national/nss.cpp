#include "fhir_models/national/nss.hpp"

#include <algorithm>

namespace fhir::national {
namespace {

constexpr std::size_t kLength = 11;

}  // namespace

base::Result<Nss> Nss::parse(std::string_view text)
{
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    const auto good = std::min(
        static_cast<std::size_t>(std::ranges::find_if_not(text, digit) - text.begin()), kLength);
    const auto zeros = text.find_first_not_of('0') == std::string_view::npos;
    if (good < kLength || text.size() > kLength || zeros) {
        const auto position = good == kLength && zeros ? 1 : good + 1;
        return base::fail(base::Errc::invalid_identifier, "nss[" + std::to_string(position) + "]",
                          {"un NSS de 11 dígitos", "an NSS of 11 digits"}, base::kind_of(text));
    }
    return Nss(text);
}

bool Nss::check_digit_matches() const noexcept
{
    int sum = 0;
    for (std::size_t i = 0; i + 1 < kLength; ++i) {
        const auto product = (text_[i] - '0') * (i % 2 == 0 ? 1 : 2);
        sum += product / 10 + product % 10;
    }
    return text_.back() - '0' == (10 - sum % 10) % 10;
}

}  // namespace fhir::national
