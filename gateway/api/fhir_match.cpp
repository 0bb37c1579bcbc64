#include <algorithm>

#include "fhir_models/base/text.hpp"
#include "fhir_models/national/identifiers.hpp"
#include "fhir_models/r4/json_reader.hpp"
#include "fhir_models/r4/json_writer.hpp"
#include "gateway/api/endpoints.hpp"
#include "gateway/api/fhir_reply.hpp"
#include "gateway/api/person_match.hpp"
#include "gateway/runtime/offload.hpp"

namespace gateway::api {
namespace {

using base::Errc;
using fhir::r4::Node;

/// A match with the Patient it is of.
struct Matched {
    Shown shown;
    Match match;
};

/// What the Parameters of $match ask for.
struct Question {
    const Node* patient = nullptr;
    bool only_certain = false;
    std::size_t count = 10;
};

base::Result<Question> question_in(const Node& root)
{
    Question question;
    const auto* const parameters = root.find("parameter");
    for (const auto* one = parameters == nullptr ? nullptr : parameters->first; one != nullptr;
         one = one->next) {
        const auto name = one->text_of("name");
        if (name == "resource") {
            question.patient = one->find("resource");
        } else if (name == "onlyCertainMatches") {
            const auto* const value = one->find("valueBoolean");
            question.only_certain = value != nullptr && value->text == "true";
        } else if (name == "count") {
            const auto* const value = one->find("valueInteger");
            question.count = value == nullptr ? 0 : base::to_size(value->text).value_or(0);
        }
    }
    if (question.patient == nullptr || question.patient->text_of("resourceType") != "Patient" ||
        question.count == 0) {
        return base::fail(
            Errc::malformed_request, "Parameters.parameter",
            {"resource con un Patient; count desde 1", "resource with a Patient; count from 1"});
    }
    return question;
}

/// The persons its identifiers lead to, but for the NSS, which families share.
base::Result<std::vector<store::Resource>> candidates_of(const Node& patient,
                                                         const Services& services)
{
    std::vector<store::Resource> all;
    const auto* const identifiers = patient.find("identifier");
    for (const auto* one = identifiers == nullptr ? nullptr : identifiers->first; one != nullptr;
         one = one->next) {
        const auto system = one->text_of("system");
        const auto value = one->text_of("value");
        if (system.empty() || value.empty() || system == fhir::national::kNssSystem) {
            continue;
        }
        auto found = find_by_identifier(services, system, value, "Patient");
        if (!found) {
            return found;
        }
        all.insert(all.end(), found->begin(), found->end());
    }
    return all;
}

base::Result<std::vector<Matched>> find_matches(const Call& call, const Reason& reason)
{
    const auto document = fhir::r4::read_json(call.request.body);
    if (!document) {
        return base::Failure(document.error());
    }
    const auto question = question_in(document->root());
    if (!question) {
        return base::Failure(question.error());
    }
    auto candidates = candidates_of(*question->patient, call.services);
    if (!candidates) {
        return base::Failure(candidates.error());
    }
    Disclosure disclosure(call, reason);
    auto shown = disclosure.show(disclosure.current(*std::move(candidates)));
    if (!shown) {
        return base::Failure(shown.error());
    }
    std::vector<Matched> matches;
    for (auto& one : *shown) {
        auto match = match_person(*question->patient, *one.resource);
        if (!question->only_certain || match.grade == "certain") {
            matches.push_back({std::move(one), std::move(match)});
        }
    }
    std::ranges::stable_sort(matches, [](const Matched& a, const Matched& b) {
        return a.match.percent > b.match.percent;
    });
    if (matches.size() > question->count) {
        matches.erase(matches.begin() + static_cast<std::ptrdiff_t>(question->count),
                      matches.end());
    }
    return matches;
}

/// "0.85": a score as a decimal.
std::string score_of(int percent)
{
    return percent == 100 ? "1.00"
                          : std::string(percent < 10 ? "0.0" : "0.") + std::to_string(percent);
}

std::string bundle_of(const Call& call, const std::vector<Matched>& matches)
{
    const auto base = fhir_base(call.request);
    std::string body = R"({"resourceType":"Bundle","type":"searchset","total":)";
    body.append(std::to_string(matches.size()));
    const char* separator = R"(,"entry":[)";
    for (const auto& [shown, match] : matches) {
        body.append(std::exchange(separator, ",")).append(R"({"fullUrl":)");
        fhir::r4::write_json_string(base + "/Patient/" + shown.where.id, body);
        body.append(R"(,"resource":)");
        fhir::r4::write_json(*shown.resource, body);
        body.append(R"(,"search":{"extension":[{"url":)");
        body.append(R"("http://hl7.org/fhir/StructureDefinition/match-grade","valueCode":")");
        body.append(match.grade).append("\"}");
        for (const auto& reason : match.reasons) {
            body.append(R"(,{"url":"urn:puente:match-reason","valueString":)");
            fhir::r4::write_json_string(reason, body);
            body.push_back('}');
        }
        body.append(R"(],"mode":"match","score":)").append(score_of(match.percent)).append("}}");
    }
    return body.append(matches.empty() ? "}" : "]}");
}

}  // namespace

boost::asio::awaitable<net::Response> match_patient(Call call)
{
    const auto reason = reason_of(call.request);
    if (!reason) {
        const Reason none{};
        co_return co_await deny(call, none, "Patient/$match", reason.error());
    }
    auto find = [&call, &reason] { return find_matches(call, *reason); };
    const auto matches = co_await runtime::offload(call.services.work, std::move(find));
    if (!matches) {
        co_return refuse(call.request, matches.error());
    }
    std::vector<store::Resource> places;
    for (const auto& one : *matches) {
        places.push_back(one.shown.where);
    }
    const auto recorded =
        co_await disclose(call, *reason, places, core::AuditKind::search, "Patient/$match");
    if (!recorded) {
        co_return refuse(call.request, recorded.error());
    }
    call.services.metrics.read("Patient", true);
    co_return reply(200, kFhirJson, bundle_of(call, *matches));
}

}  // namespace gateway::api
