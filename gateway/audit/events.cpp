#include "gateway/audit/events.hpp"

#include <array>

namespace gateway::audit {
namespace {

using core::AuditKind;

constexpr std::string_view kDicom = "http://dicom.nema.org/resources/ontology/DCM";
constexpr std::string_view kEventType = "http://terminology.hl7.org/CodeSystem/audit-event-type";
constexpr std::string_view kLifecycle = "http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle";
constexpr std::string_view kInteraction = "http://hl7.org/fhir/restful-interaction";
constexpr std::string_view kDecision = "https://profiles.ihe.net/ITI/BALP/CodeSystem/AuthZsubType";

constexpr Code kImport{kDicom, "110107", "Import"};
constexpr Code kExport{kDicom, "110106", "Export"};
constexpr Code kAlert{kDicom, "110113", "Security Alert"};
constexpr Code kRest{kEventType, "rest", "RESTful Operation"};
constexpr Code kDisclose{kLifecycle, "disclose", "Disclose Record Lifecycle Event"};

constexpr std::array kEvents{
    // clang-format off
    EventInfo{AuditKind::received, "received", kImport, "C", kDisclose,
              "", "IHE.BasicAudit.PrivacyDisclosure.Recipient", true, true, Subject::exchange,
              "a submission was accepted and its receipt signed"},
    EventInfo{AuditKind::rejected, "rejected", kImport, "C", kDisclose,
              "", "", true, true, Subject::exchange,
              "a submission of a known sender was refused"},
    EventInfo{AuditKind::delivered, "delivered", kExport, "R", kDisclose,
              "", "IHE.BasicAudit.PrivacyDisclosure.Source", false, false, Subject::exchange,
              "a receiver took an exchange"},
    EventInfo{AuditKind::refused_by_receiver, "refused-by-receiver", kExport, "R", kDisclose,
              "", "", false, false, Subject::exchange,
              "a receiver refused an exchange"},
    EventInfo{AuditKind::read, "read", kRest, "R", {kInteraction, "read", "read"},
              "IHE.BasicAudit.Read", "IHE.BasicAudit.PatientRead", false, true, Subject::resource,
              "a record, its evidence or its payload was read"},
    EventInfo{AuditKind::search, "search", kRest, "E", {kInteraction, "search", "search"},
              "IHE.BasicAudit.Query", "IHE.BasicAudit.PatientQuery", true, true, Subject::query,
              "somebody searched, whatever was found"},
    EventInfo{AuditKind::denied, "denied", kAlert, "E",
              {kDecision, "AuthZ-Consent", "Authorization Decision using Roles and Consent"},
              "", "", true, true, Subject::request,
              "agreement, purpose, consent or role did not permit it"},
    EventInfo{AuditKind::administered, "administered", kAlert, "E",
              {kDicom, "110129", "Security Configuration"},
              "", "", true, true, Subject::request,
              "an administrator changed what the gateway does or keeps"},
    EventInfo{AuditKind::ledger_forked, "ledger-forked", kAlert, "E",
              {kDicom, "110126", "Node Authentication"},
              "", "", true, true, Subject::request,
              "a ledger that is witnessed here showed a checkpoint that did not grow from its last"},
    // clang-format on
};

}  // namespace

const EventInfo& info(core::AuditKind kind) noexcept
{
    return kEvents[static_cast<std::size_t>(kind)];
}

std::span<const EventInfo> events() noexcept
{
    return kEvents;
}

}  // namespace gateway::audit
