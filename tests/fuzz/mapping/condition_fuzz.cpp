#include <string_view>

#include "mapping/condition.hpp"
#include "mapping/hl7v2/reader.hpp"

namespace {

struct Nobody final : mapping::Neighbours {
    [[nodiscard]] std::optional<std::uint32_t> nearest(std::uint32_t /*segment*/,
                                                       std::array<char, 3> /*name*/) const override
    {
        return std::nullopt;
    }
};

constexpr std::string_view kMessage = "MSH|^~\\&|A\rPID|1||A^B&C~D|X|20260101\r";

}  // namespace

/// Any text as a condition: refused at a place, or true or false.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const auto tree = mapping::hl7v2::read(kMessage, {0, kMessage.size()}, {}).value();
    static const Nobody nobody;
    const auto condition =
        mapping::Condition::parse({reinterpret_cast<const char*>(data), size}, mapping::Operand{});
    if (condition) {
        (void)condition->holds({tree, nobody, 1, tree.whole(1), false, {}});
    }
    return 0;
}
