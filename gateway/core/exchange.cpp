#include "gateway/core/exchange.hpp"

#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string_view>

#include "fhir_models/base/bytes.hpp"

namespace gateway::core {
namespace {

constexpr std::array<std::string_view, 5> kStates{"rejected", "accepted", "completed", "dead",
                                                  "open"};

}  // namespace

std::string_view to_text(State state) noexcept
{
    return kStates[static_cast<std::size_t>(state)];
}

std::optional<State> state_from(std::string_view text) noexcept
{
    for (std::size_t i = 0; i < kStates.size(); ++i) {
        if (kStates[i] == text) {
            return static_cast<State>(i);
        }
    }
    return std::nullopt;
}

std::string new_id(base::Instant now)
{
    std::array<unsigned char, 16> bytes{};
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
        throw std::runtime_error("no random bytes");
    }
    auto milliseconds = static_cast<std::uint64_t>(now.microseconds / 1000);
    for (std::size_t i = 6; i-- > 0; milliseconds >>= 8U) {
        bytes[i] = static_cast<unsigned char>(milliseconds & 0xffU);
    }
    bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0fU) | 0x70U);
    bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3fU) | 0x80U);
    auto text = base::to_hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    for (const std::size_t dash : {8U, 13U, 18U, 23U}) {
        text.insert(dash, 1, '-');
    }
    return text;
}

std::string first_id_of(base::Instant moment)
{
    const auto milliseconds = std::max<std::int64_t>(0, moment.microseconds / 1000);
    std::string bytes;
    for (int shift = 40; shift >= 0; shift -= 8) {
        bytes.push_back(static_cast<char>(milliseconds >> shift & 0xFF));
    }
    const auto hex = base::to_hex(bytes);
    return hex.substr(0, 8) + "-" + hex.substr(8);
}

}  // namespace gateway::core
