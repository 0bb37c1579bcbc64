#include <algorithm>

#include "fhir_models/r4/schema.hpp"
#include "gateway/api/endpoints.hpp"
#include "gateway/api/fhir_page.hpp"
#include "gateway/api/fhir_reply.hpp"
#include "gateway/runtime/offload.hpp"

namespace gateway::api {
namespace {

using base::Errc;
using Versions = std::vector<Shown>;

base::Failure absent(std::string_view type)
{
    return base::fail(
        Errc::not_found, std::string(type),
        {"un recurso visible para quien pregunta", "a resource that the caller may see"});
}

/// The type in the path, when R4 has it; what a caller made up is not repeated.
std::string type_of(const Call& call)
{
    const auto type = call.open.front();
    return fhir::r4::find_resource(type) == nullptr ? std::string("?") : std::string(type);
}

/// Which versions of a resource are asked for.
enum class Which : std::uint8_t { current, named, all };

struct Found {
    base::Result<Versions> versions;
    std::optional<Denied> denied;
};

Found find_versions(const Call& call, const Reason& reason, Which which)
{
    auto all = call.services.store.versions_of(call.open[0], call.open[1]);
    if (!all) {
        return {base::Failure(all.error()), std::nullopt};
    }
    Disclosure disclosure(call, reason);
    auto seen = disclosure.permitted(*std::move(all));
    if (which == Which::named) {
        std::erase_if(seen, [&](const auto& one) { return version_id(one) != call.open[2]; });
    } else if (which == Which::current && seen.size() > 1) {
        seen.resize(1);
    }
    return {disclosure.show(seen), disclosure.denied()};
}

std::vector<store::Resource> places_of(const Versions& versions)
{
    std::vector<store::Resource> places;
    for (const auto& shown : versions) {
        places.push_back(shown.where);
    }
    return places;
}

/// The part all reads share: why, what there is, and the audit event before the answer.
boost::asio::awaitable<Found> read_versions(Call& call, const Reason& reason, Which which,
                                            std::string entity)
{
    auto find = [&call, &reason, which] { return find_versions(call, reason, which); };
    auto found = co_await runtime::offload(call.services.work, std::move(find));
    auto& versions = found.versions;
    if (!versions || versions->empty()) {
        co_return versions ? Found{absent(type_of(call)), std::move(found.denied)} : found;
    }
    const auto places = places_of(*versions);
    const auto recorded =
        co_await disclose(call, reason, places, core::AuditKind::read, std::move(entity));
    if (!recorded) {
        co_return Found{base::Failure(recorded.error()), std::nullopt};
    }
    call.services.metrics.read(type_of(call), true);
    co_return found;
}

boost::asio::awaitable<net::Response> answer_read(Call call, Which which)
{
    const auto type = type_of(call);
    const auto reason = reason_of(call.request);
    if (!reason) {
        const Reason none{};
        co_return co_await deny(call, none, "read " + type, reason.error());
    }
    if (!call.request.query.empty() && call.request.query.find("_format=") != 0) {
        const auto error =
            base::fail(Errc::unknown_parameter, "query", {"ningún parámetro", "no parameter"});
        co_return refuse(call.request, error.value());
    }
    const auto id = type == "?" ? std::string("?") : std::string(call.open[1]);
    const auto found = co_await read_versions(call, *reason, which, type + "/" + id);
    const auto& versions = found.versions;
    if (!versions) {
        co_return co_await deny(call, *reason, "read " + type, versions.error(), found.denied);
    }
    co_return which == Which::all ? history(call.request, *versions)
                                  : resource_reply(call.request, versions->front());
}

/// "search Observation?patient&date": names alone.
std::string entity_of(const Search& search)
{
    std::string entity = "search " + search.type;
    char separator = '?';
    for (const auto& [name, value] : search.used) {
        entity.push_back(std::exchange(separator, '&'));
        entity.append(name);
    }
    return entity;
}

base::Result<Search> asked_search(const Call& call)
{
    const auto& request = call.request;
    if (fhir::r4::find_resource(call.open.front()) == nullptr) {
        return absent("?");
    }
    const auto given = search_parameters(call, call.open.front());
    if (!given) {
        return base::Failure(given.error());
    }
    const bool lenient =
        request.header("prefer").find("handling=lenient") != std::string_view::npos;
    return read_search(call.open.front(), *given, lenient);
}

}  // namespace

boost::asio::awaitable<net::Response> search_type(Call call)
{
    const auto type = type_of(call);
    const auto reason = reason_of(call.request);
    if (!reason) {
        const Reason none{};
        co_return co_await deny(call, none, "search " + type, reason.error());
    }
    const auto search = asked_search(call);
    if (!search) {
        co_return refuse(call.request, search.error());
    }
    auto find = [&call, &search, &reason] {
        Disclosure disclosure(call, *reason);
        return run_search(*search, call, disclosure);
    };
    const auto page = co_await runtime::offload(call.services.work, std::move(find));
    if (!page) {
        co_return refuse(call.request, page.error());
    }
    auto places = places_of(page->matches);
    const auto more = places_of(page->included);
    places.insert(places.end(), more.begin(), more.end());
    const auto recorded =
        co_await disclose(call, *reason, places, core::AuditKind::search, entity_of(*search));
    if (!recorded) {
        co_return refuse(call.request, recorded.error());
    }
    call.services.metrics.read(type, true);
    co_return searchset(call, *search, *page);
}

boost::asio::awaitable<net::Response> read_resource(Call call)
{
    co_return co_await answer_read(std::move(call), Which::current);
}

boost::asio::awaitable<net::Response> read_version(Call call)
{
    co_return co_await answer_read(std::move(call), Which::named);
}

boost::asio::awaitable<net::Response> read_history(Call call)
{
    co_return co_await answer_read(std::move(call), Which::all);
}

}  // namespace gateway::api
