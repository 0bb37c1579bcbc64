#include <algorithm>

#include "fhir_models/r4/json_reader.hpp"
#include "fhir_models/r4/json_writer.hpp"
#include "gateway/api/endpoints.hpp"
#include "gateway/api/reply.hpp"
#include "gateway/exchange/custody.hpp"
#include "gateway/runtime/offload.hpp"

namespace gateway::api {
namespace {

using base::Errc;
using fhir::r4::Document;
using fhir::r4::Kind;
using fhir::r4::Node;

/// What a caller asked for and may see.
struct Found {
    std::string person;
    std::string agreement;               ///< the last one that permitted
    std::vector<std::string> resources;  ///< JSON texts
};

/// The caller may read what was sent to it, or by it, when the agreement grants it this purpose.
bool permitted(const Call& call, const agreements::Book& book, const store::Resource& resource,
               const Reason& reason)
{
    const auto& caller = call.caller->institution.id;
    if (resource.receiver != caller && resource.sender != caller) {
        return false;
    }
    const auto bar = resource.agreement.find('|');
    const agreements::Question question{
        .agreement = std::string_view(resource.agreement).substr(0, bar),
        .sender = resource.sender,
        .receiver = resource.receiver,
        .purpose = reason.purpose,
        .resource_types = {resource.type},
        .signed_by_sender = true,
        .now = call.services.now()};
    return book.decide(question).permitted;
}

/// The resource itself, out of the payload it came in.
base::Result<std::string> fetch(const Call& call, const store::Resource& where)
{
    const auto& services = call.services;
    auto payload = exchange::record_of(where.exchange, where.record, services.self, services.store);
    const bool among_others = !payload && payload.error().code == Errc::not_found;
    if (among_others) {  // one payload of many lines
        payload = exchange::payload_of(where.exchange, "fhir", services.self, services.store);
    }
    if (!payload) {
        return payload;
    }
    std::string_view line(*payload);
    for (std::uint32_t i = 0; among_others && i < where.record; ++i) {
        line.remove_prefix(std::min(line.find('\n') + 1, line.size()));
    }
    const auto bundle = fhir::r4::read_json(line.substr(0, line.find('\n')));
    if (!bundle) {
        return base::Failure(bundle.error());
    }
    const auto* entries = bundle->root().find("entry");
    const auto* entry = entries == nullptr ? nullptr : entries->at(where.entry);
    const auto* resource = entry == nullptr ? nullptr : entry->find("resource");
    if (resource == nullptr || resource->text_of("id") != where.id) {
        return base::fail(Errc::internal, "resource index",
                          {"la entrada indicada", "the entry named"});
    }
    return fhir::r4::to_json(*resource);
}

/// What the caller may not see answers like what is absent.
base::Result<Found> collect(const Call& call, const std::vector<store::Resource>& candidates,
                            const Reason& reason)
{
    Found found;
    const auto book = call.services.book.get();
    for (const auto& candidate : candidates) {
        if (!permitted(call, *book, candidate, reason)) {
            continue;
        }
        auto text = fetch(call, candidate);
        if (!text) {
            if (text.error().code == Errc::not_found) {
                continue;  // erased
            }
            return base::Failure(text.error());
        }
        found.resources.push_back(*std::move(text));
        found.person = candidate.person;
        found.agreement = candidate.agreement;
    }
    return found;
}

base::Result<Found> find_by_identifier(const Call& call, std::string_view token,
                                       const Reason& reason)
{
    const auto bar = token.find('|');
    if (bar == std::string_view::npos || bar == 0 || bar + 1 == token.size()) {
        return base::fail(Errc::unknown_parameter, "identifier", {"sistema|valor", "system|value"},
                          base::kind_of(token));
    }
    const auto system = token.substr(0, bar);
    const auto person = call.services.store.find_person(
        system, call.services.self.index_value(system, token.substr(bar + 1)));
    if (!person) {
        return base::Failure(person.error());
    }
    if (!*person) {
        return Found{};
    }
    const auto candidates = call.services.store.resources_of(**person, "Patient");
    if (!candidates) {
        return base::Failure(candidates.error());
    }
    return collect(call, *candidates, reason);
}

/// The parameters of a search, from the query or the form of _search; only `identifier` is taken.
base::Result<std::string> identifier_parameter(const net::Request& request)
{
    const auto values = query_values(request.method == "POST" ? std::string_view(request.body)
                                                              : std::string_view(request.query));
    std::string identifier;
    for (const auto& [name, value] : values) {
        if (name == "_format") {
            continue;
        }
        if (name != "identifier" || !identifier.empty()) {
            return base::fail(
                Errc::unknown_parameter, "query",
                {"un solo parámetro identifier", "one identifier parameter and no other"});
        }
        identifier = value;
    }
    if (identifier.empty()) {
        return base::fail(Errc::unknown_parameter, "identifier", {"sistema|valor", "system|value"},
                          base::kind_of({}));
    }
    return identifier;
}

net::Response searchset(const Found& found)
{
    std::string body = R"({"resourceType":"Bundle","type":"searchset","total":)" +
                       std::to_string(found.resources.size());
    const char* separator = R"(,"entry":[)";
    for (const auto& resource : found.resources) {
        body.append(separator)
            .append(R"({"resource":)")
            .append(resource)
            .append(R"(,"search":{"mode":"match"}})");
        separator = ",";
    }
    body.append(found.resources.empty() ? "}" : "]}");
    return reply(200, "application/fhir+json; charset=utf-8", std::move(body));
}

/// Durable before the answer: who, when, from where, which purpose and why.
boost::asio::awaitable<base::Result<void>> disclose(const Call& call, const Reason& reason,
                                                    const Found& found, core::AuditKind kind,
                                                    std::string entity)
{
    auto event = audit_event(call, kind, reason, std::move(entity), "PU-0000");
    event.person = found.person;
    event.agreement = found.agreement;
    co_return co_await record(call.services, std::move(event));
}

}  // namespace

boost::asio::awaitable<net::Response> search_patient(Call call)
{
    const auto reason = reason_of(call.request);
    if (!reason) {
        const Reason none{};
        co_return co_await deny(call, none, "search Patient", reason.error());
    }
    const auto identifier = identifier_parameter(call.request);
    if (!identifier) {
        co_return refuse(call.request, identifier.error());
    }
    auto find = [&call, &identifier, &reason] {
        return find_by_identifier(call, *identifier, *reason);
    };
    const auto found = co_await runtime::offload(call.services.work, std::move(find));
    if (!found) {
        co_return refuse(call.request, found.error());
    }
    const auto recorded =
        co_await disclose(call, *reason, *found, core::AuditKind::search, "search Patient");
    if (!recorded) {
        co_return refuse(call.request, recorded.error());
    }
    call.services.metrics.read("Patient", true);
    co_return searchset(*found);
}

boost::asio::awaitable<net::Response> read_patient(Call call)
{
    const auto reason = reason_of(call.request);
    if (!reason) {
        const Reason none{};
        co_return co_await deny(call, none, "read Patient", reason.error());
    }
    auto find = [&call, &reason]() -> base::Result<Found> {
        const auto resource = call.services.store.find_resource("Patient", call.open.front());
        if (!resource) {
            return base::Failure(resource.error());
        }
        return *resource ? collect(call, {**resource}, *reason) : Found{};
    };
    auto found = co_await runtime::offload(call.services.work, std::move(find));
    if (!found) {
        co_return refuse(call.request, found.error());
    }
    if (found->resources.empty()) {
        const auto error =
            base::fail(Errc::not_found, "Patient",
                       {"un paciente visible para quien pregunta", "a patient the caller may see"});
        co_return co_await deny(call, *reason, "read Patient", error.value());
    }
    const auto recorded =
        co_await disclose(call, *reason, *found, core::AuditKind::read, "read Patient");
    if (!recorded) {
        co_return refuse(call.request, recorded.error());
    }
    call.services.metrics.read("Patient", true);
    co_return reply(200, "application/fhir+json; charset=utf-8",
                    std::move(found->resources.front()));
}

}  // namespace gateway::api
