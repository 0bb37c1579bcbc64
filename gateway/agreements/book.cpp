#include "gateway/agreements/book.hpp"

#include <algorithm>
#include <tuple>

namespace gateway::agreements {
namespace {

using base::Errc;
using base::Text;

constexpr std::string_view kConsent = "consent";

template <class Texts>
bool contains(const Texts& texts, std::string_view text)
{
    return std::ranges::find(texts, text) != texts.end();
}

std::string joined(const std::vector<std::string>& texts)
{
    std::string line;
    for (const auto& text : texts) {
        line.append(line.empty() ? "" : ", ").append(text);
    }
    return line;
}

/// What the clauses narrow down: the agreement, and the grants that still permit everything asked.
struct Case {
    const Question& asked;
    const Agreement* agreement;
    std::vector<const Grant*> grants;
};

/// Keeps the grants that satisfy `permits`; false when none is left.
template <class Permits>
bool narrow(Case& open, Permits permits)
{
    std::erase_if(open.grants, [&](const Grant* grant) { return !permits(*grant); });
    return !open.grants.empty();
}

/// What makes it lawful: the legal basis both sides name, else consent.
std::string_view basis_of(const Grant& grant, const Question& asked)
{
    const bool agrees = asked.basis.empty() || asked.basis == grant.legal_basis;
    if (!grant.legal_basis.empty() && agrees) {
        return grant.legal_basis;
    }
    return asked.consented && grant.legal_basis.empty() ? kConsent : std::string_view();
}

/// The clauses, each with what it takes away, the code of its denial and the place in the document.
struct Clause {
    std::string_view name;
    bool (*permits)(Case&);
    Errc denial;
    std::string_view place;
    std::string_view es;
    std::string_view en;
};

// clang-format off
constexpr Clause kClauses[] = {
    {"agreement", [](Case& open) { return open.agreement != nullptr; },
     Errc::no_agreement, "", "un convenio firmado por ambas partes", "an agreement both parties signed"},
    {"term", [](Case& open) { return open.agreement->valid_from <= open.asked.now && open.asked.now < open.agreement->valid_to; },
     Errc::agreement_not_in_force, "/term", "un momento dentro de su vigencia", "a moment within its term"},
    {"standing", [](Case& open) { return open.agreement->act_at(open.asked.now) == nullptr; },
     Errc::agreement_revoked, "/termination", "un convenio que ninguna parte revocó ni suspendió", "an agreement no party revoked or suspended"},
    {"parties", [](Case& open) { return open.agreement->party(open.asked.sender) != nullptr && open.agreement->party(open.asked.receiver) != nullptr; },
     Errc::no_agreement, "/parties", "dos de las partes", "two of its parties"},
    {"direction", [](Case& open) { return narrow(open, [&](const Grant& grant) { return grant.from == open.asked.sender && grant.to == open.asked.receiver; }); },
     Errc::wrong_direction, "/grants", "un sentido concedido", "a direction it grants"},
    {"signature", [](Case& open) { return narrow(open, [&](const Grant& grant) { return open.asked.signed_by_sender || grant.unsigned_allowed; }); },
     Errc::signature_required, "/grants", "una petición firmada", "a signed request"},
    {"purpose", [](Case& open) { return narrow(open, [&](const Grant& grant) { return contains(grant.purposes, open.asked.purpose); }); },
     Errc::purpose_not_agreed, "/grants", "una de las finalidades: ", "one of the purposes: "},
    {"content", [](Case& open) { return !open.asked.resource_types.empty() && narrow(open, [&](const Grant& grant) {
         return std::ranges::all_of(open.asked.resource_types, [&](std::string_view type) { return contains(grant.resource_types, type); }); }); },
     Errc::content_not_agreed, "/grants", "sólo recursos de: ", "only resources of: "},
    {"basis", [](Case& open) { return narrow(open, [&](const Grant& grant) { return !basis_of(grant, open.asked).empty(); }); },
     Errc::no_legal_basis, "/grants", "consentimiento o base legal", "consent or a legal basis"},
};
// clang-format on

/// The agreed words a denial may tell: the document is no secret to its parties.
std::string agreed(const Clause& clause, const Grant* grant)
{
    if (grant == nullptr) {
        return {};
    }
    if (clause.denial == Errc::purpose_not_agreed) {
        return joined(grant->purposes);
    }
    return clause.denial == Errc::content_not_agreed ? joined(grant->resource_types)
                                                     : std::string();
}

base::Error denial(const Clause& clause, const Agreement* agreement, const Grant* nearest)
{
    auto where = agreement == nullptr
                     ? std::string("agr.id")
                     : agreement->id + "|" + agreement->version + " " + std::string(clause.place);
    const auto words = agreed(clause, nearest);
    return {clause.denial,
            std::move(where),
            Text{std::string(clause.es) + words, std::string(clause.en) + words},
            {}};
}

}  // namespace

Book::Book(std::vector<Agreement> agreements) : agreements_(std::move(agreements))
{
    std::ranges::sort(agreements_, {}, [](const Agreement& agreement) {
        return std::tie(agreement.id, agreement.valid_from, agreement.version);
    });
    by_id_.reserve(agreements_.size());
    by_digest_.reserve(agreements_.size());
    for (std::size_t i = 0; i < agreements_.size(); ++i) {
        by_id_.emplace(agreements_[i].id, i);  // the first of each id stays
        by_digest_.emplace(base::to_hex(base::view(agreements_[i].digest)), i);
    }
}

const Agreement* Book::find(std::string_view id) const
{
    const auto first = by_id_.find(id);
    if (first == by_id_.end()) {
        return nullptr;
    }
    auto at = first->second;
    while (at + 1 < agreements_.size() && agreements_[at + 1].id == id) {
        ++at;
    }
    return &agreements_[at];
}

const Agreement* Book::version_at(std::string_view id, base::Instant now) const
{
    const auto first = by_id_.find(id);
    if (first == by_id_.end()) {
        return nullptr;
    }
    auto at = first->second;
    while (at + 1 < agreements_.size() && agreements_[at + 1].id == id &&
           agreements_[at + 1].valid_from <= now) {
        ++at;
    }
    return &agreements_[at];
}

const Agreement* Book::find_digest(std::string_view hex) const
{
    const auto found = by_digest_.find(std::string(hex));
    return found == by_digest_.end() ? nullptr : &agreements_[found->second];
}

Decision Book::decide(const Question& question) const
{
    Decision decision;
    decision.agreement = version_at(question.agreement, question.now);
    Case open{question, decision.agreement, {}};
    if (decision.agreement != nullptr) {
        for (const auto& grant : decision.agreement->grants) {
            open.grants.push_back(&grant);
        }
    }
    for (const auto& clause : kClauses) {
        const auto* const nearest = open.grants.empty() ? nullptr : open.grants.front();
        const bool permits = clause.permits(open);
        decision.verdicts.push_back({std::string(clause.name), permits});
        if (!permits) {
            decision.reason = denial(clause, decision.agreement, nearest);
            return decision;
        }
    }
    decision.grant = open.grants.front();
    decision.verdicts.back().by = basis_of(*decision.grant, question);
    decision.permitted = true;
    return decision;
}

}  // namespace gateway::agreements
