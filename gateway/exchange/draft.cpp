#include "gateway/exchange/draft.hpp"

#include <algorithm>

#include "fhir_models/base/bytes.hpp"
#include "fhir_models/national/identifiers.hpp"
#include "fhir_models/r4/json_writer.hpp"
#include "fhir_models/r4/operation_outcome.hpp"
#include "gateway/exchange/acknowledgement.hpp"
#include "gateway/exchange/draft_parts.hpp"
#include "gateway/exchange/served.hpp"

namespace gateway::exchange {
namespace {

/// Name space of person ids: they follow from the strongest identifier, so that two acts about one
/// new person in the same batch agree without seeing each other.
constexpr std::array<std::uint8_t, 16> kPersons{0x9c, 0x52, 0x1e, 0x07, 0x4b, 0xd3, 0x4f, 0x8a,
                                                0xa1, 0x66, 0x30, 0xf5, 0x2d, 0x91, 0x7c, 0xe8};

struct Key {
    std::string system;
    std::string value;  ///< HMAC, hex
};

/// The ways to find the person again, strongest first. NSS is none: families share it.
std::vector<Key> person_keys(const fhir::national::Subject& subject, const Self& self)
{
    std::vector<Key> keys;
    const auto add = [&](std::string_view system, std::string_view value) {
        if (!value.empty()) {
            keys.push_back({std::string(system), self.index_value(system, value)});
        }
    };
    add(fhir::national::kCurpSystem, subject.curp);
    add(subject.folio_system, subject.folio);
    add(fhir::national::kRowKeySystem, subject.row_key);
    return keys;
}

}  // namespace

base::Result<std::string> index_person(const RecordOutcome& record, std::uint32_t line,
                                       const core::Exchange& exchange, const Self& self,
                                       store::Store& store, store::Rows& rows)
{
    const auto keys = person_keys(record.subject, self);
    std::string person;
    for (const auto& key : keys) {
        auto known = store.find_person(key.system, key.value);
        if (!known) {
            return base::Failure(known.error());
        }
        if (*known) {
            person = **std::move(known);
            break;
        }
    }
    if (person.empty() && !keys.empty()) {
        person = base::uuid_v5(kPersons, keys.front().system + "|" + keys.front().value);
    }
    for (const auto& key : keys) {
        rows.persons.push_back({person, key.system, key.value, exchange.received});
    }
    if (!record.resources.empty()) {
        store::ServedRecord served{exchange.id, line, person, exchange.received, record.resources};
        for (auto& resource : served.resources) {
            resource.id = served_id(exchange.sender, resource.type, resource.id);
        }
        rows.served.push_back(std::move(served));
    }
    return person;
}

void name_agreement(core::Exchange& exchange, const agreements::Decision& decision)
{
    if (decision.agreement != nullptr) {
        exchange.agreement = decision.agreement->id + "|" + decision.agreement->version;
        exchange.agreement_digest = base::to_hex(base::view(decision.agreement->digest));
    }
}

core::Exchange new_exchange(const Intake& intake, const agreements::Decision& decision)
{
    core::Exchange exchange{.id = core::new_id(intake.received),
                            .jti = intake.jti,
                            .sender = intake.sender,
                            .receiver = intake.receiver,
                            .purpose = intake.purpose,
                            .media_type = intake.media_type,
                            .received = intake.received};
    name_agreement(exchange, decision);
    exchange.in_digest = base::to_hex(base::view(intake.digest));
    exchange.request_key = request_key(intake);
    exchange.strength = intake.request_jws.empty() ? "transport" : "institution";
    return exchange;
}

evidence::ReceiptClaims claims_of(const Intake& intake, const core::Exchange& exchange,
                                  const agreements::Decision& decision, const Self& self)
{
    evidence::ReceiptClaims claims;
    claims.iss = self.urn;
    claims.aud = intake.sender;
    claims.jti = intake.jti;
    claims.env = self.env;
    claims.exch = exchange.id;
    claims.nro = !intake.request_jws.empty();
    if (intake.earlier) {
        claims.transport = "reprocess";
        claims.prev = intake.earlier->exchange;
        claims.prev += intake.earlier->record == 0 ? std::string()
                                                   : "/" + std::to_string(intake.earlier->record);
        claims.prev_rcpt = intake.earlier->receipt;
    } else if (claims.nro) {
        claims.req = evidence::digest_claim(intake.request_jws);
    } else {
        claims.transport = intake.transport_thumbprint.empty() ? "route:" + intake.route
                                                               : intake.transport_thumbprint;
    }
    claims.in = evidence::digest_claim(intake.digest);
    if (decision.agreement != nullptr) {
        claims.agr = {decision.agreement->id, decision.agreement->version,
                      evidence::digest_claim(decision.agreement->digest)};
    }
    claims.receiver = intake.receiver;
    claims.pou = intake.purpose;
    for (const auto& verdict : decision.verdicts) {
        claims.decision.push_back({verdict.clause, verdict.permits, verdict.by, verdict.removed});
    }
    claims.strength = exchange.strength;
    claims.crl = self.list_digests();
    return claims;
}

std::string accepted_event(const evidence::ReceiptClaims& claims)
{
    const bool filtered = std::ranges::any_of(
        claims.decision, [](const auto& clause) { return !clause.removed.empty(); });
    return filtered ? "filtered" : "accepted";
}

void add_document(Draft& draft, std::string name, std::string bytes)
{
    draft.rows.documents.push_back({draft.exchange.id, {std::move(name), std::move(bytes)}});
}

core::AuditEvent audit_of(const Intake& intake, const Draft& draft, std::string person)
{
    return {.id = core::new_id(intake.received),
            .kind = draft.rejected() ? core::AuditKind::rejected : core::AuditKind::received,
            .when = intake.received,
            .agent = intake.sender,
            .address = intake.address,
            .purpose = intake.purpose,
            .justification = {},
            .agreement = draft.exchange.agreement,
            .exchange = draft.exchange.id,
            .person = std::move(person),
            .outcome = draft.exchange.code.empty() ? "PU-0000" : draft.exchange.code,
            .entity = intake.earlier ? "reprocess " + intake.earlier->exchange : intake.listener,
            .decision = agreements::clause_lines(draft.claims.decision)};
}

namespace {

base::Result<void> add_payload(const std::string& exchange, const std::string& kind,
                               std::string_view bytes, const Self& self, store::Rows& rows)
{
    auto sealed = crypto::seal(self.master, bytes, exchange + "/" + kind + "/0");
    if (!sealed) {
        return base::Failure(sealed.error());
    }
    rows.blobs.push_back({exchange, kind, 0, *std::move(sealed)});
    return {};
}

/// Why nothing of it is taken: unreadable, every record refused, or the agreement denies.
std::optional<base::Error> reason_of(const base::Result<Assessment>& assessment,
                                     const agreements::Decision& decision)
{
    if (!assessment) {
        return assessment.error();
    }
    if (!assessment->acceptable()) {
        return base::has_errors(assessment->issues)
                   ? base::first_error(assessment->issues)
                   : base::Error{base::Errc::empty_source,
                                 "",
                                 {"al menos un registro", "at least one record"},
                                 {}};
    }
    if (!decision.permitted) {
        return decision.reason;
    }
    return std::nullopt;
}

/// The accepted content: payloads, persons, served resources, the outbox row. Gives the order key.
base::Result<std::string> add_content(Draft& draft, const Intake& intake,
                                      const Assessment& assessment, bool push, const Self& self,
                                      store::Store& store)
{
    auto& exchange = draft.exchange;
    exchange.out_digest = base::to_hex(base::view(base::sha256(assessment.fhir)));
    draft.claims.out = evidence::digest_claim(assessment.fhir);
    if (auto kept = add_payload(exchange.id, "source", intake.bytes, self, draft.rows); !kept) {
        return base::Failure(kept.error());
    }
    if (auto kept = add_payload(exchange.id, "fhir", assessment.fhir, self, draft.rows); !kept) {
        return base::Failure(kept.error());
    }
    std::string first_person;
    std::uint32_t line = 0;
    for (const auto& record : assessment.records) {
        if (!record.accepted) {
            continue;
        }
        auto person = index_person(record, line++, exchange, self, store, draft.rows);
        if (!person) {
            return person;
        }
        if (first_person.empty()) {
            first_person = *std::move(person);
        }
    }
    if (assessment.records.size() > 1) {
        first_person.clear();  // a load is about many: it is ordered with nobody
    }
    if (push) {
        draft.rows.outbox.push_back({.exchange = exchange.id,
                                     .partner = exchange.receiver,
                                     .person = first_person,
                                     .attempts = 0,
                                     .due = exchange.received,
                                     .leased_until = {}});
    }
    return first_person;
}

/// One answer, or one for each message of a batch.
std::string ack_of(const Draft& draft, const Intake& intake,
                   const base::Result<Assessment>& assessment)
{
    if (!assessment || assessment->records.size() < 2) {
        return acknowledgement(head_of(intake.bytes),
                               draft.rejected() ? draft.issues : base::Issues{}, intake.received,
                               draft.exchange.id, intake.trace_id);
    }
    std::vector<base::Issues> findings;
    for (const auto& record : assessment->records) {
        auto& found = findings.emplace_back();
        if (record.error) {
            found.push_back(base::to_issue(*record.error));
        } else if (draft.rejected() || !record.accepted) {
            found.push_back(base::to_issue(draft.reason));
        }
    }
    return batch_acknowledgement(intake.bytes, findings, intake.received, draft.exchange.id,
                                 intake.trace_id);
}

void add_findings(Draft& draft, const Intake& intake, base::Result<Assessment>& assessment)
{
    if (assessment) {
        draft.exchange.profile = assessment->package + " " + assessment->profile;
        draft.exchange.records = static_cast<std::uint32_t>(assessment->records.size());
        draft.exchange.refused = static_cast<std::uint32_t>(assessment->refused);
        draft.claims.records = assessment->records.size();
        draft.claims.refused = assessment->refused;
        draft.claims.generic = assessment->generic;
        auto records = records_ndjson(*assessment);
        draft.claims.manifest = evidence::digest_claim(records);
        add_document(draft, "records.ndjson", std::move(records));
        draft.issues = std::move(assessment->issues);
    }
    draft.claims.map = draft.exchange.profile;
    if (draft.rejected() && !base::has_errors(draft.issues)) {
        draft.issues.insert(draft.issues.begin(), base::to_issue(draft.reason));
    }
    draft.outcome =
        fhir::r4::to_json(fhir::r4::to_operation_outcome(draft.issues, intake.trace_id).root());
    draft.claims.issues = evidence::digest_claim(draft.outcome);
    add_document(draft, "outcome.json", draft.outcome);
    if (!intake.request_jws.empty()) {
        add_document(draft, "request.jws", intake.request_jws);
    }
    // Kept: a message sent again gets the same answer.
    if (!intake.earlier && (intake.listener == "mllp" || intake.listener == "hl7v2")) {
        draft.ack = ack_of(draft, intake, assessment);
        add_document(draft, "ack.hl7", draft.ack);
    }
}

}  // namespace

std::string request_key(const Intake& intake)
{
    std::string key = intake.agreement;
    key.append("\n").append(intake.purpose).append("\n").append(intake.media_type).append("\n");
    key.append(base::view(intake.digest));
    return base::to_hex(base::view(base::sha256(key)));
}

base::Result<Draft> draft_exchange(const Intake& intake, base::Result<Assessment> assessment,
                                   const agreements::Decision& decision,
                                   const std::string& plan_digest, bool push, const Self& self,
                                   store::Store& store)
{
    Draft draft;
    draft.exchange = new_exchange(intake, decision);
    draft.claims = claims_of(intake, draft.exchange, decision, self);
    draft.claims.plan = plan_digest;
    const auto reason = reason_of(assessment, decision);
    std::string person;
    if (reason) {
        draft.reason = *reason;
        draft.exchange.state = core::State::rejected;
        draft.exchange.code = base::info(reason->code).id;
        draft.claims.evt = "rejected";
        draft.claims.code = draft.exchange.code;
    } else {
        draft.claims.evt = accepted_event(draft.claims);
        auto added = add_content(draft, intake, *assessment, push, self, store);
        if (!added) {
            return base::Failure(added.error());
        }
        person = *std::move(added);
    }
    add_findings(draft, intake, assessment);
    draft.rows.audit.push_back(audit_of(intake, draft, std::move(person)));
    return draft;
}

base::Result<store::Rows> seal_draft(Draft& draft, const store::Position& position,
                                     const Self& self, std::string& leaf)
{
    draft.exchange.ledger_index = position.index;
    draft.exchange.ledger = self.ledger_origin;
    draft.claims.iat = base::to_seconds(draft.exchange.received);
    draft.claims.log = {self.ledger_origin, position.index};
    draft.claims.checkpoint = position.checkpoint;
    auto receipt =
        self.sign(evidence::kReceiptTyp, draft.claims.to_json(), draft.exchange.received);
    if (!receipt) {
        return base::Failure(receipt.error());
    }
    draft.receipt = *std::move(receipt);
    const evidence::LeafFields fields{.seq = position.index,
                                      .t = base::to_rfc3339(draft.exchange.received),
                                      .evt = draft.claims.evt,
                                      .exch = draft.exchange.id,
                                      .req = draft.claims.req,
                                      .jws = evidence::digest_claim(draft.receipt),
                                      .agr = draft.exchange.agreement,
                                      .pou = draft.exchange.purpose,
                                      .iss = draft.exchange.sender,
                                      .aud = draft.exchange.receiver,
                                      .aud_event = {}};
    leaf = fields.to_json();
    auto rows = draft.rows;  // a batch that fails has its acts prepared again
    (draft.opened ? rows.closed : rows.exchanges).push_back(draft.exchange);
    rows.documents.push_back({draft.exchange.id, {"receipt.jws", draft.receipt}});
    return rows;
}

}  // namespace gateway::exchange
