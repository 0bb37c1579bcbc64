#include "gateway/exchange/withdraw.hpp"

#include <algorithm>
#include <array>

#include "fhir_models/base/bytes.hpp"
#include "fhir_models/r4/json_reader.hpp"

namespace gateway::exchange {
namespace {

using fhir::r4::Kind;
using fhir::r4::Node;

constexpr std::string_view kError = "entered-in-error";
constexpr std::array<std::uint8_t, 16> kWithdrawals{0x1f, 0x84, 0x6a, 0xd2, 0x05, 0x3e, 0x4c, 0x7b,
                                                    0x92, 0xe1, 0x58, 0x0a, 0xc6, 0x77, 0x4d, 0x13};

/// Types whose `status` knows entered-in-error.
constexpr std::array<std::string_view, 12> kByStatus{
    "Encounter",      "Observation",         "Procedure",         "DiagnosticReport",
    "Immunization",   "MedicationStatement", "MedicationRequest", "MedicationAdministration",
    "ServiceRequest", "DocumentReference",   "Appointment",       "CarePlan"};

/// Types that say it by `verificationStatus` and may then have no `clinicalStatus`.
struct Verified {
    std::string_view type;
    std::string_view system;
};
constexpr std::array kByVerification{
    Verified{"Condition", "http://terminology.hl7.org/CodeSystem/condition-ver-status"},
    Verified{"AllergyIntolerance",
             "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"}};

void put_text(fhir::r4::Document& document, Node& parent, std::string_view name,
              std::string_view text)
{
    if (auto* node = parent.find(name)) {
        node->text = text;
    } else {
        document.add(parent, name, Kind::string, text);
    }
}

void put_verification(fhir::r4::Document& document, Node& resource, std::string_view system)
{
    for (const auto* name : {"clinicalStatus", "verificationStatus"}) {
        if (const auto* old = resource.find(name)) {
            fhir::r4::Document::remove(resource, *old);
        }
    }
    auto& status = document.add(resource, "verificationStatus", Kind::object);
    auto& coding = document.add(document.add(status, "coding", Kind::array), {}, Kind::object);
    document.add(coding, "system", Kind::string, system);
    document.add(coding, "code", Kind::string, kError);
}

}  // namespace

bool can_withdraw(std::string_view type) noexcept
{
    return std::ranges::find(kByStatus, type) != kByStatus.end() ||
           std::ranges::find(kByVerification, type, &Verified::type) != kByVerification.end();
}

void withdraw(fhir::r4::Document& document, fhir::r4::Node& resource)
{
    const auto type = resource.text_of("resourceType");
    if (std::ranges::find(kByStatus, type) != kByStatus.end()) {
        put_text(document, resource, "status", kError);
    }
    const auto verified = std::ranges::find(kByVerification, type, &Verified::type);
    if (verified != kByVerification.end()) {
        put_verification(document, resource, verified->system);
    }
}

base::Result<fhir::r4::Document> withdrawn(std::string_view bundle)
{
    auto document = fhir::r4::read_json(bundle);
    if (!document) {
        return base::Failure(document.error());
    }
    auto& root = document->root();
    const auto id = base::uuid_v5(kWithdrawals, root.text_of("id"));
    put_text(*document, root, "id", document->keep(id));
    auto* entries = root.find("entry");
    for (auto* entry = entries == nullptr ? nullptr : entries->first; entry != nullptr;
         entry = entry->next) {
        auto* resource = entry->find("resource");
        if (resource == nullptr) {
            continue;
        }
        withdraw(*document, *resource);
    }
    return document;
}

}  // namespace gateway::exchange
