#include "gateway/delivery/hl7v2.hpp"

#include <algorithm>

#include "fhir_models/base/text.hpp"
#include "fhir_models/r4/json_reader.hpp"
#include "gateway/exchange/acknowledgement.hpp"
#include "mapping/hl7v2/outgoing.hpp"

namespace gateway::delivery {
namespace {

using base::Errc;

/// The first type that is in the Bundle says which message it is.
struct Named {
    std::string_view type;
    std::string_view message;
};
constexpr Named kMessages[] = {{"DiagnosticReport", "ORU"},
                               {"Observation", "ORU"},
                               {"DocumentReference", "MDM"},
                               {"Composition", "MDM"}};

bool holds(const fhir::r4::Node& bundle, std::string_view type)
{
    const auto* const entries = bundle.find("entry");
    if (entries == nullptr) {
        return false;
    }
    for (const auto& entry : *entries) {
        const auto* const resource = entry.find("resource");
        if (resource != nullptr && resource->text_of("resourceType") == type) {
            return true;
        }
    }
    return false;
}

std::string_view name_of(const fhir::r4::Node& bundle)
{
    const auto* const found = std::ranges::find_if(
        kMessages, [&bundle](const Named& row) { return holds(bundle, row.type); });
    return found == std::end(kMessages) ? "ADT" : found->message;
}

base::Failure not_taken(std::string where)
{
    return base::fail(Errc::partner_unreachable, std::move(where),
                      {"un acuse AA o CA de este mensaje", "an AA or CA of this message"});
}

}  // namespace

base::Result<V2Message> message_of(std::string_view bundle, const core::Exchange& exchange,
                                   std::uint32_t record, const mapping::Translator& translator)
{
    const auto document = fhir::r4::read_json(bundle);
    if (!document) {
        return base::Failure(document.error());
    }
    auto control_id = exchange::control_id_of(exchange.id, record);
    auto bytes = translator.to_hl7v2(
        document->root(), name_of(document->root()),
        {.time = exchange::to_dtm(exchange.received), .control_id = control_id, .receiver = {}});
    if (!bytes) {
        return base::Failure(bytes.error());
    }
    return V2Message{std::move(control_id), *std::move(bytes)};
}

base::Result<void> check_ack(std::string_view ack, std::string_view control_id)
{
    constexpr std::size_t kSeparator = 3;  // MSH|
    if (!ack.starts_with("MSH") || ack.size() <= kSeparator) {
        return not_taken("MSH");
    }
    for (const auto segment : base::split(ack, '\r')) {
        const auto fields = base::split(base::trim(segment), ack[kSeparator]);
        if (fields.front() != "MSA") {
            continue;
        }
        const auto code = fields.size() > 1 ? fields[1] : std::string_view();
        if (code != "AA" && code != "CA") {
            const bool is_code = code == "AE" || code == "AR" || code == "CE" || code == "CR";
            return not_taken(is_code ? "MSA-1 " + std::string(code) : "MSA-1");
        }
        const bool of_this = fields.size() > 2 && fields[2] == control_id;
        return of_this ? base::Result<void>() : not_taken("MSA-2");
    }
    return not_taken("MSA");
}

}  // namespace gateway::delivery
