#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fhir_models/base/result.hpp"
#include "fhir_models/base/time.hpp"
#include "gateway/core/audit_event.hpp"
#include "gateway/core/exchange.hpp"
#include "gateway/crypto/seal.hpp"
#include "gateway/evidence/merkle.hpp"

namespace gateway::store {

/// One leaf of this node's ledger: small JSON without personal data.
struct Leaf {
    std::uint64_t index = 0;
    std::string bytes;
};

/// A payload at rest. `kind` is "source" or "fhir"; the seal's context is
/// "<exchange>/<kind>/<record>". Without `wrapped_key` it was erased.
struct Blob {
    std::string exchange;
    std::string kind;
    std::uint32_t record = 0;  ///< 0: the whole submission; n: its n-th record
    crypto::Sealed sealed;
};

/// A way to find a person again. `value` is an HMAC of the identifier under the node's index key:
/// the index holds no CURP in the clear.
struct PersonLink {
    std::string person;  ///< UUID of the person in this node's index
    std::string
        system;  ///< identifier system: urn:oid:2.16.840.1.113883.4.629, a FOLIO's, a row key's
    std::string value;  ///< hex
    base::Instant since;
};

/// A FHIR resource that can be read through /fhir: where it stands in the Bundle of its record.
struct ServedResource {
    std::string type;  ///< "Patient"
    std::string id;
    std::uint32_t entry = 0;  ///< index in Bundle.entry
};

/// What one record brought to read: the way to the resources, not the resources.
struct ServedRecord {
    std::string exchange;  ///< holds it
    std::uint32_t record = 0;
    std::string person;  ///< whose they are, or empty
    base::Instant updated;
    std::vector<ServedResource> resources;  ///< of two with one type and id the last counts
};

/// One version of one of them, as it is found again, with the parties of its exchange.
struct Resource {
    std::string type;
    std::string id;
    std::string person;
    std::string exchange;
    std::uint32_t record = 0;
    std::uint32_t entry = 0;
    std::string agreement;  ///< "id|version" it came under
    std::string receiver;   ///< institution it was sent to
    std::string sender;
    base::Instant updated;
};

/// Something to be handed to a partner, one item per exchange. Order is kept per (partner, person).
struct OutboxItem {
    std::string exchange;
    std::string partner;  ///< institution URN
    std::string person;   ///< order key; empty: keeps no order
    std::uint32_t attempts = 0;
    base::Instant due;
    base::Instant leased_until;
};

/// A change of an exchange's state, with the documents that prove it.
struct Transition {
    std::string exchange;
    core::State from = core::State::accepted;
    core::State to = core::State::completed;
    std::string code;  ///< catalogue id, or empty
};

/// A document that the evidence of many exchanges shares: an agreement's version, a certificate.
/// The owner's name holds the digest of what it names, so the first one kept is the one.
struct SharedDocument {
    std::string owner;  ///< "agreement/<hex>", "certificate/<x5t>"
    core::Document document;
};

/// A row of a load, as the next load of the same series is compared with it. No personal data:
/// key and digest are keyed hashes.
struct LoadRow {
    std::string load;    ///< exchange
    std::string series;  ///< sender, receiver, guide and CLUES, hashed
    std::string key;     ///< unique in load and series
    std::string digest;  ///< of the row's bytes
    std::string holder;  ///< the exchange that keeps its payloads, as record:
    std::uint32_t record = 0;
};

/// From now on the row's payloads are those of `to`, its only record: it was translated anew.
struct MovedRow {
    std::string holder;
    std::uint32_t record = 0;
    std::string to;  ///< exchange
};

/// From now on this load is what the next one of its series is compared with.
struct LatestLoad {
    std::string series;
    std::string load;
};

/// An authority's order that an exchange be kept, whatever its term.
struct LegalHold {
    std::string exchange;
    std::string number;     ///< of the order
    std::string authority;  ///< whose
    std::string reason;
    base::Instant placed;
    std::optional<base::Instant> released;  ///< none: it stands
};

struct HoldRelease {
    std::string exchange;
    std::string number;
    base::Instant at;
};

/// The end of an exchange's payloads: their keys and bytes are destroyed, what can be read of them
/// is served no more, and persons of whom nothing else is served leave the index. The exchange, its
/// documents, its audit and its leaf stay.
struct Erasure {
    std::string exchange;
    base::Instant at;
    std::string ground;  ///< "retention", or the number of the order
};

/// An exchange with payloads that no order holds, and the latest act of anybody in it.
struct Kept {
    core::Exchange exchange;
    base::Instant last_act;
};

struct NamedDocument {
    std::string exchange;
    core::Document document;
};

/// Everything one act changes. Rows of many acts are committed together, each wholly or not at all.
struct Rows {
    std::vector<Leaf> leaves;
    std::vector<evidence::Tile> tiles;  ///< replaced by (level, index)
    std::vector<core::Exchange> exchanges;
    std::vector<core::Exchange> closed;  ///< replace the open exchange of the same id
    std::vector<std::string> discarded;  ///< open exchanges whose payloads are removed
    std::vector<NamedDocument> documents;
    std::vector<SharedDocument> shared;  ///< kept as it is when (owner, name) exists
    std::vector<Blob> blobs;
    std::vector<PersonLink> persons;       ///< kept as it is when (system, value) exists
    std::vector<ServedRecord> served;      ///< added, one per (exchange, record)
    std::vector<OutboxItem> outbox;        ///< added
    std::vector<std::string> outbox_done;  ///< exchanges whose item is removed
    std::vector<Transition> transitions;
    std::vector<LoadRow> load_rows;
    std::vector<MovedRow> moved_rows;      ///< in every load that has them; none is no error
    std::vector<LatestLoad> latest_loads;  ///< the rows of the load before go
    std::vector<LegalHold> holds;          ///< added, of nothing that was erased
    std::vector<HoldRelease> releases;     ///< of holds that stand
    std::vector<Erasure> erased;           ///< each once, and of nothing that is held
    std::vector<core::AuditEvent> audit;
};

/// Which audit events; an empty text or no value is any. Pages go from newest to oldest.
struct AuditFilter {
    std::string before = {};  ///< id
    std::size_t limit = 50;
    std::string person = {};
    std::string agent = {};
    std::string agreement = {};
    std::string exchange = {};
    std::string purpose = {};
    std::string outcome = {};  ///< catalogue id
    std::optional<core::AuditKind> kind = {};
    std::optional<base::Instant> from = {};   ///< included
    std::optional<base::Instant> until = {};  ///< excluded
};

struct ExchangeFilter {
    std::string party;  ///< sender or receiver; empty: any (auditors)
    std::optional<core::State> state;
    std::string before;  ///< id; pages go from newest to oldest
    std::size_t limit = 50;
};

/// An outside authority's word when a checkpoint existed (RFC 3161).
struct TimestampedCheckpoint {
    std::uint64_t size = 0;
    std::string note;   ///< the bytes that are stamped
    std::string token;  ///< DER
};

/// The last checkpoint of somebody's ledger that a witness cosigned.
struct WitnessedHead {
    std::uint64_t size = 0;
    std::string root;  ///< 32 bytes in base64
    std::string note;  ///< as its ledger signed it
};

/// What a proof is made of, read from one node's ledger.
///
/// Threads:  any.
/// Errors:   store_failed.
class LedgerReader {
public:
    virtual ~LedgerReader() = default;
    virtual base::Result<std::vector<Leaf>> leaves(std::uint64_t first, std::size_t count) = 0;
    virtual base::Result<std::string> tile(std::uint32_t level,
                                           std::uint64_t index) = 0;  ///< empty when absent
    /// The oldest checkpoint that covers leaf `index`, or the newest when none does yet.
    virtual base::Result<std::string> checkpoint_covering(std::uint64_t index) = 0;
    /// The first stamped one that covers leaf `index`; nothing when none does yet.
    virtual base::Result<std::optional<TimestampedCheckpoint>> timestamp_covering(
        std::uint64_t index) = 0;
    /// The first note with cosignatures that covers leaf `index`; empty when none does yet.
    virtual base::Result<std::string> cosigned_covering(std::uint64_t index) = 0;
};

/// Where everything that must survive is kept. Two engines, one contract suite (tests/contract).
///
/// Each verb is one transaction. When commit() has returned, the rows survive a power cut.
/// Threads:  any; commit() from one thread at a time (the Committer).
/// Errors:   store_failed; nothing was changed. commit() also, for rows that contradict what is
///           kept: replayed (an id, request, document, item or hold that exists, a transition from
///           another state, an erasure of what is held or erased, a hold of what
///           was erased, a release of no hold), not_found
///           (no such exchange), ledger_inconsistent (the leaf's place is taken).
class Store : public LedgerReader {
public:
    virtual base::Result<void> commit(const Rows& rows) = 0;

