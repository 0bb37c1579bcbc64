#include "gateway/exchange/revocation.hpp"

#include <algorithm>

namespace gateway::exchange {

std::string list_owner(std::string_view digest_claim)
{
    return "crl/" + std::string(digest_claim);
}

base::Result<void> add_lists(const std::vector<std::string>& digests,
                             std::vector<core::Document>& documents, store::Store& store)
{
    for (const auto& digest : digests) {
        auto kept = store.shared_documents(list_owner(digest));
        if (!kept) {
            return base::Failure(kept.error());
        }
        for (auto& list : *kept) {
            const auto is_list = [](const auto& one) { return one.name.ends_with(".crl"); };
            const bool there = std::ranges::any_of(documents, [&](const auto& one) {
                return is_list(one) && one.bytes == list.bytes;
            });
            if (!there) {
                const auto number = std::ranges::count_if(documents, is_list) + 1;
                documents.push_back(
                    {"certs/" + std::to_string(number) + ".crl", std::move(list.bytes)});
            }
        }
    }
    return {};
}

}  // namespace gateway::exchange
