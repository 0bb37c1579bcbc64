#include "gateway/evidence/hash_lines.hpp"

#include <algorithm>

namespace gateway::evidence {

std::string to_lines(std::span<const base::Digest> hashes)
{
    std::string lines;
    for (const auto& hash : hashes) {
        lines += base::to_base64(base::view(hash)) + '\n';
    }
    return lines;
}

std::optional<base::Digest> hash_in(std::string_view line)
{
    const auto bytes = base::from_base64(line);
    base::Digest hash{};
    if (!bytes || bytes->size() != hash.size()) {
        return std::nullopt;
    }
    std::ranges::copy(*bytes, hash.begin());
    return hash;
}

}  // namespace gateway::evidence