    virtual base::Result<std::optional<core::Exchange>> find_request(std::string_view sender,
                                                                     std::string_view jti) = 0;
    virtual base::Result<std::optional<core::Exchange>> find_exchange(std::string_view id) = 0;
    virtual base::Result<std::vector<core::Exchange>> list_exchanges(
        const ExchangeFilter& filter) = 0;
    virtual base::Result<std::vector<core::Document>> documents(std::string_view exchange) = 0;
    /// The bytes of one of them.
    virtual base::Result<std::optional<std::string>> find_document(std::string_view exchange,
                                                                   std::string_view name) = 0;
    virtual base::Result<std::vector<core::Document>> shared_documents(std::string_view owner) = 0;
    virtual base::Result<std::optional<Blob>> find_blob(std::string_view exchange,
                                                        std::string_view kind,
                                                        std::uint32_t record) = 0;

    /// At most `limit` payloads with record numbers beyond `after`, in their order.
    virtual base::Result<std::vector<Blob>> list_blobs(std::string_view exchange,
                                                       std::string_view kind, std::uint32_t after,
                                                       std::size_t limit) = 0;

    /// The latest load of the series; empty when there is none.
    virtual base::Result<std::string> latest_load(std::string_view series) = 0;
    /// Whether a latest load, or one under way, has the row whose payloads `holder` keeps so.
    virtual base::Result<bool> is_row_held(std::string_view holder, std::uint32_t record) = 0;
    /// At most `limit` rows of the series in that load with keys beyond `after`, in their order.
    virtual base::Result<std::vector<LoadRow>> list_load_rows(std::string_view load,
                                                              std::string_view series,
                                                              std::string_view after,
                                                              std::size_t limit) = 0;

