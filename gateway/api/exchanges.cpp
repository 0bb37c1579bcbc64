#include <algorithm>

#include "fhir_models/base/bytes.hpp"
#include "fhir_models/base/text.hpp"
#include "fhir_models/r4/json_reader.hpp"
#include "fhir_models/r4/json_writer.hpp"
#include "gateway/api/admission.hpp"
#include "gateway/api/endpoints.hpp"
#include "gateway/api/reply.hpp"
#include "gateway/net/problem.hpp"
#include "gateway/runtime/offload.hpp"

namespace gateway::api {
namespace {

using base::Errc;
using fhir::r4::Kind;

/// A refusal that left an exchange behind: the problem, with its signed receipt and findings.
net::Response rejection(const Call& call, const exchange::Answer& answer)
{
    auto response = net::problem(answer.reason, call.request.trace_id);
    auto problem = fhir::r4::read_json(response.body);
    if (!problem) {
        return response;
    }
    auto& root = problem->root();
    problem->add(root, "exchange", Kind::string, problem->keep(answer.exchange.id));
    problem->add(root, "receipt", Kind::string, problem->keep(answer.receipt));
    if (const auto outcome = fhir::r4::read_json(answer.outcome)) {
        problem->add_copy(root, "outcome", outcome->root());
    }
    response.body = fhir::r4::to_json(root);
    response.headers.emplace_back("location", "/exchanges/" + answer.exchange.id);
    return response;
}

/// A load is being worked on: where to ask for its end.
net::Response opened(const core::Exchange& exchange)
{
    fhir::r4::Document page;
    auto& list = page.add(page.root(), "exchanges", Kind::array);
    add_exchange(page, list, exchange);
    auto response = reply(202, "application/json", fhir::r4::to_json(*list.first));
    response.headers.emplace_back("location", "/exchanges/" + exchange.id);
    response.headers.emplace_back("exchange-id", exchange.id);
    response.headers.emplace_back("retry-after", "1");
    return response;
}

bool may_see(const Call& call, const core::Exchange& exchange)
{
    const auto& id = call.caller->institution.id;
    return exchange.sender == id || exchange.receiver == id || call.caller->has_role("auditor");
}

base::Failure absent()
{
    return base::fail(
        Errc::not_found, "exchange",
        {"un intercambio del que se es parte", "an exchange the caller is a party of"});
}

}  // namespace

boost::asio::awaitable<net::Response> submit_exchange(Call call)
{
    auto check = [&call, now = call.services.now()] { return admit(call, "exchanges", now); };
    auto intake = co_await runtime::offload(call.services.work, std::move(check));
    if (!intake) {
        call.services.metrics.exchange("exchanges", "failed");
        const Reason none{};
        co_return co_await deny(call, none, "POST /exchanges", intake.error());
    }
    auto answer = co_await call.services.line.submit(*std::move(intake));
    if (!answer) {
        call.services.metrics.exchange("exchanges", "failed");
        co_return refuse(call.request, answer.error());
    }
    if (answer->opened) {
        call.services.metrics.exchange("exchanges", answer->repeated ? "repeated" : "opened");
        co_return opened(answer->exchange);
    }
    const bool rejected = answer->exchange.state == core::State::rejected;
    call.services.metrics.exchange("exchanges", answer->repeated ? "repeated"
                                                : rejected       ? "rejected"
                                                                 : "accepted");
    if (rejected) {
        co_return rejection(call, *answer);
    }
    auto response =
        reply(answer->repeated ? 200 : 201, "application/jose", std::move(answer->receipt));
    response.headers.emplace_back("location", "/exchanges/" + answer->exchange.id);
    response.headers.emplace_back("exchange-id", answer->exchange.id);
    co_return response;
}

boost::asio::awaitable<net::Response> list_exchanges(Call call)
{
    store::ExchangeFilter filter;
    const bool all = call.caller->has_role("auditor") || call.caller->has_role("administrator");
    filter.party = all ? std::string{} : call.caller->institution.id;
    for (const auto& [name, value] : query_values(call.request.query)) {
        const auto limit = base::to_size(value);
        if (name == "state" && core::state_from(value)) {
            filter.state = core::state_from(value);
        } else if (name == "before") {
            filter.before = value;
        } else if (name == "limit" && limit && *limit >= 1 && *limit <= 1000) {
            filter.limit = *limit;
        } else {
            const auto error = base::fail(
                Errc::unknown_parameter, "query",
                {"state, before o limit (1 a 1000)", "state, before or limit (1 to 1000)"});
            co_return refuse(call.request, error.value());
        }
    }
    auto find = [&call, &filter] { return call.services.store.list_exchanges(filter); };
    const auto found = co_await runtime::offload(call.services.work, std::move(find));
    if (!found) {
        co_return refuse(call.request, found.error());
    }
    fhir::r4::Document page;
    auto& list = page.add(page.root(), "exchanges", Kind::array);
    for (const auto& exchange : *found) {
        add_exchange(page, list, exchange);
    }
    if (found->size() == filter.limit) {
        page.add(page.root(), "next", Kind::string,
                 page.keep("/exchanges?limit=" + std::to_string(filter.limit) +
                           "&before=" + found->back().id));
    }
    co_return reply(200, "application/json", fhir::r4::to_json(page.root()));
}

boost::asio::awaitable<net::Response> show_exchange(Call call)
{
    auto find = [&call] { return call.services.store.find_exchange(call.open.front()); };
    const auto found = co_await runtime::offload(call.services.work, std::move(find));
    if (!found) {
        co_return refuse(call.request, found.error());
    }
    if (!*found || !may_see(call, **found)) {
        co_return refuse(call.request, absent().value());
    }
    auto look = [&call, &found] {
        return exchange::version_after(**found, 0, call.services.store);
    };
    const auto after = co_await runtime::offload(call.services.work, std::move(look));
    if (!after) {
        co_return refuse(call.request, after.error());
    }
    fhir::r4::Document page;
    auto& list = page.add(page.root(), "exchanges", Kind::array);
    add_exchange(page, list, **found);
    if (*after) {
        page.add(*list.first, "replacedBy", Kind::string, page.keep((*after)->id));
    }
    co_return reply(200, "application/json", fhir::r4::to_json(*list.first));
}

}  // namespace gateway::api
