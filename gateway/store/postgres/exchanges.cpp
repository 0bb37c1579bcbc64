#include "gateway/store/postgres/exchanges.hpp"

#include <string>

namespace gateway::store::postgres {
namespace {

constexpr std::string_view kAddExchange =
    "insert into exchange (id, jti, sender, receiver, agreement, agreement_digest, purpose,"
    " media_type, profile, state, code, received, in_digest, out_digest, request_key,"
    " ledger_index, strength, records, refused, ledger)"
    " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,"
    " $19, $20)";
constexpr std::string_view kClose =
    "update exchange set receiver = $1, agreement = $2, agreement_digest = $3, profile = $4,"
    " state = $5, code = $6, out_digest = $7, ledger_index = $8, ledger = $9, records = $10,"
    " refused = $11 where id = $12 and state = 'open'";
constexpr std::string_view kAddDocument =
    "insert into document (exchange, name, bytes) values ($1, $2, $3)";
constexpr std::string_view kAddShared =
    "insert into shared_document (owner, name, bytes) values ($1, $2, $3) on conflict do nothing";
constexpr std::string_view kSharedDocuments =
    "select name, bytes from shared_document where owner = $1 order by name";
constexpr std::string_view kAddBlob =
    "insert into blob (exchange, kind, record, wrapped_key, bytes) values ($1, $2, $3, $4, $5)";
constexpr std::string_view kTransition =
    "update exchange set state = $1, code = $2 where id = $3 and state = $4";

// The columns that read_exchange() reads, in its order.
constexpr std::string_view kFindRequest =
    "select id, jti, sender, receiver, agreement, agreement_digest, purpose, media_type, profile,"
    " state, code, received, in_digest, out_digest, request_key, ledger_index, strength, records,"
    " refused, ledger from exchange where sender = $1 and jti = $2";
constexpr std::string_view kFindExchange =
    "select id, jti, sender, receiver, agreement, agreement_digest, purpose, media_type, profile,"
    " state, code, received, in_digest, out_digest, request_key, ledger_index, strength, records,"
    " refused, ledger from exchange where id = $1";
constexpr std::string_view kListAll =
    "select id, jti, sender, receiver, agreement, agreement_digest, purpose, media_type, profile,"
    " state, code, received, in_digest, out_digest, request_key, ledger_index, strength, records,"
    " refused, ledger from exchange where id < $1 and ($2::text = '' or state = $2)"
    " order by id desc limit $3";
// Each side of the union walks its own index; together they give at most two pages of ids.
constexpr std::string_view kListOfParty =
    "select id, jti, sender, receiver, agreement, agreement_digest, purpose, media_type, profile,"
    " state, code, received, in_digest, out_digest, request_key, ledger_index, strength, records,"
    " refused, ledger from exchange where id in ("
    "(select id from exchange where sender = $4 and id < $1"
    " and ($2::text = '' or state = $2) order by id desc limit $3) union "
    "(select id from exchange where receiver = $4 and id < $1"
    " and ($2::text = '' or state = $2) order by id desc limit $3)) order by id desc limit $3";

constexpr std::string_view kDocuments =
    "select name, bytes from document where exchange = $1 order by seq";
constexpr std::string_view kFindDocument =
    "select bytes from document where exchange = $1 and name = $2";
constexpr std::string_view kFindBlob =
    "select wrapped_key, bytes from blob where exchange = $1 and kind = $2 and record = $3";

constexpr std::string_view kListBlobs =
    "select record, wrapped_key, bytes from blob where exchange = $1 and kind = $2"
    " and record > $3 order by record limit $4";

/// Greater than every id: UUIDs are lower-case hexadecimal.
constexpr std::string_view kAfterEveryId = "~";

}  // namespace

core::Exchange read_exchange(const Row& row)
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

base::Result<void> send(Connection& database, const core::Exchange& exchange)
{
    return database.send(1, kAddExchange, exchange.id, Optional{exchange.jti}, exchange.sender,
                         exchange.receiver, exchange.agreement, exchange.agreement_digest,
                         exchange.purpose, exchange.media_type, exchange.profile,
                         core::to_text(exchange.state), exchange.code,
                         exchange.received.microseconds, exchange.in_digest, exchange.out_digest,
                         exchange.request_key, exchange.ledger_index, exchange.strength,
                         exchange.records, exchange.refused, exchange.ledger);
}

base::Result<void> send_closed(Connection& database, const core::Exchange& exchange)
{
    return database.send(1, kClose, exchange.receiver, exchange.agreement,
                         exchange.agreement_digest, exchange.profile, core::to_text(exchange.state),
                         exchange.code, exchange.out_digest, exchange.ledger_index, exchange.ledger,
                         exchange.records, exchange.refused, exchange.id);
}

base::Result<void> send(Connection& database, const NamedDocument& document)
{
    return database.send(1, kAddDocument, document.exchange, document.document.name,
                         document.document.bytes);
}

base::Result<void> send(Connection& database, const SharedDocument& shared)
{
    return database.send(0, kAddShared, shared.owner, shared.document.name, shared.document.bytes);
}

base::Result<void> send(Connection& database, const Blob& blob)
{
    return database.send(1, kAddBlob, blob.exchange, blob.kind, blob.record,
                         blob.sealed.wrapped_key, blob.sealed.bytes);
}

base::Result<void> send(Connection& database, const Transition& transition)
{
    return database.send(1, kTransition, core::to_text(transition.to), transition.code,
                         transition.exchange, core::to_text(transition.from));
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
    const auto read = [](const Row& row) { return core::Document{row.text(0), row.text(1)}; };
    return database.all(kDocuments, read, exchange);
}

base::Result<std::optional<std::string>> find_document(Connection& database,
                                                       std::string_view exchange,
                                                       std::string_view name)
{
    const auto read = [](const Row& row) { return row.text(0); };
    return database.first(kFindDocument, read, exchange, name);
}

base::Result<std::vector<core::Document>> shared_documents(Connection& database,
                                                           std::string_view owner)
{
    const auto read = [](const Row& row) { return core::Document{row.text(0), row.text(1)}; };
    return database.all(kSharedDocuments, read, owner);
}

base::Result<std::optional<Blob>> find_blob(Connection& database, std::string_view exchange,
                                            std::string_view kind, std::uint32_t record)
{
    const auto read = [&](const Row& row) {
        return Blob{std::string(exchange), std::string(kind), record, {row.text(0), row.text(1)}};
    };
    return database.first(kFindBlob, read, exchange, kind, record);
}

base::Result<std::vector<Blob>> list_blobs(Connection& database, std::string_view exchange,
                                           std::string_view kind, std::uint32_t after,
                                           std::size_t limit)
{
    const auto read = [&](const Row& row) {
        return Blob{std::string(exchange),
                    std::string(kind),
                    static_cast<std::uint32_t>(row.integer(0)),
                    {row.text(1), row.text(2)}};
    };
    return database.all(kListBlobs, read, exchange, kind, after, std::uint64_t{limit});
}

}  // namespace gateway::store::postgres
