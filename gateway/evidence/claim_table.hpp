#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "gateway/evidence/claims.hpp"

namespace gateway::evidence {

inline constexpr std::string_view kDigestStart = "sha-256:";

enum class Need : std::uint8_t { required, optional };
enum class Form : std::uint8_t { text, digest };  ///< what a string must look like

/// One row: a claim's name, the member that holds it, and what is asked of it. Optional members
/// that are empty are left out of the JSON.
template <class Claims>
struct Member {
    std::string_view name;
    std::variant<std::string Claims::*, std::int64_t Claims::*, std::uint64_t Claims::*,
                 bool Claims::*, std::vector<std::string> Claims::*, AgreementClaim Claims::*,
                 LogClaim Claims::*, std::vector<ClauseClaim> Claims::*>
        place;
    Need need = Need::required;
    Form form = Form::text;
};

// One overload for each type a claim may have. read() is false when the node is not that type.
[[nodiscard]] bool read(const fhir::r4::Node& node, std::string& out);
[[nodiscard]] bool read(const fhir::r4::Node& node, std::int64_t& out);
[[nodiscard]] bool read(const fhir::r4::Node& node, std::uint64_t& out);
[[nodiscard]] bool read(const fhir::r4::Node& node, bool& out);
[[nodiscard]] bool read(const fhir::r4::Node& node, std::vector<std::string>& out);
[[nodiscard]] bool read(const fhir::r4::Node& node, AgreementClaim& out);
[[nodiscard]] bool read(const fhir::r4::Node& node, LogClaim& out);
[[nodiscard]] bool read(const fhir::r4::Node& node, std::vector<ClauseClaim>& out);

[[nodiscard]] bool is_empty(const std::string& value);
[[nodiscard]] bool is_empty(std::int64_t value);
[[nodiscard]] bool is_empty(std::uint64_t value);
[[nodiscard]] bool is_empty(bool value);
[[nodiscard]] bool is_empty(const std::vector<std::string>& value);
[[nodiscard]] bool is_empty(const AgreementClaim& value);
[[nodiscard]] bool is_empty(const LogClaim& value);
[[nodiscard]] bool is_empty(const std::vector<ClauseClaim>& value);

void write(const std::string& value, std::string& json);
void write(std::int64_t value, std::string& json);
void write(std::uint64_t value, std::string& json);
void write(bool value, std::string& json);
void write(const std::vector<std::string>& value, std::string& json);
void write(const AgreementClaim& value, std::string& json);
void write(const LogClaim& value, std::string& json);
void write(const std::vector<ClauseClaim>& value, std::string& json);

/// "sha-256:" and 43 canonical characters of base64url.
[[nodiscard]] bool is_digest_claim(std::string_view text);
/// The string, or each of the array.
[[nodiscard]] bool holds_digests(const fhir::r4::Node& node);

[[nodiscard]] base::Failure claim_missing(std::string_view document, std::string_view name);
[[nodiscard]] base::Failure claim_malformed(std::string_view document, std::string_view name,
                                            const fhir::r4::Node& node);

template <class Claims>
[[nodiscard]] std::string write_claims(std::span<const Member<Claims>> table, const Claims& claims)
{
    std::string json = "{";
    for (const auto& row : table) {
        const auto write_row = [&](auto place) {
            const auto& value = claims.*place;
            if (row.need == Need::optional && is_empty(value)) {
                return;
            }
            json += json.size() > 1 ? ",\"" : "\"";
            json.append(row.name).append("\":");
            write(value, json);
        };
        std::visit(write_row, row.place);
    }
    json += '}';
    return json;
}

/// Claims that the table does not know are passed over (RFC 7519 §4).
template <class Claims>
[[nodiscard]] base::Result<Claims> read_claims(std::span<const Member<Claims>> table,
                                               const fhir::r4::Node& json,
                                               std::string_view document)
{
    Claims claims;
    for (const auto& row : table) {
        const auto* node = json.find(row.name);
        if (node == nullptr) {
            if (row.need == Need::required) {
                return claim_missing(document, row.name);
            }
            continue;
        }
        const auto read_row = [&](auto place) { return read(*node, claims.*place); };
        if (!std::visit(read_row, row.place) ||
            (row.form == Form::digest && !holds_digests(*node))) {
            return claim_malformed(document, row.name, *node);
        }
    }
    return claims;
}

}  // namespace gateway::evidence
