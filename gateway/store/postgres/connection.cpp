#include "gateway/store/postgres/connection.hpp"

#include <libpq-fe.h>

#include <bit>
#include <charconv>
#include <cstring>
#include <utility>

namespace gateway::store::postgres {
namespace {

constexpr int kBinary = 1;

/// A plan made for empty tables may read the whole of full ones, and the server keeps it until it
/// analyses them: plans are made anew whenever the questions asked have doubled.
constexpr std::uint64_t kFirstPlans = 64;

std::uint64_t big_endian(std::uint64_t number) noexcept
{
    return std::endian::native == std::endian::little ? __builtin_bswap64(number) : number;
}

std::string field(const PGresult* result, int code)
{
    const char* text = PQresultErrorField(result, code);
    return text == nullptr ? std::string() : std::string(text);
}

Fault fault_of(const PGresult* result)
{
    const auto state = field(result, PG_DIAG_SQLSTATE);
    const auto where = "store, " + field(result, PG_DIAG_TABLE_NAME) + " " +
                       field(result, PG_DIAG_CONSTRAINT_NAME);
    if (state == "23505") {
        const bool leaf = field(result, PG_DIAG_TABLE_NAME) == "leaf";
        return {{leaf ? base::Errc::ledger_inconsistent : base::Errc::replayed,
                 where,
                 {"una fila que aún no existe", "a row that does not exist yet"},
                 {}}};
    }
    if (state == "23503") {
        return {{base::Errc::not_found,
                 where,
                 {"un intercambio guardado", "an exchange that is kept"},
                 {}}};
    }
    return {{base::Errc::store_failed,
             "store (PostgreSQL " + (state.empty() ? "connection" : state) + ")",
             {"un almacén que lea y escriba", "a store that reads and writes"},
             {}},
            state == "40P01" || state == "40001"};
}

bool succeeded(const PGresult* result)
{
    const auto status = PQresultStatus(result);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

}  // namespace

void Parameters::add(std::string_view text)
{
    values_.push_back(text.empty() ? "" : text.data());
    lengths_.push_back(static_cast<int>(text.size()));
    formats_.push_back(kBinary);
}

void Parameters::add(Optional text)
{
    add(text.view);
    if (text.view.empty()) {
        values_.back() = nullptr;
    }
}

void Parameters::add(std::int64_t number)
{
    numbers_.push_back(big_endian(static_cast<std::uint64_t>(number)));
    values_.push_back(reinterpret_cast<const char*>(&numbers_.back()));
    lengths_.push_back(sizeof number);
    formats_.push_back(kBinary);
}

int Answer::size() const noexcept
{
    return PQntuples(raw_.get());
}

std::string Answer::text(int row, int column) const
{
    return {PQgetvalue(raw_.get(), row, column),
            static_cast<std::size_t>(PQgetlength(raw_.get(), row, column))};
}

std::int64_t Answer::integer(int row, int column) const noexcept
{
    std::uint64_t number = 0;
    if (PQgetlength(raw_.get(), row, column) == sizeof number) {
        std::memcpy(&number, PQgetvalue(raw_.get(), row, column), sizeof number);
    }
    return static_cast<std::int64_t>(big_endian(number));
}

bool Answer::null(int row, int column) const noexcept
{
    return PQgetisnull(raw_.get(), row, column) == 1;
}

std::int64_t Answer::changed() const
{
    const std::string_view text = PQcmdTuples(raw_.get());
    std::int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

void Answer::Clear::operator()(pg_result* raw) const noexcept
{
    PQclear(raw);
}

base::Result<Connection> Connection::open(const std::string& settings)
{
    Connection connection(PQconnectdb(settings.c_str()));
    if (connection.lost()) {
        return base::Failure(connection.broken());
    }
    PQsetNoticeProcessor(
        connection.raw_.get(), [](void*, const char*) {}, nullptr);
    return connection;
}

bool Connection::lost() const noexcept
{
    return PQstatus(raw_.get()) != CONNECTION_OK;
}

base::Result<void> Connection::revive()
{
    if (!lost()) {
        return {};
    }
    names_.clear();
    expected_.clear();
    PQreset(raw_.get());
    return lost() ? base::Result<void>(base::Failure(broken())) : base::Result<void>();
}

base::Error Connection::broken() const
{
    return {base::Errc::store_failed,
            "store (PostgreSQL connection)",
            {"una base de datos que responda", "a database that answers"},
            {}};
}

base::Result<Answer> Connection::ask(const std::string& sql)
{
    PGresult* raw = PQexec(raw_.get(), sql.c_str());
    Answer result(raw);
    if (!succeeded(raw)) {
        return base::Failure(fault_of(raw).error);
    }
    return result;
}

base::Result<void> Connection::execute(const std::string& sql)
{
    const auto done = ask(sql);
    return done ? base::Result<void>() : base::Failure(done.error());
}

base::Result<void> Connection::begin_copy(const std::string& sql)
{
    PGresult* raw = PQexec(raw_.get(), sql.c_str());
    const Answer result(raw);
    return PQresultStatus(raw) == PGRES_COPY_IN ? base::Result<void>()
                                                : base::Failure(fault_of(raw).error);
}

base::Result<void> Connection::put_copy(std::string_view bytes)
{
    return PQputCopyData(raw_.get(), bytes.data(), static_cast<int>(bytes.size())) == 1
               ? base::Result<void>()
               : base::Failure(broken());
}

base::Result<std::int64_t> Connection::end_copy()
{
    if (PQputCopyEnd(raw_.get(), nullptr) != 1) {
        return base::Failure(broken());
    }
    base::Result<std::int64_t> rows = 0;
    while (PGresult* raw = PQgetResult(raw_.get())) {
        const Answer result(raw);
        rows = succeeded(raw) ? base::Result<std::int64_t>(result.changed())
                              : base::Failure(fault_of(raw).error);
    }
    return rows;
}

base::Result<const char*> Connection::prepared(std::string_view sql)
{
    if (const auto known = names_.find(sql); known != names_.end()) {
        return known->second.c_str();
    }
    auto name = "s" + std::to_string(names_.size());
    if (PQpipelineStatus(raw_.get()) != PQ_PIPELINE_OFF) {
        if (PQsendPrepare(raw_.get(), name.c_str(), std::string(sql).c_str(), 0, nullptr) != 1) {
            return base::Failure(broken());
        }
        expected_.push_back(0);
    } else {
        PGresult* raw = PQprepare(raw_.get(), name.c_str(), std::string(sql).c_str(), 0, nullptr);
        const Answer result(raw);
        if (!succeeded(raw)) {
            return base::Failure(fault_of(raw).error);
        }
    }
    return names_.emplace(sql, std::move(name)).first->second.c_str();
}

base::Result<Answer> Connection::query(std::string_view sql, const Parameters& parameters)
{
    const auto name = prepared(sql);
    if (!name) {
        return base::Failure(name.error());
    }
    if (++asked_ >= kFirstPlans && std::has_single_bit(asked_)) {
        (void)execute("discard plans");
    }
    PGresult* raw = PQexecPrepared(raw_.get(), *name, parameters.count(), parameters.values(),
                                   parameters.lengths(), parameters.formats(), kBinary);
    Answer rows(raw);
    if (!succeeded(raw)) {
        return base::Failure(fault_of(raw).error);
    }
    return rows;
}

base::Result<void> Connection::begin_pipeline()
{
    expected_.clear();
    return PQenterPipelineMode(raw_.get()) == 1 ? base::Result<void>()
                                                : base::Result<void>(base::Failure(broken()));
}

base::Result<void> Connection::send_one(std::int64_t at_least, std::string_view sql,
                                        const Parameters& parameters)
{
    const auto name = prepared(sql);
    if (!name) {
        return base::Failure(name.error());
    }
    if (PQsendQueryPrepared(raw_.get(), *name, parameters.count(), parameters.values(),
                            parameters.lengths(), parameters.formats(), kBinary) != 1) {
        return base::Failure(broken());
    }
    expected_.push_back(at_least);
    return {};
}

std::optional<Fault> Connection::end_pipeline()
{
    std::optional<Fault> first;
    const auto note = [&](Fault fault) {
        if (!first) {
            first = std::move(fault);
        }
    };
    if (PQpipelineSync(raw_.get()) != 1) {
        note({broken()});
    }
    std::size_t answered = 0;
    for (bool synced = false; !synced && !lost();) {
        PGresult* raw = PQgetResult(raw_.get());
        if (raw == nullptr) {
            continue;  // the end of one statement's answers
        }
        const Answer result(raw);
        const auto status = PQresultStatus(raw);
        synced = status == PGRES_PIPELINE_SYNC;
        if (synced || status == PGRES_PIPELINE_ABORTED) {
            continue;
        }
        const auto expected = answered < expected_.size() ? expected_[answered] : 0;
        ++answered;
        if (!succeeded(raw)) {
            note(fault_of(raw));
        } else if (result.changed() < expected) {
            note({{base::Errc::replayed,
                   "store, exchange.state",
                   {"un intercambio en el estado de partida", "an exchange in the former state"},
                   {}}});
        }
    }
    if (lost()) {
        note({broken()});
    } else {
        PQexitPipelineMode(raw_.get());
    }
    if (first) {
        names_.clear();  // what was prepared in an aborted pipeline is not known
        if (!lost()) {
            (void)execute("rollback; deallocate all");
        }
    }
    return first;
}

void Connection::Finish::operator()(pg_conn* raw) const noexcept
{
    PQfinish(raw);
}

}  // namespace gateway::store::postgres
