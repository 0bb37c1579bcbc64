#include <algorithm>
#include <array>

#include "fhir_models/base/text.hpp"
#include "fhir_models/r4/json_writer.hpp"
#include "fhir_models/r4/search/search.hpp"
#include "gateway/api/endpoints.hpp"
#include "gateway/api/fhir_page.hpp"
#include "gateway/api/fhir_reply.hpp"
#include "gateway/audit/audit_event.hpp"
#include "gateway/audit/events.hpp"
#include "gateway/runtime/offload.hpp"

namespace gateway::api {
namespace {

using base::Errc;
using Events = std::vector<core::AuditEvent>;

constexpr std::size_t kLargestPage = 1000;
constexpr std::string_view kExportTyp = "audit-export+jws";

base::Failure refused(std::string_view name, base::Text expected, std::string_view value)
{
    return base::fail(Errc::unknown_parameter, std::string(name), std::move(expected),
                      base::kind_of(value));
}

/// The value of a token, whatever its system.
std::string code_of(std::string_view token)
{
    return std::string(token.substr(token.rfind('|') + 1));
}

/// The key of the person in the index; one that nothing has when the person is unknown.
base::Result<std::string> person_of(const Services& services, std::string_view name,
                                    const std::string& value)
{
    constexpr std::string_view kNobody = "-";
    if (name == "patient") {
        constexpr std::string_view kType = "Patient/";
        const auto id = value.starts_with(kType) ? value.substr(kType.size()) : value;
        const auto versions = services.store.versions_of("Patient", id);
        if (!versions) {
            return base::Failure(versions.error());
        }
        const bool known = !versions->empty() && !versions->front().person.empty();
        return known ? versions->front().person : std::string(kNobody);
    }
    const auto bar = value.find('|');
    if (bar == std::string::npos || bar == 0 || bar + 1 == value.size()) {
        return refused(name, {"sistema|valor", "system|value"}, value);
    }
    const auto system = value.substr(0, bar);
    const auto person = services.store.find_person(
        system, services.self.index_value(system, value.substr(bar + 1)));
    if (!person) {
        return base::Failure(person.error());
    }
    return *person ? **person : std::string(kNobody);
}

base::Result<void> read_date(store::AuditFilter& filter, const std::string& value)
{
    const bool bare = base::is_digits(std::string_view(value).substr(0, 1));
    const auto prefix = bare ? std::string("eq") : value.substr(0, 2);
    const auto span = fhir::r4::span_of(std::string_view(value).substr(bare ? 0 : prefix.size()));
    constexpr std::array<std::string_view, 5> kPrefixes{"eq", "ge", "gt", "le", "lt"};
    if (!span || std::ranges::find(kPrefixes, prefix) == kPrefixes.end()) {
        return refused("date",
                       {"una fecha con eq, ge, gt, le o lt", "a date with eq, ge, gt, le or lt"},
                       value);
    }
    if (prefix == "eq" || prefix == "ge") {
        filter.from = base::Instant{span->from};
    } else if (prefix == "gt") {
        filter.from = base::Instant{span->until};
    }
    if (prefix == "eq" || prefix == "le") {
        filter.until = base::Instant{span->until};
    } else if (prefix == "lt") {
        filter.until = base::Instant{span->from};
    }
    return {};
}

base::Result<void> read_event(store::AuditFilter& filter, std::string_view value)
{
    const auto rows = audit::events();
    const auto found = std::ranges::find(rows, value, &audit::EventInfo::name);
    if (found == rows.end()) {
        return refused("event",
                       {"un nombre de la lista de eventos", "a name of the list of events"}, value);
    }
    filter.kind = found->kind;
    return {};
}

/// One parameter into the filter.
base::Result<void> read_parameter(store::AuditFilter& filter, const Services& services,
                                  const std::string& name, const std::string& value)
{
    if (name == "_format") {
        return {};
    }
    if (value.empty()) {
        return refused(name, {"un valor", "a value"}, value);
    }
    if (name == "patient" || name == "patient.identifier") {
        auto person = person_of(services, name, value);
        if (!person) {
            return base::Failure(person.error());
        }
        filter.person = *std::move(person);
    } else if (name == "agent:identifier") {
        filter.agent = code_of(value);
    } else if (name == "agreement") {
        filter.agreement = value;
    } else if (name == "exchange") {
        filter.exchange = value;
    } else if (name == "purpose") {
        filter.purpose = code_of(value);
    } else if (name == "outcome") {
        filter.outcome = value == "0" ? "PU-0000" : value;
    } else if (name == "event") {
        return read_event(filter, value);
    } else if (name == "date") {
        return read_date(filter, value);
    } else if (name == "_cursor") {
        filter.before = value;
    } else if (name == "_count") {
        const auto count = base::to_size(value);
        if (!count || *count == 0 || *count > kLargestPage) {
            return refused(name, {"de 1 a 1000", "from 1 to 1000"}, value);
        }
        filter.limit = *count;
    } else {
        return refused("query",
                       {"patient, patient.identifier, agent:identifier, agreement, exchange, "
                        "purpose, outcome, event, date o _count",
                        "patient, patient.identifier, agent:identifier, agreement, exchange, "
                        "purpose, outcome, event, date or _count"},
                       {});
    }
    return {};
}

/// What was asked: the filter, its parameters for the links, and their names for the audit.
struct Asked {
    store::AuditFilter filter;
    Search shape;  ///< type and parameters, for the links
    std::string names;
};

bool sees_all(const Call& call)
{
    return call.caller->has_role("auditor") || call.caller->has_role("privacy-officer");
}

base::Result<Asked> asked(const Call& call)
{
    Asked asked;
    asked.shape.type = "AuditEvent";
    asked.names = "search AuditEvent";
    const auto given = search_parameters(call, asked.shape.type);
    if (!given) {
        return base::Failure(given.error());
    }
    for (const auto& [name, value] : *given) {
        const bool twice = name != "date" && std::ranges::count(*given, name, [](const auto& one) {
                                                 return one.first;
                                             }) > 1;
        if (twice) {
            return refused(name, {"una sola vez", "once and no more"}, {});
        }
        if (auto read = read_parameter(asked.filter, call.services, name, value); !read) {
            return base::Failure(read.error());
        }
        if (name == "_cursor") {
            asked.shape.cursor = value;
            continue;
        }
        asked.shape.used.emplace_back(name, value);
        asked.names.append(asked.names.find('?') == std::string::npos ? "?" : "&").append(name);
    }
    if (!sees_all(call)) {
        const auto& own = call.caller->institution.id;
        asked.filter.agent = asked.filter.agent.empty() || asked.filter.agent == own ? own : "-";
    }
    return asked;
}

std::string json_of(const core::AuditEvent& event, const Services& services)
{
    return fhir::r4::to_json(audit::to_fhir(event, services.self.urn).root());
}

std::string page_of(const Call& call, Asked& asked, const Events& events)
{
    const auto base = fhir_base(call.request);
    std::string body = R"({"resourceType":"Bundle","type":"searchset","link":[)";
    const auto next = events.size() == asked.filter.limit ? events.back().id : std::string{};
    body.append(search_links(call, asked.shape, next)).append("]");
    const char* separator = R"(,"entry":[)";
    for (const auto& event : events) {
        body.append(std::exchange(separator, ",")).append(R"({"fullUrl":)");
        fhir::r4::write_json_string(base + "/AuditEvent/" + event.id, body);
        body.append(R"(,"resource":)").append(json_of(event, call.services));
        body.append(R"(,"search":{"mode":"match"}})");
    }
    return body.append(events.empty() ? "}" : "]}");
}

boost::asio::awaitable<base::Result<void>> record_look(const Call& call, const Reason& reason,
                                                       core::AuditKind kind, std::string entity,
                                                       std::string person)
{
    auto event = audit_event(call, kind, reason, std::move(entity), "PU-0000");
    event.person = std::move(person);
    co_return co_await record(call.services, std::move(event));
}

}  // namespace

boost::asio::awaitable<net::Response> search_audit(Call call)
{
    const auto reason = reason_of(call.request);
    if (!reason) {
        const Reason none{};
        co_return co_await deny(call, none, "search AuditEvent", reason.error());
    }
    auto find = [&call]() -> base::Result<std::pair<Asked, Events>> {
        auto question = asked(call);
        if (!question) {
            return base::Failure(question.error());
        }
        auto events = call.services.store.read_audit(question->filter);
        if (!events) {
            return base::Failure(events.error());
        }
        return std::pair(*std::move(question), *std::move(events));
    };
    auto found = co_await runtime::offload(call.services.work, std::move(find));
    if (!found) {
        co_return refuse(call.request, found.error());
    }
    auto& [question, events] = *found;
    auto person = question.filter.person == "-" ? std::string{} : question.filter.person;
    const auto recorded = co_await record_look(call, *reason, core::AuditKind::search,
                                               question.names, std::move(person));
    if (!recorded) {
        co_return refuse(call.request, recorded.error());
    }
    call.services.metrics.read("AuditEvent", true);
    auto body = page_of(call, question, events);
    if (call.request.header("accept").find("application/jose") == std::string_view::npos) {
        co_return reply(200, kFhirJson, std::move(body));
    }
    auto sign = [&call, &body] {
        return call.services.self.sign(kExportTyp, body, call.services.now());
    };
    auto token = co_await runtime::offload(call.services.work, std::move(sign));
    co_return token ? reply(200, "application/jose", *std::move(token))
                    : refuse(call.request, token.error());
}

boost::asio::awaitable<net::Response> read_audit(Call call)
{
    const auto reason = reason_of(call.request);
    if (!reason) {
        const Reason none{};
        co_return co_await deny(call, none, "read AuditEvent", reason.error());
    }
    const std::string id(call.open.front());
    auto find = [&call, &id] {
        store::AuditFilter filter;
        filter.before = id + "~";  // the next id down is this one, when there is one
        filter.limit = 1;
        return call.services.store.read_audit(filter);
    };
    const auto found = co_await runtime::offload(call.services.work, std::move(find));
    if (!found) {
        co_return refuse(call.request, found.error());
    }
    const bool visible = !found->empty() && found->front().id == id &&
                         (sees_all(call) || found->front().agent == call.caller->institution.id);
    if (!visible) {
        const auto error = base::fail(
            Errc::not_found, "AuditEvent",
            {"un evento visible para quien pregunta", "an event that the caller may see"});
        co_return co_await deny(call, *reason, "read AuditEvent", error.value());
    }
    const auto recorded = co_await record_look(call, *reason, core::AuditKind::read,
                                               "AuditEvent/" + id, found->front().person);
    if (!recorded) {
        co_return refuse(call.request, recorded.error());
    }
    co_return reply(200, kFhirJson, json_of(found->front(), call.services));
}

}  // namespace gateway::api
