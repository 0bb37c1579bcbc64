#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "gateway/agreements/agreement.hpp"

namespace gateway::agreements {

/// What is asked of an agreement.
struct Question {
    std::string_view agreement;  ///< id; the version in force answers
    std::string_view sender;
    std::string_view receiver;
    std::string_view purpose;
    std::vector<std::string_view> resource_types;  ///< distinct types in the record
    bool signed_by_sender = false;
    base::Instant now;
};

/// One clause's answer, in the order judged.
struct Verdict {
    std::string clause;  ///< "agreement", "term", "parties", "direction", "signature", "purpose",
                         ///< "content", "basis"
    bool permits = false;
};

/// Default deny: permitted only when every clause permits.
struct Decision {
    bool permitted = false;
    const Agreement* agreement = nullptr;  ///< nullptr when unknown
    const Grant* grant = nullptr;
    std::vector<Verdict> verdicts;  ///< up to and including the first that denies
    base::Error reason;             ///< when denied
};

/// All agreements in force; immutable, replaced whole (base of hot reload).
/// Threads: reading from many.
class Book {
public:
    explicit Book(std::vector<Agreement> agreements);

    [[nodiscard]] Decision decide(const Question& question) const;
    [[nodiscard]] const Agreement* find(std::string_view id) const;
    [[nodiscard]] const Agreement* find_digest(std::string_view hex) const;
    [[nodiscard]] const std::vector<Agreement>& all() const noexcept { return agreements_; }

private:
    std::vector<Agreement> agreements_;
    std::unordered_map<std::string_view, std::size_t> by_id_;  ///< views into agreements_
};

/// Reads every `*.json` of a folder with its `*.json.<n>.jws` and `*.json.<n>.pem` beside it.
/// Errors: the first bad agreement, named by file; nothing is half-loaded.
[[nodiscard]] base::Result<Book> load_folder(const std::string& folder,
                                             const crypto::TrustAnchors& anchors,
                                             base::Instant now);

}  // namespace gateway::agreements
