#include "gateway/store/fair_share.hpp"

#include <algorithm>

namespace gateway::store {

base::Result<std::vector<Candidate>> share_fairly(
    std::vector<PartnerQueue> queues, std::size_t limit,
    const std::function<base::Result<std::vector<Candidate>>(const PartnerQueue&)>& more)
{
    const auto rank = [](const PartnerQueue& queue) {
        return std::pair(queue.leased, queue.candidates[queue.next].ready);
    };
    const auto before = [&](const PartnerQueue& a, const PartnerQueue& b) {
        return rank(a) < rank(b);
    };
    std::vector<Candidate> chosen;
    while (chosen.size() < limit) {
        for (auto& queue : queues) {
            if (queue.next < queue.candidates.size()) {
                continue;
            }
            auto read = more(queue);
            if (!read) {
                return read;
            }
            queue.candidates = *std::move(read);
            queue.next = 0;
        }
        std::erase_if(queues, [](const PartnerQueue& queue) { return queue.candidates.empty(); });
        if (queues.empty()) {
            break;
        }
        auto& queue = *std::min_element(queues.begin(), queues.end(), before);
        ++queue.leased;
        chosen.push_back(queue.candidates[queue.next++]);
    }
    return chosen;
}

}  // namespace gateway::store
