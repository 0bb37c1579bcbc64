#include "gateway/crypto/standing.hpp"

#include <algorithm>
#include <utility>

namespace gateway::crypto {
namespace {

constexpr std::int64_t kHolds = 60'000'000;  ///< µs
constexpr std::size_t kMostFound = 4096;  ///< certificates of the enrolled, and no more than that

/// A list that is missing or old is the operator's to mend: whoever asks may ask again.
base::Result<void> told(base::Result<void> verdict)
{
    if (verdict || !verdict.error().where.starts_with("crl")) {
        return verdict;
    }
    auto error = std::move(verdict).error();
    error.code = base::Errc::authority_silent;
    return base::Failure(std::move(error));
}

}  // namespace

Standing::Standing(TrustAnchors anchors, std::shared_ptr<const RevocationLists> lists)
    : anchors_(std::move(anchors)), lists_(std::move(lists))
{
}

base::Result<void> Standing::judge(const Certificate& leaf, std::string_view intermediates_pem,
                                   base::Instant now) const
{
    std::vector<Certificate> intermediates;
    if (!intermediates_pem.empty()) {
        auto read = Certificate::all_from_pem(intermediates_pem);
        if (!read) {
            return base::Failure(read.error());
        }
        intermediates = *std::move(read);
    }
    return told(anchors_.check(leaf, intermediates, now, lists_.get()));
}

base::Result<void> Standing::check(std::string_view der, std::string_view intermediates_pem,
                                   base::Instant now) const
{
    const std::string key(der);
    {
        const std::scoped_lock lock(mutex_);
        const auto at = found_.find(key);
        if (at != found_.end() && at->second.from <= now && now < at->second.until) {
            return at->second.verdict;
        }
    }
    const auto leaf = Certificate::from_der(der);
    if (!leaf) {
        return base::Failure(leaf.error());
    }
    auto verdict = judge(*leaf, intermediates_pem, now);
    const base::Instant until{
        std::min(now.microseconds + kHolds, std::max(leaf->not_after(), now).microseconds)};
    const std::scoped_lock lock(mutex_);
    if (found_.size() >= kMostFound) {
        found_.clear();
    }
    found_.insert_or_assign(key, Found{verdict, now, until});
    return verdict;
}

Trust::Trust(TrustAnchors signers, TrustAnchors peers,
             std::shared_ptr<const RevocationLists> revocation_lists)
    : signing_anchors(std::move(signers)),
      tls_anchors(std::move(peers)),
      lists(std::move(revocation_lists)),
      signing(signing_anchors, lists)
{
    if (lists != nullptr) {
        tls.emplace(tls_anchors, lists);
    }
}

}  // namespace gateway::crypto
