#pragma once

#include <span>
#include <string_view>

#include "gateway/core/audit_event.hpp"

namespace gateway::audit {

/// A code and the system it belongs to.
struct Code {
    std::string_view system;
    std::string_view code;
    std::string_view display;
};

/// What an event is about, besides the person: IHE BALP's entity slice.
enum class Subject : std::uint8_t { exchange, resource, query, request };

/// One row of the closed list of what is audited: everything a FHIR AuditEvent says by its kind.
struct EventInfo {
    core::AuditKind kind;
    std::string_view name;  ///< "received": what people and reports quote
    Code type;              ///< AuditEvent.type
    std::string_view action;
    Code subtype;
    std::string_view profile;         ///< IHE BALP profile when it went well; empty: there is none
    std::string_view person_profile;  ///< the same when a person is named
    bool caller_is_source;            ///< the data (or the query) flows from the agent to us
    bool caller_asks;                 ///< the agent began it; else the gateway
    Subject subject;
    std::string_view when;  ///< when it is written, for the manual
};

/// Source: IHE Basic Audit Log Patterns (ITI.BasicAudit); DICOM PS3.16 for the DCM codes.
[[nodiscard]] const EventInfo& info(core::AuditKind kind) noexcept;
[[nodiscard]] std::span<const EventInfo> events() noexcept;

}  // namespace gateway::audit
