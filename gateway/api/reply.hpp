#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "fhir_models/r4/node.hpp"
#include "gateway/api/router.hpp"

namespace gateway::api {

[[nodiscard]] net::Response reply(int status, std::string_view media_type, std::string body);

/// One exchange as JSON into `parent` (an array): what the parties and auditors see of it.
void add_exchange(fhir::r4::Document& document, fhir::r4::Node& parent,
                  const core::Exchange& exchange);

/// The value of `name` in a query string, percent-decoded; empty when absent.
[[nodiscard]] std::string query_value(std::string_view query, std::string_view name);

/// All names and values of a query or form, decoded.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> query_values(std::string_view query);

/// Purpose and justification of a read (LSS 111 A). Errors: purpose_missing.
struct Reason {
    std::string purpose;
    std::string justification;
};
[[nodiscard]] base::Result<Reason> reason_of(const net::Request& request);

/// One read, denial or other act of the caller as an audit event without exchange.
[[nodiscard]] core::AuditEvent audit_event(const Call& call, core::AuditKind kind,
                                           const Reason& reason, std::string entity,
                                           std::string_view outcome);

/// Makes an audit event durable, with a leaf of its own, before anything is answered.
[[nodiscard]] boost::asio::awaitable<base::Result<void>> record(Services& services,
                                                                core::AuditEvent event);

/// What an agreement kept from the caller, as the audit tells it and the answer never does.
struct Denied {
    std::string agreement;  ///< "id|version"
    std::string person;
    std::string clauses;  ///< agreements::clause_lines
};

/// A refusal that is audited first.
[[nodiscard]] boost::asio::awaitable<net::Response> deny(Call& call, const Reason& reason,
                                                         std::string entity,
                                                         const base::Error& error,
                                                         std::optional<Denied> denied = {});

}  // namespace gateway::api
