#include "gateway/store/sqlite/exchanges.hpp"

#include <limits>
#include <string>

namespace gateway::store::sqlite {
namespace {

constexpr std::string_view kKeyOf = "select n from exchange where id = ?";

constexpr std::string_view kAddExchange =
    "insert into exchange (id, jti, sender, receiver, agreement, agreement_digest, purpose,"
    " media_type, profile, state, code, received, in_digest, out_digest, request_key,"
    " ledger_index, strength, records, refused, ledger)"
    " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr std::string_view kClose =
    "update exchange set receiver = ?, agreement = ?, agreement_digest = ?, profile = ?, state = ?,"
    " code = ?, out_digest = ?, ledger_index = ?, ledger = ?, records = ?, refused = ?"
    " where id = ? and state = 'open'";
constexpr std::string_view kAddDocument =
    "insert into document (exchange, name, bytes) values (?, ?, ?)";
constexpr std::string_view kAddShared =
    "insert into shared_document (owner, name, bytes) values (?, ?, ?) on conflict do nothing";
constexpr std::string_view kAddBlob =
    "insert into blob (exchange, kind, record, wrapped_key, bytes) values (?, ?, ?, ?, ?)";
constexpr std::string_view kTransition =
    "update exchange set state = ?, code = ? where id = ? and state = ?";

// The columns that read_exchange() reads, in its order.
constexpr std::string_view kFindRequest =
    "select id, jti, sender, receiver, agreement, agreement_digest, purpose, media_type, profile,"
    " state, code, received, in_digest, out_digest, request_key, ledger_index, strength, records,"
    " refused, ledger from exchange where sender = ? and jti = ?";
constexpr std::string_view kFindExchange =
    "select id, jti, sender, receiver, agreement, agreement_digest, purpose, media_type, profile,"
    " state, code, received, in_digest, out_digest, request_key, ledger_index, strength, records,"
    " refused, ledger from exchange where id = ?";
constexpr std::string_view kListAll =
    "select id, jti, sender, receiver, agreement, agreement_digest, purpose, media_type, profile,"
    " state, code, received, in_digest, out_digest, request_key, ledger_index, strength, records,"
    " refused, ledger from exchange where id < ?1 and (?2 = '' or state = ?2) order by id desc "
    "limit ?3";
// Each side of the union walks its own index; together they give at most two pages of ids.
constexpr std::string_view kListOfParty =
    "select id, jti, sender, receiver, agreement, agreement_digest, purpose, media_type, profile,"
    " state, code, received, in_digest, out_digest, request_key, ledger_index, strength, records,"
    " refused, ledger from exchange where id in ("
    "select * from (select id from exchange where sender = ?4 and id < ?1"
    " and (?2 = '' or state = ?2) order by id desc limit ?3) union "
    "select * from (select id from exchange where receiver = ?4 and id < ?1"
    " and (?2 = '' or state = ?2) order by id desc limit ?3)) order by id desc limit ?3";

constexpr std::string_view kDocuments =
    "select name, bytes from document"
    " where exchange = (select n from exchange where id = ?) order by rowid";
constexpr std::string_view kSharedDocuments =
    "select name, bytes from shared_document where owner = ? order by name";
constexpr std::string_view kFindDocument =
    "select bytes from document"
    " where exchange = (select n from exchange where id = ?) and name = ?";
constexpr std::string_view kFindBlob =
    "select wrapped_key, bytes from blob"
    " where exchange = (select n from exchange where id = ?) and kind = ? and record = ?";

constexpr std::string_view kListBlobs =
    "select record, wrapped_key, bytes from blob"
    " where exchange = (select n from exchange where id = ?) and kind = ? and record > ?"
    " order by record limit ?";

/// Greater than every id: UUIDs are lower-case hexadecimal.
constexpr std::string_view kAfterEveryId = "~";

}  // namespace

core::Exchange read_exchange(const Statement& row)
{
    core::Exchange exchange;
    exchange.id = row.text(0);
    exchange.jti = row.text(1);
    exchange.sender = row.text(2);
    exchange.receiver = row.text(3);
    exchange.agreement = row.text(4);
    exchange.agreement_digest = row.text(5);
    exchange.purpose = row.text(6);
    exchange.media_type = row.text(7);
    exchange.profile = row.text(8);
    exchange.state = core::state_from(row.text(9)).value_or(core::State::rejected);
    exchange.code = row.text(10);
    exchange.received = {row.integer(11)};
    exchange.in_digest = row.text(12);
    exchange.out_digest = row.text(13);
    exchange.request_key = row.text(14);
    exchange.ledger_index = static_cast<std::uint64_t>(row.integer(15));
    exchange.strength = row.text(16);
    exchange.records = static_cast<std::uint32_t>(row.integer(17));
    exchange.refused = static_cast<std::uint32_t>(row.integer(18));
    exchange.ledger = row.text(19);
    return exchange;
}

namespace {

base::Failure unknown_exchange()
{
    return base::fail(base::Errc::not_found, "store, exchange",
                      {"un intercambio guardado", "an exchange that is kept"});
}

base::Failure not_in_state(core::State wanted)
{
    const std::string state(core::to_text(wanted));
    return base::fail(base::Errc::replayed, "store, exchange.state",
                      {"un intercambio en estado " + state, "an exchange in state " + state});
}

}  // namespace

base::Result<std::int64_t> Keys::of(std::string_view exchange)
{
    const auto known = known_.find(exchange);
    if (known != known_.end()) {
        return known->second;
    }
    const auto read = [](const Statement& row) { return row.integer(0); };
    const auto key = database_->first(kKeyOf, read, exchange);
    if (!key) {
        return base::Failure(key.error());
    }
    if (!*key) {
        return unknown_exchange();
    }
    remember(exchange, **key);
    return **key;
}

base::Result<void> add(Connection& database, Keys& keys, const core::Exchange& exchange)
{
    const auto added = database.run(
        kAddExchange, exchange.id, Optional{exchange.jti}, exchange.sender, exchange.receiver,
        exchange.agreement, exchange.agreement_digest, exchange.purpose, exchange.media_type,
        exchange.profile, core::to_text(exchange.state), exchange.code,
        exchange.received.microseconds, exchange.in_digest, exchange.out_digest,
        exchange.request_key, exchange.ledger_index, exchange.strength, exchange.records,
        exchange.refused, exchange.ledger);
    if (!added) {
        return base::Failure(added.error());
    }
    keys.remember(exchange.id, database.last_row());
    return {};
}

base::Result<void> close(Connection& database, const core::Exchange& exchange)
{
    const auto changed = database.run(
        kClose, exchange.receiver, exchange.agreement, exchange.agreement_digest, exchange.profile,
        core::to_text(exchange.state), exchange.code, exchange.out_digest, exchange.ledger_index,
        exchange.ledger, exchange.records, exchange.refused, exchange.id);
    if (!changed) {
        return base::Failure(changed.error());
    }
    return *changed == 1 ? base::Result<void>() : not_in_state(core::State::open);
}

base::Result<void> add(Connection& database, Keys& keys, const NamedDocument& document)
{
    const auto key = keys.of(document.exchange);
    if (!key) {
        return base::Failure(key.error());
    }
    const auto added =
        database.run(kAddDocument, *key, document.document.name, Bytes{document.document.bytes});
    return added ? base::Result<void>() : base::Failure(added.error());
}

base::Result<void> add(Connection& database, const SharedDocument& shared)
{
    const auto added =
        database.run(kAddShared, shared.owner, shared.document.name, Bytes{shared.document.bytes});
    return added ? base::Result<void>() : base::Failure(added.error());
}

base::Result<void> add(Connection& database, Keys& keys, const Blob& blob)
{
    const auto key = keys.of(blob.exchange);
    if (!key) {
        return base::Failure(key.error());
    }
    const auto added = database.run(kAddBlob, *key, blob.kind, blob.record,
                                    Bytes{blob.sealed.wrapped_key}, Bytes{blob.sealed.bytes});
    return added ? base::Result<void>() : base::Failure(added.error());
}

base::Result<void> apply(Connection& database, const Transition& transition)
{
    const auto changed = database.run(kTransition, core::to_text(transition.to), transition.code,
                                      transition.exchange, core::to_text(transition.from));
    if (!changed) {
        return base::Failure(changed.error());
    }
    return *changed == 1 ? base::Result<void>() : not_in_state(transition.from);
}

base::Result<std::optional<core::Exchange>> find_request(Connection& database,
                                                         std::string_view sender,
                                                         std::string_view jti)
{
    return database.first(kFindRequest, read_exchange, sender, jti);
}

base::Result<std::optional<core::Exchange>> find_exchange(Connection& database, std::string_view id)
{
    return database.first(kFindExchange, read_exchange, id);
}

base::Result<std::vector<core::Exchange>> list_exchanges(Connection& database,
                                                         const ExchangeFilter& filter)
{
    const auto before = filter.before.empty() ? kAfterEveryId : std::string_view(filter.before);
    const auto state = filter.state ? core::to_text(*filter.state) : std::string_view();
    const auto limit = static_cast<std::int64_t>(filter.limit);
    return filter.party.empty()
               ? database.all(kListAll, read_exchange, before, state, limit)
               : database.all(kListOfParty, read_exchange, before, state, limit, filter.party);
}

base::Result<std::vector<core::Document>> documents(Connection& database, std::string_view exchange)
{
    const auto read = [](const Statement& row) { return core::Document{row.text(0), row.text(1)}; };
    return database.all(kDocuments, read, exchange);
}

base::Result<std::optional<std::string>> find_document(Connection& database,
                                                       std::string_view exchange,
                                                       std::string_view name)
{
    const auto read = [](const Statement& row) { return row.text(0); };
    return database.first(kFindDocument, read, exchange, name);
}

base::Result<std::vector<core::Document>> shared_documents(Connection& database,
                                                           std::string_view owner)
{
    const auto read = [](const Statement& row) { return core::Document{row.text(0), row.text(1)}; };
    return database.all(kSharedDocuments, read, owner);
}

base::Result<std::optional<Blob>> find_blob(Connection& database, std::string_view exchange,
                                            std::string_view kind, std::uint32_t record)
{
    const auto read = [&](const Statement& row) {
        return Blob{std::string(exchange), std::string(kind), record, {row.text(0), row.text(1)}};
    };
    return database.first(kFindBlob, read, exchange, kind, record);
}

base::Result<std::vector<Blob>> list_blobs(Connection& database, std::string_view exchange,
                                           std::string_view kind, std::uint32_t after,
                                           std::size_t limit)
{
    const auto read = [&](const Statement& row) {
        return Blob{std::string(exchange),
                    std::string(kind),
                    static_cast<std::uint32_t>(row.integer(0)),
                    {row.text(1), row.text(2)}};
    };
    return database.all(kListBlobs, read, exchange, kind, after, std::uint64_t{limit});
}

}  // namespace gateway::store::sqlite
