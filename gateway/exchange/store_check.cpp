#include "gateway/exchange/store_check.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "fhir_models/base/bytes.hpp"
#include "fhir_models/r4/json_reader.hpp"
#include "gateway/crypto/jws.hpp"
#include "gateway/evidence/claims.hpp"
#include "gateway/exchange/custody.hpp"
#include "gateway/exchange/load_report.hpp"
#include "gateway/store/ledger_check.hpp"

namespace gateway::exchange {
namespace {

using base::Errc;
using core::State;

constexpr std::size_t kAtOnce = 500;

std::optional<evidence::LeafFields> fields_of(const store::Leaf& leaf)
{
    const auto json = fhir::r4::read_json(leaf.bytes);
    if (!json) {
        return std::nullopt;
    }
    auto fields = evidence::LeafFields::from(json->root());
    return fields ? std::optional(*std::move(fields)) : std::nullopt;
}

std::optional<evidence::ReceiptClaims> claims_of(std::string_view receipt)
{
    const auto token = crypto::read_jws(receipt, evidence::kReceiptTyp);
    const auto json = token ? fhir::r4::read_json(token->claims)
                            : base::Result<fhir::r4::Document>(base::Failure(base::Error{}));
    if (!json) {
        return std::nullopt;
    }
    auto claims = evidence::ReceiptClaims::from(json->root());
    return claims ? std::optional(*std::move(claims)) : std::nullopt;
}

/// A column's digest, as the claims write one.
std::string as_claim(const std::string& hex)
{
    const auto bytes = base::from_hex(hex);
    base::Digest digest{};
    if (!bytes || bytes->size() != digest.size()) {
        return {};
    }
    std::copy(bytes->begin(), bytes->end(), digest.begin());
    return evidence::digest_claim(digest);
}

class Check {
public:
    Check(const Self& self, store::Store& store, const evidence::Trust& trust,
          const std::function<void(const base::Error&)>& tell)
        : self_(self), store_(store), trust_(trust), tell_(tell)
    {
    }

    base::Result<void> ledger(const evidence::Checkpoint& anchored);
    base::Result<void> leaves();
    base::Result<void> exchanges(const std::function<void(std::uint64_t)>& seen);
    [[nodiscard]] const StoreTally& tally() const noexcept { return tally_; }

private:
    void fault(const base::Error& error)
    {
        ++tally_.faults;
        tell_(error);
    }
    void fault(std::string where, base::Text expected)
    {
        fault({Errc::evidence_altered, std::move(where), std::move(expected), {}});
    }
    /// A fault is told, a store that fails ends the check.
    base::Result<void> told(const base::Error& error)
    {
        if (error.code == Errc::store_failed) {
            return base::Failure(error);
        }
        fault(error);
        return {};
    }
    base::Result<void> leaf(const store::Leaf& leaf);
    base::Result<void> exchange(const core::Exchange& row);
    base::Result<void> leaf_of(const core::Exchange& row);
    base::Result<void> receipt_of(const core::Exchange& row);
    base::Result<void> payload(const core::Exchange& row, std::string_view kind,
                               const std::string& digest);
    [[nodiscard]] bool may_lack_payload(const core::Exchange& row) const;
    base::Result<void> evidence(const core::Exchange& row);