    /// Items due at `now`, at most one per (partner, person) and only when it has no earlier item
    /// waiting or leased; each is leased until `now` + `lease_microseconds`. The partners with the
    /// fewest items leased come first, then the oldest: a slow partner never takes every place.
    virtual base::Result<std::vector<OutboxItem>> lease_due(base::Instant now, std::size_t limit,
                                                            std::int64_t lease_microseconds) = 0;
    /// Puts a leased item back: attempts + 1, due at `due`. Errors: not_found.
    virtual base::Result<void> postpone(std::string_view exchange, base::Instant due) = 0;
    /// Extends the lease of an item that takes long. Errors: not_found.
    virtual base::Result<void> hold(std::string_view exchange, base::Instant until) = 0;
    /// When the next item is due or its lease ends; nothing when the outbox is empty.
    virtual base::Result<std::optional<base::Instant>> next_due() = 0;
    virtual base::Result<std::size_t> outbox_size() = 0;

    virtual base::Result<std::optional<std::string>> find_person(std::string_view system,
                                                                 std::string_view value) = 0;
    /// All versions, the newest first; every type when `type` is empty.
    virtual base::Result<std::vector<Resource>> resources_of(std::string_view person,
                                                             std::string_view type) = 0;
    /// The versions of one resource, the newest first; whoever brought them.
    virtual base::Result<std::vector<Resource>> versions_of(std::string_view type,
                                                            std::string_view id) = 0;
    /// The first of them, found without the others; of loads that came at the same time as others,
    /// the one kept last.
    virtual base::Result<std::optional<Resource>> newest_version(std::string_view type,
                                                                 std::string_view id) = 0;

    /// The orders about an exchange, by their numbers.
    virtual base::Result<std::vector<LegalHold>> holds_of(std::string_view exchange) = 0;
    /// What ended its payloads; nothing when nothing did.
    virtual base::Result<std::optional<Erasure>> erasure_of(std::string_view exchange) = 0;
    /// At most `limit` of the exchanges that keep payloads and are not held, with ids beyond
    /// `after` and before `until`, in their order. Open and rejected ones keep none.
    virtual base::Result<std::vector<Kept>> list_kept(std::string_view after,
                                                      std::string_view until,
                                                      std::size_t limit) = 0;

    virtual base::Result<std::uint64_t> ledger_size() = 0;
    /// The ledger of another node of the same database; null where a database has one node.
    virtual std::unique_ptr<LedgerReader> ledger_of(std::string_view node) = 0;
    virtual base::Result<std::string> latest_checkpoint() = 0;  ///< note; empty when none
    virtual base::Result<void> save_checkpoint(std::uint64_t size, std::string_view note) = 0;
    /// The first token of a size stays.
    virtual base::Result<void> save_timestamp(const TimestampedCheckpoint& stamped) = 0;

    /// The first note of a size stays.
    virtual base::Result<void> save_cosigned(std::uint64_t size, std::string_view note) = 0;

    /// What this node, under that verifier key, cosigned last of that ledger.
    virtual base::Result<std::optional<WitnessedHead>> witnessed(std::string_view witness,
                                                                 std::string_view origin) = 0;
    /// Puts `head` in the place of the last one if that has the size `from` (0: there is none);
    /// false when another was quicker. True survives a power cut.
    virtual base::Result<bool> advance_witnessed(std::string_view witness, std::string_view origin,
                                                 std::uint64_t from, const WitnessedHead& head) = 0;

    virtual base::Result<std::vector<core::AuditEvent>> read_audit(const AuditFilter& filter) = 0;
};

/// Opens (and migrates) the SQLite file. One connection writes and checkpoints (SQLite 3.40.1 loses
/// data when several do); others only read. Errors: store_failed, also when another program has it.
[[nodiscard]] base::Result<std::unique_ptr<Store>> open_sqlite(const std::string& path);

/// A copy of the SQLite file as it is at one moment, also while a gateway works on it; `to` must
/// not exist. Errors: store_failed.
[[nodiscard]] base::Result<void> copy_sqlite(const std::string& path, const std::string& to);

/// Opens (and migrates) a PostgreSQL database for one of its nodes; `settings` is a libpq
/// connection string. Errors: store_failed, also when another program runs this node.
[[nodiscard]] base::Result<std::unique_ptr<Store>> open_postgres(const std::string& settings,
                                                                 const std::string& node);

}  // namespace gateway::store
