#include "fhir_models/base/text.hpp"
#include "fhir_models/r4/json_reader.hpp"
#include "fhir_models/r4/json_writer.hpp"
#include "gateway/api/endpoints.hpp"
#include "gateway/api/reply.hpp"
#include "gateway/crypto/jws.hpp"
#include "gateway/evidence/claims.hpp"
#include "gateway/exchange/custody.hpp"
#include "gateway/exchange/load_report.hpp"
#include "gateway/runtime/offload.hpp"

namespace gateway::api {
namespace {

using base::Errc;
using fhir::r4::Kind;

constexpr std::size_t kRowsInPage = 256;

/// What is asked in the body.
struct Question {
    bool send = false;
    std::string plan;          ///< only what this plan translated; empty: whatever did
    std::uint32_t record = 0;  ///< a row of a load
    std::uint32_t after = 0;   ///< of a load: the rows beyond this one
};

base::Result<Question> question_in(const net::Request& request)
{
    const auto json = fhir::r4::read_json(request.body);
    if (!json) {
        return base::Failure(json.error());
    }
    Question question;
    for (const auto& member : json->root()) {
        const auto number = base::to_size(member.text);
        const bool counts = member.kind == Kind::number && number && *number <= UINT32_MAX;
        if (member.name == "send" && member.kind == Kind::boolean) {
            question.send = member.text == "true";
        } else if (member.name == "plan" && member.kind == Kind::string) {
            question.plan = member.text;
        } else if (member.name == "record" && counts) {
            question.record = static_cast<std::uint32_t>(*number);
        } else if (member.name == "after" && counts) {
            question.after = static_cast<std::uint32_t>(*number);
        } else {
            return base::fail(Errc::malformed_request, "/" + std::string(member.name),
                              {"send, plan, record o after", "send, plan, record or after"},
                              base::kind_of(member.text));
        }
    }
    return question;
}

/// What is to be done: one record, or the rows of a load listed, or nothing, for it is not meant.
struct Task {
    exchange::Again again;
    bool other_plan = false;
    bool is_load = false;
    std::vector<std::uint32_t> rows;
    std::uint32_t next = 0;
};

base::Result<bool> is_by_plan(const std::string& exchange, const std::string& plan,
                              store::Store& store)
{
    const auto receipt = exchange::document_of(exchange, "receipt.jws", store);
    if (!receipt) {
        return base::Failure(receipt.error());
    }
    const auto token = crypto::read_jws(*receipt, evidence::kReceiptTyp);
    const auto json = token ? fhir::r4::read_json(token->claims)
                            : base::Result<fhir::r4::Document>(base::Failure(token.error()));
    return json && json->root().text_of("plan") == plan;
}

base::Result<void> list_rows(const Question& question, store::Store& store, Task& task)
{
    const auto blobs =
        store.list_blobs(task.again.exchange.id, "source", question.after, kRowsInPage);
    if (!blobs) {
        return base::Failure(blobs.error());
    }
    for (const auto& blob : *blobs) {
        task.rows.push_back(blob.record);
    }
    task.next = blobs->size() == kRowsInPage ? task.rows.back() : 0;
    return {};
}

base::Result<Task> find_task(const Call& call, const Reason& reason)
{
    if (!call.caller->has_role("administrator")) {
        return base::fail(Errc::not_permitted, "role", {"administrator", "administrator"});
    }
    auto& store = call.services.store;
    const auto question = question_in(call.request);
    auto found = store.find_exchange(call.open.front());
    if (!question || !found) {
        return base::Failure(question ? found.error() : question.error());
    }
    if (!*found) {
        return base::fail(Errc::not_found, "exchange",
                          {"un intercambio de este almacén", "an exchange of this store"});
    }
    Task task;
    task.again = {**std::move(found), question->record, question->send, {}};
    const auto& exchange = task.again.exchange;
    auto& event = task.again.asked;
    event = audit_event(call, core::AuditKind::administered, reason, "reprocess", "PU-0000");
    event.exchange = exchange.id;
    event.agreement = exchange.agreement;
    if (!question->plan.empty()) {
        const auto by_plan = is_by_plan(exchange.id, question->plan, store);
        if (!by_plan) {
            return base::Failure(by_plan.error());
        }
        task.other_plan = !*by_plan;
    }
    const auto report = question->record == 0
                            ? exchange::document_of(exchange.id, exchange::kLoadReport, store)
                            : base::Result<std::string>(std::string());
    if (!report) {
        return base::Failure(report.error());
    }
    task.is_load = !report->empty();
    if (task.is_load && !task.other_plan) {
        if (auto listed = list_rows(*question, store, task); !listed) {
            return base::Failure(listed.error());
        }
    }
    return task;
}

net::Response answer(const Task& task)
{
    fhir::r4::Document json;
    json.root().kind = Kind::object;
    json.add(json.root(), "result", Kind::string, task.other_plan ? "other-plan" : "load");
    auto& rows = json.add(json.root(), "rows", Kind::array);
    for (const auto row : task.rows) {
        json.add(rows, {}, Kind::number, json.keep(std::to_string(row)));
    }
    if (task.next > 0) {
        json.add(json.root(), "next", Kind::number, json.keep(std::to_string(task.next)));
    }
    return reply(200, "application/json", fhir::r4::to_json(json.root()));
}

net::Response answer(const exchange::Retelling& told)
{
    fhir::r4::Document json;
    auto& root = json.root();
    root.kind = Kind::object;
    const auto put = [&](fhir::r4::Node& at, std::string_view name, std::string_view text) {
        if (!text.empty()) {
            json.add(at, name, Kind::string, json.keep(text));
        }
    };
    put(root, "result", exchange::to_text(told.what));
    put(root, "exchange", told.exchange);
    if (told.what == exchange::Retold::refused) {
        put(root, "code", base::info(told.reason.code).id);
        put(root, "where", told.reason.where);
        put(root, "expected", told.reason.expected.en);
        put(root, "esperado", told.reason.expected.es);
    }
    auto& list = json.add(root, "differences", Kind::array);
    for (const auto& difference : told.differences) {
        auto& one = json.add(list, {}, Kind::object);
        put(one, "path", difference.path);
        put(one, "change", difference.change);
        put(one, "rule", difference.rule);
    }
    if (told.left_out > 0) {
        json.add(root, "more", Kind::number, json.keep(std::to_string(told.left_out)));
    }
    return reply(200, "application/json", fhir::r4::to_json(root));
}

}  // namespace

boost::asio::awaitable<net::Response> reprocess_exchange(Call call)
{
    const auto reason = reason_of(call.request);
    if (!reason) {
        const Reason none{};
        co_return co_await deny(call, none, "reprocess", reason.error());
    }
    auto find = [&call, &reason] { return find_task(call, *reason); };
    auto task = co_await runtime::offload(call.services.work, std::move(find));
    if (!task) {
        co_return co_await deny(call, *reason, "reprocess", task.error());
    }
    if (task->is_load || task->other_plan) {
        co_return answer(*task);
    }
    const auto told =
        co_await call.services.line.reprocess(std::move(task->again), call.services.now());
    co_return told ? answer(*told) : refuse(call.request, told.error());
}

}  // namespace gateway::api
