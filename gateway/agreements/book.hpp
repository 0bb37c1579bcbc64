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
    std::vector<std::string_view> resource_types;  ///< distinct types in the record; none asks for
                                                   ///< nothing and is denied
    bool signed_by_sender = false;
    base::Instant now;
    std::string_view basis = {};  ///< as the request states it; empty: the agreement's own
    bool consented = false;       ///< every person in the record consents to the purpose
};

/// One clause's answer, in the order judged.
struct Verdict {
    std::string clause;  ///< "agreement", "term", "standing", "parties", "direction", "signature",
                         ///< "purpose", "content", "basis"; then exchange/decide adds "fields" …
    bool permits = false;
    std::string by = {};                    ///< of "basis": "consent", or the legal basis
    std::vector<std::string> removed = {};  ///< of "fields": what was taken out, FHIR paths

    friend bool operator==(const Verdict&, const Verdict&) = default;
};

/// Clauses as the audit keeps them, one a line: "basis permit LB64-V", "content deny".
template <class Clause>
[[nodiscard]] std::string clause_lines(const std::vector<Clause>& clauses)
{
    std::string lines;
    for (const auto& clause : clauses) {
        const auto* const said = !clause.permits          ? " deny"
                                 : clause.removed.empty() ? " permit"
                                                          : " filter";
        lines.append(lines.empty() ? "" : "\n").append(clause.clause).append(said);
        lines.append(clause.by.empty() ? "" : " ").append(clause.by);
        for (const auto& path : clause.removed) {
            lines.append(" ").append(path);
        }
    }
    return lines;
}

/// Default deny: permitted only when every clause permits, and one grant alone permits it all.
struct Decision {
    bool permitted = false;
    const Agreement* agreement = nullptr;  ///< nullptr when unknown; lives in the Book
    const Grant* grant = nullptr;          ///< when permitted
    std::vector<Verdict> verdicts;         ///< up to and including the first that denies
    base::Error reason;                    ///< when denied; `where` = "convenio-1|2 /grants"
};

/// All agreements that are signed; immutable, replaced whole (base of hot reload). A decision costs
/// the same with ten and with ten thousand.
///
/// Threads: reading from many.
class Book {
public:
    explicit Book(std::vector<Agreement> agreements);
    Book(Book&&) noexcept = default;
    Book& operator=(Book&&) noexcept = default;
    Book(const Book&) = delete;  // the index views its own agreements
    Book& operator=(const Book&) = delete;
    ~Book() = default;

    [[nodiscard]] Decision decide(const Question& question) const;
    /// The newest version of `id`.
    [[nodiscard]] const Agreement* find(std::string_view id) const;
    [[nodiscard]] const Agreement* find_digest(std::string_view hex) const;
    [[nodiscard]] const std::vector<Agreement>& all() const noexcept { return agreements_; }

private:
    [[nodiscard]] const Agreement* version_at(std::string_view id, base::Instant now) const;

    std::vector<Agreement> agreements_;  ///< by id, then by the beginning of their term
    std::unordered_map<std::string_view, std::size_t> by_id_;  ///< the oldest version of each
    std::unordered_map<std::string, std::size_t> by_digest_;   ///< hex
};

/// Reads every `*.json` of a folder with its `*.json.<n>.jws` and `*.json.<n>.pem` (n from 1) and
/// the key of `sub`, `<id>.key`, beside it, and the acts
/// that end it, `*.json.act.<n>.jws` with their `.pem`. No folder at all is an empty book.
/// Signatures are checked on all cores. Errors: the first bad agreement in the order of names,
/// `where` = "name.json /parties/0/rfc"; nothing is half-loaded.
[[nodiscard]] base::Result<Book> load_folder(const std::string& folder,
                                             const crypto::TrustAnchors& anchors,
                                             base::Instant now);

}  // namespace gateway::agreements
