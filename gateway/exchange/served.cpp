#include "gateway/exchange/served.hpp"

#include <algorithm>
#include <array>

#include "fhir_models/base/bytes.hpp"

namespace gateway::exchange {
namespace {

constexpr std::array<std::uint8_t, 16> kResources{0x5d, 0x0b, 0x7e, 0x91, 0x12, 0x6c, 0x4e, 0x38,
                                                  0x8c, 0x4f, 0xe2, 0x77, 0x03, 0xb9, 0x51, 0xaa};
constexpr std::array<std::string_view, 5> kNotServed{"AuditEvent", "Bundle", "MessageHeader",
                                                     "OperationOutcome", "Parameters"};
constexpr std::string_view kUuid = "urn:uuid:";

bool is_uuid(std::string_view text) noexcept
{
    constexpr std::size_t kLength = 36;
    if (text.size() != kLength) {
        return false;
    }
    for (std::size_t i = 0; i < kLength; ++i) {
        const char c = text[i];
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        if (dash ? c != '-' : !hex) {
            return false;
        }
    }
    return true;
}

}  // namespace

bool is_served(std::string_view type) noexcept
{
    return std::ranges::find(kNotServed, type) == kNotServed.end();
}

std::string_view entry_id(const fhir::r4::Node& entry) noexcept
{
    const auto* const resource = entry.find("resource");
    const auto id = resource == nullptr ? std::string_view() : resource->text_of("id");
    const auto url = entry.text_of("fullUrl");
    return id.empty() && url.starts_with(kUuid) ? url.substr(kUuid.size()) : id;
}

std::string served_id(std::string_view sender, std::string_view type, std::string_view id)
{
    if (id.empty() || is_uuid(id)) {
        return std::string(id);
    }
    std::string name(sender);
    name.append("|").append(type).append("|").append(id);
    return base::uuid_v5(kResources, name);
}

}  // namespace gateway::exchange
