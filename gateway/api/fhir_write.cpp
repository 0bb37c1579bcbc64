#include <algorithm>
#include <array>

#include "fhir_models/r4/json_reader.hpp"
#include "fhir_models/r4/json_writer.hpp"
#include "fhir_models/r4/schema.hpp"
#include "gateway/api/admission.hpp"
#include "gateway/api/endpoints.hpp"
#include "gateway/api/fhir_reply.hpp"
#include "gateway/exchange/served.hpp"
#include "gateway/runtime/offload.hpp"

namespace gateway::api {
namespace {

using base::Errc;
using fhir::r4::Document;
using fhir::r4::Kind;
using fhir::r4::Node;

constexpr std::array<std::string_view, 5> kBundles{"transaction", "batch", "message", "document",
                                                   "collection"};
constexpr std::size_t kMostEntries = 10'000;

base::Failure unsupported(std::string where, base::Text expected)
{
    return base::fail(Errc::malformed_request, std::move(where), std::move(expected));
}

/// An entry asks to create or update what it brings, unconditionally: the line keeps or refuses a
/// Bundle as a whole, and changes nothing that is kept.
base::Result<void> check_entry(const Node& entry, std::size_t index)
{
    const auto where = "Bundle.entry[" + std::to_string(index) + "].request";
    const auto* const request = entry.find("request");
    if (request == nullptr) {
        return unsupported(where, {"method y url", "method and url"});
    }
    const auto method = request->text_of("method");
    if (method != "POST" && method != "PUT") {
        return unsupported(where + ".method", {"POST o PUT", "POST or PUT"});
    }
    for (const auto& member : *request) {
        if (member.name != "method" && member.name != "url") {
            return unsupported(where + "." + std::string(member.name),
                               {"sin condiciones", "no conditions"});
        }
    }
    if (request->text_of("url").find('?') != std::string_view::npos) {
        return unsupported(where + ".url", {"Tipo o Tipo/id", "Type or Type/id"});
    }
    return {};
}

base::Result<void> check_bundle(const Node& root, std::string_view only)
{
    const auto type = root.text_of("type");
    const bool known =
        only.empty() ? std::ranges::find(kBundles, type) != kBundles.end() : type == only;
    if (root.text_of("resourceType") != "Bundle" || !known) {
        return only.empty() ? unsupported("Bundle.type",
                                          {"transaction, batch, message, document o collection",
                                           "transaction, batch, message, document or collection"})
                            : unsupported("Bundle.type", {std::string(only), std::string(only)});
    }
    const auto* const entries = root.find("entry");
    if (entries == nullptr) {
        return {};
    }
    if (entries->size() > kMostEntries) {
        return base::fail(Errc::limit_exceeded, "Bundle.entry",
                          {"hasta 10,000 entradas", "up to 10,000 entries"});
    }
    if (type != "transaction" && type != "batch") {
        return {};
    }
    std::size_t index = 0;
    for (const auto& entry : *entries) {
        if (auto checked = check_entry(entry, index++); !checked) {
            return checked;
        }
    }
    return {};
}

/// The submission on the line, or the refusal that is the answer.
struct Sent {
    std::optional<exchange::Answer> answer;
    net::Response refusal;
};

void add_receipt(net::Response& response, const exchange::Answer& answer)
{
    response.headers.emplace_back("exchange-id", answer.exchange.id);
    response.headers.emplace_back("exchange-receipt", answer.receipt);
}

boost::asio::awaitable<Sent> send(Call& call)
{
    auto check = [&call, now = call.services.now()] { return admit(call, "fhir", now); };
    auto intake = co_await runtime::offload(call.services.work, std::move(check));
    if (!intake) {
        call.services.metrics.exchange("fhir", "failed");
        const Reason none{};
        co_return Sent{std::nullopt, co_await deny(call, none, "POST /fhir", intake.error())};
    }
    auto answer = co_await call.services.line.submit(*std::move(intake));
    if (!answer) {
        call.services.metrics.exchange("fhir", "failed");
        co_return Sent{std::nullopt, refuse(call.request, answer.error())};
    }
    const bool rejected = answer->exchange.state == core::State::rejected;
    call.services.metrics.exchange("fhir", answer->repeated ? "repeated"
                                           : rejected       ? "rejected"
                                                            : "accepted");
    if (rejected) {
        auto refusal =
            reply(base::info(answer->reason.code).http, kFhirJson, std::move(answer->outcome));
        refusal.headers.emplace_back("location", "/exchanges/" + answer->exchange.id);
        add_receipt(refusal, *answer);
        co_return Sent{std::nullopt, std::move(refusal)};
    }
    co_return Sent{*std::move(answer), {}};
}

/// "Type/id/_history/version" of an entry, as it is read from now on; empty for an envelope.
std::string location_of(const exchange::Answer& answer, const Node& entry)
{
    const auto* const resource = entry.find("resource");
    const auto type = resource == nullptr ? std::string_view() : resource->text_of("resourceType");
    const auto id = exchange::served_id(answer.exchange.sender, type, exchange::entry_id(entry));
    if (id.empty() || !exchange::is_served(type)) {
        return {};
    }
    return std::string(type) + "/" + id + "/_history/" + answer.exchange.id;
}

std::string transaction_response(const Node& root, const exchange::Answer& answer)
{
    Document out;
    out.add(out.root(), "resourceType", Kind::string, "Bundle");
    out.add(out.root(), "type", Kind::string,
            root.text_of("type") == "batch" ? "batch-response" : "transaction-response");
    const auto* const given = root.find("entry");
    if (given == nullptr) {
        return fhir::r4::to_json(out.root());
    }
    auto& entries = out.add(out.root(), "entry", Kind::array);
    for (const auto& entry : *given) {
        auto& response = out.add(out.add(entries, {}, Kind::object), "response", Kind::object);
        out.add(response, "status", Kind::string, "201 Created");
        const auto location = location_of(answer, entry);
        if (!location.empty()) {
            out.add(response, "location", Kind::string, out.keep(location));
            out.add(response, "etag", Kind::string, out.keep("W/\"" + answer.exchange.id + "\""));
        }
        out.add(response, "lastModified", Kind::string,
                out.keep(base::to_rfc3339(answer.exchange.received)));
    }
    return fhir::r4::to_json(out.root());
}

std::string message_response(const Node& root, const exchange::Answer& answer,
                             std::string_view gateway)
{
    const auto* const entries = root.find("entry");
    const auto* const first = entries == nullptr ? nullptr : entries->at(0);
    const auto* const header = first == nullptr ? nullptr : first->find("resource");
    Document out;
    out.add(out.root(), "resourceType", Kind::string, "Bundle");
    out.add(out.root(), "type", Kind::string, "message");
    out.add(out.root(), "timestamp", Kind::string,
            out.keep(base::to_rfc3339(answer.exchange.received)));
    auto& entry = out.add(out.add(out.root(), "entry", Kind::array), {}, Kind::object);
    out.add(entry, "fullUrl", Kind::string, out.keep("urn:uuid:" + answer.exchange.id));
    auto& answer_header = out.add(entry, "resource", Kind::object);
    out.add(answer_header, "resourceType", Kind::string, "MessageHeader");
    out.add(answer_header, "id", Kind::string, out.keep(answer.exchange.id));
    for (const std::string_view name : {"eventCoding", "eventUri"}) {
        const auto* const event = header == nullptr ? nullptr : header->find(name);
        if (event != nullptr) {
            out.add_copy(answer_header, name, *event);
        }
    }
    auto& source = out.add(answer_header, "source", Kind::object);
    out.add(source, "endpoint", Kind::string, out.keep(gateway));
    auto& response = out.add(answer_header, "response", Kind::object);
    const auto id = header == nullptr ? std::string_view() : header->text_of("id");
    out.add(response, "identifier", Kind::string,
            id.empty() ? std::string_view("unknown") : out.keep(id));
    out.add(response, "code", Kind::string, "ok");
    return fhir::r4::to_json(out.root());
}

boost::asio::awaitable<net::Response> take(Call call, std::string_view only)
{
    auto read = [&call] { return fhir::r4::read_json(call.request.body); };
    const auto document = co_await runtime::offload(call.services.work, std::move(read));
    if (!document) {
        co_return refuse(call.request, document.error());
    }
    const auto& root = document->root();
    if (const auto checked = check_bundle(root, only); !checked) {
        co_return refuse(call.request, checked.error());
    }
    const auto sent = co_await send(call);
    if (!sent.answer) {
        co_return sent.refusal;
    }
    const auto type = root.text_of("type");
    auto body = type == "message" ? message_response(root, *sent.answer, call.services.self.urn)
                : type == "transaction" || type == "batch"
                    ? transaction_response(root, *sent.answer)
                    : sent.answer->outcome;
    auto response = reply(200, kFhirJson, std::move(body));
    response.headers.emplace_back("location", "/exchanges/" + sent.answer->exchange.id);
    add_receipt(response, *sent.answer);
    co_return response;
}

}  // namespace

boost::asio::awaitable<net::Response> submit_bundle(Call call)
{
    co_return co_await take(std::move(call), {});
}

boost::asio::awaitable<net::Response> process_message(Call call)
{
    co_return co_await take(std::move(call), "message");
}

boost::asio::awaitable<net::Response> submit_resource(Call call)
{
    auto read = [&call] { return fhir::r4::read_json(call.request.body); };
    const auto document = co_await runtime::offload(call.services.work, std::move(read));
    if (!document) {
        co_return refuse(call.request, document.error());
    }
    const auto type = document->root().text_of("resourceType");
    if (type != call.open.front() || !exchange::is_served(type)) {
        const auto error = base::fail(Errc::unknown_resource, "resourceType",
                                      {"el tipo de la ruta", "the type in the path"});
        co_return refuse(call.request, error.value());
    }
    if (!call.request.header("if-none-exist").empty()) {
        const auto error = unsupported("If-None-Exist", {"sin condiciones", "no conditions"});
        co_return refuse(call.request, error.value());
    }
    const auto id = document->root().text_of("id");
    const auto sent = co_await send(call);
    if (!sent.answer) {
        co_return sent.refusal;
    }
    const auto& exchange = sent.answer->exchange;
    auto response = reply(sent.answer->repeated ? 200 : 201, kFhirJson, sent.answer->outcome);
    const auto served = exchange::served_id(exchange.sender, type, id);
    response.headers.emplace_back(
        "location", served.empty() ? "/exchanges/" + exchange.id
                                   : fhir_base(call.request) + "/" + std::string(type) + "/" +
                                         served + "/_history/" + exchange.id);
    response.headers.emplace_back("etag", "W/\"" + exchange.id + "\"");
    add_receipt(response, *sent.answer);
    co_return response;
}

}  // namespace gateway::api
