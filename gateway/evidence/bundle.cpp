#include "gateway/evidence/bundle.hpp"

namespace gateway::evidence {
namespace {

constexpr std::size_t kLengthSize = 2;
constexpr std::size_t kLargestEntry = 0xffff;

}  // namespace

base::Result<void> append_entry(std::string& bundle, std::string_view leaf)
{
    if (leaf.size() > kLargestEntry) {
        return base::fail(base::Errc::limit_exceeded, "leaf",
                          {"a lo más 65 535 bytes", "at most 65,535 bytes"});
    }
    bundle.push_back(static_cast<char>(leaf.size() >> 8U));
    bundle.push_back(static_cast<char>(leaf.size() & 0xffU));
    bundle.append(leaf);
    return {};
}

base::Result<std::vector<std::string_view>> read_bundle(std::string_view bundle)
{
    const auto cut_short = [] {
        return base::fail(base::Errc::ledger_inconsistent, "tile/entries",
                          {"hojas completas", "whole leaves"});
    };
    std::vector<std::string_view> leaves;
    while (!bundle.empty()) {
        if (bundle.size() < kLengthSize) {
            return cut_short();
        }
        const auto high = static_cast<unsigned char>(bundle[0]);
        const auto low = static_cast<unsigned char>(bundle[1]);
        const auto size = std::size_t{high} << 8U | low;
        bundle.remove_prefix(kLengthSize);
        if (bundle.size() < size) {
            return cut_short();
        }
        leaves.push_back(bundle.substr(0, size));
        bundle.remove_prefix(size);
    }
    return leaves;
}

}  // namespace gateway::evidence
