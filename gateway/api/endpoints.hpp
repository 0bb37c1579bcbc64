#pragma once

#include "gateway/api/router.hpp"

namespace gateway::api {

/// POST /exchanges: one submission; 201 with receipt.jws, or the refusal with its signed receipt.
[[nodiscard]] boost::asio::awaitable<net::Response> submit_exchange(Call call);
/// GET /exchanges?state=&before=&limit=: the caller's own; all of them for auditors and
/// administrators.
[[nodiscard]] boost::asio::awaitable<net::Response> list_exchanges(Call call);
[[nodiscard]] boost::asio::awaitable<net::Response> show_exchange(Call call);
/// GET /exchanges/{id}/receipt: receipt.jws; of a load under way 202, ask again.
[[nodiscard]] boost::asio::awaitable<net::Response> show_receipt(Call call);
/// GET /exchanges/{id}/records/{n}: one line of a load's manifest with its proof.
[[nodiscard]] boost::asio::awaitable<net::Response> show_record(Call call);
/// GET /exchanges/{id}/evidence: the tar.
[[nodiscard]] boost::asio::awaitable<net::Response> show_evidence(Call call);
/// GET /exchanges/{id}/payload: the FHIR bytes for the receiver (`?as=source` for the sender's
/// own). A load comes in parts: `exchange-next` is the `after` of the next one.
[[nodiscard]] boost::asio::awaitable<net::Response> show_payload(Call call);
/// POST /exchanges/{id}/delivery: the receiver's countersignature.
[[nodiscard]] boost::asio::awaitable<net::Response> take_delivery(Call call);

/// POST /exchanges/{id}/replay: a dead exchange is handed over again; asked by its sender or an
/// administrator, with purpose and justification. 202; 404 when it is not dead.
[[nodiscard]] boost::asio::awaitable<net::Response> replay_exchange(Call call);

/// POST /exchanges/{id}/reprocess: the kept bytes down the line again, with the packages and the
/// agreement of now; asked by an administrator, with purpose and justification. In the body
/// {"send": true} makes the new version where anything differs, else it is only told; "plan": only
/// what that plan translated; "record": a row of a load. 200 with "result" (exchange::Retold) and
/// the differences by place and rule, no value; of a load "rows", to be asked for one by one, and
/// "next", the "after" of the next page.
[[nodiscard]] boost::asio::awaitable<net::Response> reprocess_exchange(Call call);

/// POST /exchanges/{id}/hold, /release, /erasure: what an authority orders about an exchange that
/// this node took, carried out by an administrator or privacy officer, with purpose and
/// justification (the reason); {"number", "authority"} of the order in the body. 200 with its
/// holds; 403 when a hold that stands forbids an erasure, 409 when there is nothing to do.
[[nodiscard]] boost::asio::awaitable<net::Response> hold_exchange(Call call);
[[nodiscard]] boost::asio::awaitable<net::Response> release_exchange(Call call);
[[nodiscard]] boost::asio::awaitable<net::Response> erase_exchange(Call call);

/// POST /hl7v2: HL7 over HTTP; any HL7 reply is 200.
[[nodiscard]] boost::asio::awaitable<net::Response> submit_hl7v2(Call call);

[[nodiscard]] boost::asio::awaitable<net::Response> show_metadata(Call call);
/// GET /fhir/{type}, POST /fhir/{type}/_search: a searchset, of one person or by _id.
[[nodiscard]] boost::asio::awaitable<net::Response> search_type(Call call);
/// GET /fhir/{type}/{id}, …/_history/{version}, …/_history.
[[nodiscard]] boost::asio::awaitable<net::Response> read_resource(Call call);
[[nodiscard]] boost::asio::awaitable<net::Response> read_version(Call call);
[[nodiscard]] boost::asio::awaitable<net::Response> read_history(Call call);

/// GET /fhir/Patient/{id}/$everything: all that the caller may see of the person.
[[nodiscard]] boost::asio::awaitable<net::Response> patient_everything(Call call);
/// GET /fhir/Patient/{id}/$summary: the same as an International Patient Summary document.
[[nodiscard]] boost::asio::awaitable<net::Response> patient_summary(Call call);
/// POST /fhir/Patient/$match: who a Patient may be, with score and reasons; never by NSS alone.
[[nodiscard]] boost::asio::awaitable<net::Response> match_patient(Call call);
/// POST /fhir/$validate: an OperationOutcome; nothing is kept.
[[nodiscard]] boost::asio::awaitable<net::Response> validate_resource(Call call);

/// POST /fhir: a transaction, batch, message, document or collection; POST /fhir/$process-message;
/// POST /fhir/{type}. All are submissions on the line, answered with their receipt.
[[nodiscard]] boost::asio::awaitable<net::Response> submit_bundle(Call call);
[[nodiscard]] boost::asio::awaitable<net::Response> process_message(Call call);
[[nodiscard]] boost::asio::awaitable<net::Response> submit_resource(Call call);

/// GET /fhir/AuditEvent?…, /fhir/AuditEvent/{id}: who saw what and why. Auditors and privacy
/// officers see all, others what they did themselves.
[[nodiscard]] boost::asio::awaitable<net::Response> search_audit(Call call);
[[nodiscard]] boost::asio::awaitable<net::Response> read_audit(Call call);

/// GET /ledger/{origin}/checkpoint, tile/<L>/<N>, tile/entries/<N> (C2SP tlog-tiles).
[[nodiscard]] boost::asio::awaitable<net::Response> show_ledger(Call call);

/// POST /add-checkpoint (C2SP tlog-witness): the cosignature of a ledger this node witnesses, asked
/// by any node with a certificate of the exchange.
[[nodiscard]] boost::asio::awaitable<net::Response> add_checkpoint(Call call);

[[nodiscard]] boost::asio::awaitable<net::Response> show_console(Call call);

}  // namespace gateway::api