    const Self& self_;
    store::Store& store_;
    const evidence::Trust& trust_;
    const std::function<void(const base::Error&)>& tell_;
    StoreTally tally_;
    std::set<std::string> dead_;    ///< by their leaves
    std::set<std::string> erased_;  ///< the same
};

base::Result<void> Check::ledger(const evidence::Checkpoint& anchored)
{
    for (const auto& from : {anchored, evidence::Checkpoint{}}) {
        if (const auto checked = store::check_ledger(store_, from); !checked) {
            return told(checked.error());
        }
    }
    return {};
}

base::Result<void> Check::leaves()
{
    for (std::uint64_t next = 0;;) {
        const auto some = store_.leaves(next, kAtOnce);
        if (!some) {
            return base::Failure(some.error());
        }
        if (some->empty()) {
            return {};
        }
        for (const auto& one : *some) {
            ++tally_.leaves;
            next = one.index + 1;
            if (auto checked = leaf(one); !checked) {
                return checked;
            }
        }
    }
}

/// The exchange a leaf names is there, in a state that the leaf allows.
base::Result<void> Check::leaf(const store::Leaf& leaf)
{
    const auto where = "leaf " + std::to_string(leaf.index);
    const auto fields = fields_of(leaf);
    if (!fields || fields->seq != leaf.index) {
        fault(where, {"los campos de una hoja, en su lugar", "the fields of a leaf, in its place"});
        return {};
    }
    const auto& event = fields->evt;
    if (event == "dead" || event == "refused") {
        dead_.insert(fields->exch);
    } else if (event == "replayed") {
        dead_.erase(fields->exch);
    } else if (event == "erased") {
        erased_.insert(fields->exch);
    }
    constexpr std::array<std::string_view, 4> kOfExchanges{"accepted", "filtered", "rejected",
                                                           "completed"};
    if (std::ranges::find(kOfExchanges, event) == kOfExchanges.end()) {
        return {};
    }
    const auto row = store_.find_exchange(fields->exch);
    if (!row) {
        return base::Failure(row.error());
    }
    if (!*row) {
        fault(where + ", exchange " + fields->exch,
              {"la fila del intercambio", "the row of the exchange"});
    } else if (event == "completed" && (*row)->state != State::completed) {
        fault("exchange " + fields->exch + ", state",
              {"el cierre que dice la hoja " + std::to_string(leaf.index),
               "the completion that leaf " + std::to_string(leaf.index) + " states"});
    }
    return {};
}

base::Result<void> Check::exchanges(const std::function<void(std::uint64_t)>& seen)
{
    store::ExchangeFilter filter;
    filter.limit = kAtOnce;
    for (;;) {
        const auto page = store_.list_exchanges(filter);
        if (!page) {
            return base::Failure(page.error());
        }
        if (page->empty()) {
            return {};
        }
        for (const auto& row : *page) {
            if (row.state != State::open && row.ledger == self_.ledger_origin) {
                if (auto checked = exchange(row); !checked) {
                    return checked;
                }
                seen(++tally_.exchanges);
            }
        }
        filter.before = page->back().id;
    }
}

base::Result<void> Check::exchange(const core::Exchange& row)
{
    return leaf_of(row)
        .and_then([&] { return receipt_of(row); })
        .and_then([&] { return payload(row, "source", row.in_digest); })
        .and_then([&] { return payload(row, "fhir", row.out_digest); })
        .and_then([&] { return evidence(row); });
}

base::Result<void> Check::leaf_of(const core::Exchange& row)
{
    const auto found = store_.leaves(row.ledger_index, 1);
    if (!found) {
        return base::Failure(found.error());
    }
    const auto fields = found->empty() ? std::nullopt : fields_of(found->front());
    if (!fields || fields->exch != row.id) {
        fault("exchange " + row.id + ", ledger_index",
              {"el lugar de su hoja", "the place of its leaf"});
        return {};
    }
    const struct {
        std::string_view column;
        bool same;
    } columns[] = {{"sender", row.sender == fields->iss},
                   {"receiver", row.receiver == fields->aud},
                   {"agreement", row.agreement == fields->agr},
                   {"purpose", row.purpose == fields->pou},
                   {"received", base::to_rfc3339(row.received) == fields->t},
                   {"state", (row.state == State::rejected) == (fields->evt == "rejected")}};
    for (const auto& [column, same] : columns) {
        if (!same) {
            fault("exchange " + row.id + ", " + std::string(column),
                  {"lo que dice su hoja", "what its leaf says"});
        }
    }
    return {};
}

base::Result<void> Check::receipt_of(const core::Exchange& row)
{
    const auto receipt = document_of(row.id, "receipt.jws", store_);
    const auto completion = document_of(row.id, "completion.jws", store_);
    if (!receipt || !completion) {
        return base::Failure(receipt ? completion.error() : receipt.error());
    }
    const auto claims = claims_of(*receipt);
    if (!claims) {
        fault("exchange " + row.id + ", receipt.jws", {"su acuse firmado", "its signed receipt"});
        return {};
    }
    const struct {
        std::string_view column;
        bool same;
    } columns[] = {
        {"id", row.id == claims->exch},
        {"jti", row.jti == claims->jti},
        {"in_digest", as_claim(row.in_digest) == claims->in},
        {"out_digest", row.state == State::rejected || as_claim(row.out_digest) == claims->out},
        {"profile", row.profile == claims->map},
        {"records", row.records == claims->records},
        {"refused", row.refused == claims->refused},
        {"strength", row.strength == claims->strength},
        {"state", row.state != State::completed || !completion->empty()}};
    for (const auto& [column, same] : columns) {
        if (!same) {
            fault("exchange " + row.id + ", " + std::string(column),
                  {"lo que dice su acuse o su cierre", "what its receipt or completion says"});
        }
    }
    return {};
}

/// What is sealed is opened and hashed; what its leaf says was erased, or is of a load, is passed
/// over.
base::Result<void> Check::payload(const core::Exchange& row, std::string_view kind,
                                  const std::string& digest)
{
    const auto bytes = payload_of(row.id, kind, self_, store_);
    if (!bytes) {
        auto error = bytes.error();
        error.where = "exchange " + row.id + ", blob " + std::string(kind);
        const bool gone = error.code == Errc::not_found;
        return gone && may_lack_payload(row) ? base::Result<void>{} : told(error);
    }
    if (erased_.contains(row.id)) {
        fault("exchange " + row.id + ", blob " + std::string(kind),
              {"nada: su hoja dice que se suprimió", "nothing: its leaf says it was erased"});
    }
    if (base::to_hex(base::view(base::sha256(*bytes))) != digest) {
        fault("exchange " + row.id + ", blob " + std::string(kind),
              {"los bytes del acuse", "the bytes of the receipt"});
    }
    return {};
}

bool Check::may_lack_payload(const core::Exchange& row) const
{
    const auto load = store_.find_document(row.id, kLoadReport);
    return row.state == State::rejected || erased_.contains(row.id) || !load || *load;
}

base::Result<void> Check::evidence(const core::Exchange& row)
{
    const auto tar = evidence_of(row, self_, store_);
    if (!tar) {
        auto error = tar.error();
        error.where = "exchange " + row.id + ", evidence: " + error.where;
        return error.code == Errc::overloaded ? base::Result<void>{} : told(error);
    }
    const auto report = evidence::verify(*tar, trust_);
    if (!report.ok()) {
        const auto& last = report.checks.back();
        fault("exchange " + row.id + ", " + last.file,
              {"evidencia que pase: " + last.name, "evidence that passes: " + last.name});
    }
    return {};
}

}  // namespace

base::Result<StoreTally> check_store(const Self& self, store::Store& store,
                                     const evidence::Checkpoint& anchored,
                                     const evidence::Trust& trust,
                                     const std::function<void(const base::Error&)>& tell,
                                     const std::function<void(std::uint64_t exchanges)>& seen)
{
    Check check(self, store, trust, tell);
    const auto done = check.ledger(anchored).and_then([&] { return check.leaves(); }).and_then([&] {
        return check.exchanges(seen);
    });
    return done ? base::Result<StoreTally>(check.tally()) : base::Failure(done.error());
}

}  // namespace gateway::exchange
