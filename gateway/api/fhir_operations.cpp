#include "fhir_models/national/identity.hpp"
#include "fhir_models/national/minimum_dataset.hpp"
#include "fhir_models/national/profiles.hpp"
#include "fhir_models/r4/json_reader.hpp"
#include "fhir_models/r4/json_writer.hpp"
#include "fhir_models/r4/operation_outcome.hpp"
#include "fhir_models/r4/schema.hpp"
#include "fhir_models/r4/validate.hpp"
#include "gateway/api/endpoints.hpp"
#include "gateway/api/fhir_reply.hpp"
#include "gateway/api/reply.hpp"
#include "gateway/api/summary.hpp"
#include "gateway/runtime/offload.hpp"

namespace gateway::api {
namespace {

using base::Errc;

base::Failure absent()
{
    return base::fail(Errc::not_found, "Patient",
                      {"un paciente visible para quien pregunta", "a patient the caller may see"});
}

/// Everything of the person, the patient's own resource first.
base::Result<Page> everything_of(const Call& call, const Reason& reason)
{
    Disclosure disclosure(call, reason);
    auto versions = call.services.store.versions_of("Patient", call.open.front());
    if (!versions) {
        return base::Failure(versions.error());
    }
    auto places = disclosure.current(*std::move(versions));
    if (places.empty()) {
        return absent();
    }
    if (!places.front().person.empty()) {
        auto all = call.services.store.resources_of(places.front().person, "");
        if (!all) {
            return base::Failure(all.error());
        }
        for (auto& place : disclosure.current(*std::move(all))) {
            if (place.type != "Patient" || place.id != places.front().id) {
                places.push_back(std::move(place));
            }
        }
    }
    auto shown = disclosure.show(places);
    if (!shown) {
        return base::Failure(shown.error());
    }
    Page page;
    page.matches = *std::move(shown);
    page.total = page.matches.size();
    return page;
}

/// What $validate is asked: the resource itself, or the parts of a Parameters.
struct Question {
    const fhir::r4::Node* resource = nullptr;
    std::string profile;  ///< canonical, or empty
};

Question question_in(const fhir::r4::Node& root, std::string_view query)
{
    Question question{&root, query_value(query, "profile")};
    const auto* const parameters =
        root.text_of("resourceType") == "Parameters" ? root.find("parameter") : nullptr;
    if (parameters == nullptr) {
        return question;
    }
    for (const auto& parameter : *parameters) {
        const auto name = parameter.text_of("name");
        if (const auto* const resource = parameter.find("resource");
            name == "resource" && resource != nullptr) {
            question.resource = resource;
        } else if (name == "profile") {
            const auto canonical = parameter.text_of("valueCanonical");
            question.profile = canonical.empty() ? parameter.text_of("valueUri") : canonical;
        }
    }
    return question;
}

base::Result<base::Issues> findings_of(const Call& call)
{
    const auto document = fhir::r4::read_json(call.request.body);
    if (!document) {
        return base::Failure(document.error());
    }
    const auto question = question_in(document->root(), call.request.query);
    const auto& resource = *question.resource;
    const auto type = resource.text_of("resourceType");
    if (!call.open.empty() && type != call.open.front()) {
        return base::fail(Errc::unknown_resource, "resourceType",
                          {"el tipo de la ruta", "the type in the path"}, base::kind_of(type));
    }
    const auto& known = fhir::national::profiles();
    const auto* const profile = question.profile.empty() ? nullptr : known.find(question.profile);
    if (!question.profile.empty() && (profile == nullptr || profile->type() != type)) {
        return base::fail(Errc::unknown_parameter, "profile",
                          {"un perfil de /fhir/metadata para este tipo de recurso",
                           "a profile of /fhir/metadata for this type of resource"});
    }
    auto issues = fhir::r4::validate(resource);
    const auto profiled = fhir::r4::check_profiles(resource, known, profile);
    issues.insert(issues.end(), profiled.begin(), profiled.end());
    if (type == "Bundle") {
        for (auto&& more : {fhir::national::check_identity(resource),
                            fhir::national::check_minimum_dataset(resource)}) {
            issues.insert(issues.end(), more.begin(), more.end());
        }
    }
    return issues;
}

/// The part both operations share: why, all there is, and the audit event before the answer.
boost::asio::awaitable<base::Result<Page>> read_person(Call& call, std::string operation)
{
    const auto reason = reason_of(call.request);
    if (!reason) {
        const Reason none{};
        (void)co_await deny(call, none, "Patient" + operation, reason.error());
        co_return base::Failure(reason.error());
    }
    if (!call.request.query.empty()) {
        co_return base::fail(Errc::unknown_parameter, "query",
                             {"ningún parámetro", "no parameter"});
    }
    auto find = [&call, &reason] { return everything_of(call, *reason); };
    auto page = co_await runtime::offload(call.services.work, std::move(find));
    if (!page) {
        (void)co_await deny(call, *reason, "Patient" + operation, page.error());
        co_return page;
    }
    std::vector<store::Resource> places;
    for (const auto& shown : page->matches) {
        places.push_back(shown.where);
    }
    const auto& id = page->matches.front().where.id;
    const auto recorded = co_await disclose(call, *reason, places, core::AuditKind::read,
                                            "Patient/" + id + operation);
    if (!recorded) {
        co_return base::Failure(recorded.error());
    }
    call.services.metrics.read("Patient", true);
    co_return page;
}

}  // namespace

boost::asio::awaitable<net::Response> patient_everything(Call call)
{
    const auto page = co_await read_person(call, "/$everything");
    if (!page) {
        co_return refuse(call.request, page.error());
    }
    Search shape;
    shape.type = "Patient/" + page->matches.front().where.id + "/$everything";
    co_return searchset(call, shape, *page);
}

boost::asio::awaitable<net::Response> patient_summary(Call call)
{
    const auto page = co_await read_person(call, "/$summary");
    if (!page) {
        co_return refuse(call.request, page.error());
    }
    const auto now = call.services.now();
    const SummaryFrame frame{fhir_base(call.request), call.services.self.urn, core::new_id(now),
                             now};
    co_return reply(200, kFhirJson, summary_of(page->matches, frame));
}

boost::asio::awaitable<net::Response> validate_resource(Call call)
{
    for (const auto& [name, value] : query_values(call.request.query)) {
        if (name != "profile" && name != "_format") {
            co_return refuse(call.request,
                             {Errc::unknown_parameter, "query", {"profile", "profile"}, {}});
        }
    }
    auto check = [&call] { return findings_of(call); };
    const auto issues = co_await runtime::offload(call.services.work, std::move(check));
    if (!issues) {
        co_return refuse(call.request, issues.error());
    }
    const auto outcome = fhir::r4::to_operation_outcome(*issues, call.request.trace_id);
    co_return reply(200, kFhirJson, fhir::r4::to_json(outcome.root()));
}

}  // namespace gateway::api
