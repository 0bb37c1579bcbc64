#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/exchange.hpp"
#include "gateway/exchange/self.hpp"
#include "gateway/store/store.hpp"

namespace gateway::exchange {

/// What is kept of an exchange, brought back. All blocking.

/// The payload: "source" as it was sent or "fhir" as it is delivered; of a load one record's.
/// Errors: not_found (never kept, or erased), evidence_altered, store_failed.
[[nodiscard]] base::Result<std::string> payload_of(std::string_view exchange, std::string_view kind,
                                                   const Self& self, store::Store& store,
                                                   std::uint32_t record = 0);

/// A part of the FHIR of an exchange, as it is delivered: all of it, or of a load the records
/// beyond `after`, one a line, as many as fit a part.
struct Part {
    std::string bytes;
    std::uint32_t last_record = 0;
    bool is_last = true;
};
/// Errors: as payload_of.
[[nodiscard]] base::Result<Part> payload_part(std::string_view exchange, std::uint32_t after,
                                              const Self& self, store::Store& store);

/// The Bundle of one record. Errors: as payload_of.
[[nodiscard]] base::Result<std::string> record_of(std::string_view exchange, std::uint32_t record,
                                                  const Self& self, store::Store& store);

/// The Bundle that a resource stands in. Errors: as payload_of.
[[nodiscard]] base::Result<std::string> bundle_of(const store::Resource& where, const Self& self,
                                                  store::Store& store);

/// The document of that name; empty when there is none. Errors: store_failed.
[[nodiscard]] base::Result<std::string> document_of(std::string_view exchange,
                                                    std::string_view name, store::Store& store);

/// A load keeps records.ndjson in pages: one of them, and all of them (in the order they were kept)
/// made one document again.
[[nodiscard]] core::Document page_of_records(std::size_t number, std::string lines);
void join_records(std::vector<core::Document>& documents);
[[nodiscard]] base::Result<std::string> records_of(std::string_view exchange, store::Store& store);

/// Owners of the documents that many exchanges share (store::SharedDocument).
[[nodiscard]] std::string agreement_owner(std::string_view digest_hex);
[[nodiscard]] std::string certificate_owner(std::string_view x5t);
[[nodiscard]] std::string ledger_owner(std::string_view origin);  ///< of kVerifierKey
inline constexpr std::string_view kVerifierKey = "ledger.vkey";

/// The evidence tar of an exchange: documents, certificates, agreement, leaves, proofs, checkpoint.
/// Errors: not_found, store_failed, ledger_inconsistent, and store_busy while no checkpoint covers
/// it yet.
[[nodiscard]] base::Result<std::string> evidence_of(const core::Exchange& exchange,
                                                    const Self& self, store::Store& store);

}  // namespace gateway::exchange
