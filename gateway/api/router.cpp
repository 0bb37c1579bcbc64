#include "gateway/api/router.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include "fhir_models/r4/json_writer.hpp"
#include "fhir_models/r4/operation_outcome.hpp"
#include "gateway/api/endpoints.hpp"
#include "gateway/net/problem.hpp"

namespace gateway::api {
namespace {

using enum Access;

constexpr std::array kPaths{
    // clang-format off
    Path{"POST", "/exchanges",                 institution, submit_exchange},
    Path{"GET",  "/exchanges",                 institution, list_exchanges},
    Path{"GET",  "/exchanges/{}",              institution, show_exchange},
    Path{"GET",  "/exchanges/{}/receipt",      institution, show_receipt},
    Path{"GET",  "/exchanges/{}/records/{}",   institution, show_record},
    Path{"GET",  "/exchanges/{}/evidence",     institution, show_evidence},
    Path{"GET",  "/exchanges/{}/payload",      institution, show_payload},
    Path{"POST", "/exchanges/{}/delivery",     institution, take_delivery},
    Path{"POST", "/exchanges/{}/replay",       institution, replay_exchange},
    Path{"POST", "/exchanges/{}/reprocess",    institution, reprocess_exchange},
    Path{"POST", "/exchanges/{}/hold",         institution, hold_exchange},
    Path{"POST", "/exchanges/{}/release",      institution, release_exchange},
    Path{"POST", "/exchanges/{}/erasure",      institution, erase_exchange},
    Path{"POST", "/hl7v2",                     institution, submit_hl7v2},
    Path{"GET",  "/fhir/metadata",             anyone,      show_metadata},
    Path{"GET",  "/fhir/AuditEvent",           institution, search_audit},
    Path{"POST", "/fhir/AuditEvent/_search",   institution, search_audit},
    Path{"GET",  "/fhir/AuditEvent/{}",        institution, read_audit},
    Path{"GET",  "/fhir/Patient/{}/$everything", institution, patient_everything},
    Path{"GET",  "/fhir/Patient/{}/$summary",  institution, patient_summary},
    Path{"POST", "/fhir/Patient/$match",       institution, match_patient},
    Path{"POST", "/fhir",                      institution, submit_bundle},
    Path{"POST", "/fhir/$process-message",     institution, process_message},
    Path{"POST", "/fhir/$validate",            institution, validate_resource},
    Path{"POST", "/fhir/{}/$validate",         institution, validate_resource},
    Path{"POST", "/fhir/{}",                   institution, submit_resource},
    Path{"GET",  "/fhir/{}",                   institution, search_type},
    Path{"POST", "/fhir/{}/_search",           institution, search_type},
    Path{"GET",  "/fhir/{}/{}",                institution, read_resource},
    Path{"GET",  "/fhir/{}/{}/_history",       institution, read_history},
    Path{"GET",  "/fhir/{}/{}/_history/{}",    institution, read_version},
    Path{"GET",  "/ledger/*",                  institution, show_ledger},
    Path{"POST", "/add-checkpoint",            anyone,      add_checkpoint},
    Path{"GET",  "/console",                   institution, show_console},
    // clang-format on
};

/// The open parts when `path` fits `pattern`; nothing when it does not.
std::optional<std::vector<std::string_view>> match(std::string_view pattern, std::string_view path)
{
    std::vector<std::string_view> open;
    while (!pattern.empty()) {
        if (pattern == "*") {
            open.push_back(path);
            return open;
        }
        if (pattern.starts_with("{}")) {
            const auto end = std::min(path.find('/'), path.size());
            if (end == 0) {
                return std::nullopt;
            }
            open.push_back(path.substr(0, end));
            path.remove_prefix(end);
            pattern.remove_prefix(2);
        } else if (!path.empty() && path.front() == pattern.front()) {
            path.remove_prefix(1);
            pattern.remove_prefix(1);
        } else {
            return std::nullopt;
        }
    }
    return path.empty() ? std::optional(std::move(open)) : std::nullopt;
}

/// The row for the request, or why there is none.
base::Result<std::pair<const Path*, std::vector<std::string_view>>> find_path(
    const net::Request& request)
{
    bool known = false;
    for (const auto& row : kPaths) {
        if (auto open = match(row.pattern, request.path)) {
            if (row.method == request.method) {
                return std::pair(&row, *std::move(open));
            }
            known = true;
        }
    }
    const auto code = known ? base::Errc::method_not_allowed : base::Errc::not_found;
    return base::fail(code, request.method + " " + (known ? request.path : std::string("path")),
                      {"una ruta del contrato", "a path of the contract"});
}

boost::asio::awaitable<net::Response> dispatch(Services& services, const net::Request& request)
{
    auto found = find_path(request);
    if (!found) {
        co_return refuse(request, found.error());
    }
    Call call{services, request, services.directory.get(), nullptr, std::move(found->second)};
    const auto caller = caller_of(services, *call.directory, request.peer);
    if (caller) {
        call.caller = *caller;
    } else if (found->first->access == institution) {
        co_return refuse(request, caller.error());
    }
    const auto endpoint = found->first->endpoint;
    co_return co_await endpoint(std::move(call));
}

}  // namespace

std::span<const Path> paths() noexcept
{
    return kPaths;
}

base::Result<const exchange::Member*> caller_of(const Services& services,
                                                const exchange::Directory& directory,
                                                const net::Peer& peer)
{
    auto member = directory.by_certificate(peer.certificate_der);
    const auto trust = services.self.trust->get();
    if (!member || !trust->tls) {
        return member;
    }
    const auto good =
        trust->tls->check(peer.certificate_der, peer.intermediates_pem, services.now());
    return good ? member : base::Failure(good.error());
}

net::Response refuse(const net::Request& request, const base::Error& error)
{
    if (request.path != "/fhir" && !request.path.starts_with("/fhir/")) {
        return net::problem(error, request.trace_id);
    }
    net::Response response;
    response.status = base::info(error.code).http;
    response.headers.emplace_back("content-type", "application/fhir+json; charset=utf-8");
    response.body = fhir::r4::to_json(
        fhir::r4::to_operation_outcome({base::to_issue(error)}, request.trace_id).root());
    return response;
}

net::Handler router(Services& services)
{
    return [&services](net::Request request) -> boost::asio::awaitable<net::Response> {
        const auto begin = std::chrono::steady_clock::now();
        auto response = co_await dispatch(services, request);
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
        services.metrics.answered(response.status, took.count());
        co_return response;
    };
}

std::size_t body_limit(const config::Config& config, std::string_view method, std::string_view path)
{
    if (method != "POST") {
        return 0;
    }
    constexpr std::size_t kSmall = 64 * 1024;
    const bool fhir =
        (path == "/fhir" || path.starts_with("/fhir/")) && !path.ends_with("/_search");
    return fhir || path == "/exchanges" || path == "/hl7v2" ? config.body_limit : kSmall;
}

}  // namespace gateway::api
