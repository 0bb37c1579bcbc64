#include "tests/contract/samples.hpp"

namespace contract {

gateway::core::Exchange exchange(const std::string& id)
{
    gateway::core::Exchange made;
    made.id = id;
    made.jti = "jti of " + id;
    made.sender = kSender;
    made.receiver = kReceiver;
    made.agreement = "convenio-1|3";
    made.agreement_digest = std::string(64, 'a');
    made.purpose = "TREAT";
    made.media_type = "application/hl7-v2";
    made.profile = "hl7.v2-to-fhir|1.0.0 ADT_A01";
    made.received = {1'700'000'000'000'000};
    made.in_digest = std::string(64, 'b');
    made.out_digest = std::string(64, 'c');
    made.request_key = "key of " + id;
    made.ledger_index = 7;
    made.ledger = "puente.example/ledger-1";
    made.strength = "institution";
    made.records = 3;
    made.refused = 1;
    return made;
}

gateway::store::Rows rows_of(const std::string& id)
{
    gateway::store::Rows rows;
    rows.exchanges.push_back(exchange(id));
    return rows;
}

gateway::store::OutboxItem item(const std::string& exchange, const std::string& partner,
                                const std::string& person, std::int64_t due)
{
    return {exchange, partner, person, 0, {due}, {}};
}

gateway::core::AuditEvent audit_event(const std::string& id)
{
    return {id,
            gateway::core::AuditKind::read,
            {1'700'000'000'000'001},
            std::string(kReceiver),
            "10.0.0.7",
            "TREAT",
            "interconsulta",
            "convenio-1|3",
            "exchange-1",
            std::string(64, 'd'),
            "PU-0000",
            "Patient/p-1",
            "term permit\nfields filter Patient.address"};
}

std::string to_text(const gateway::core::Exchange& e)
{
    std::string text;
    for (const auto& field : {e.id,
                              e.jti,
                              e.sender,
                              e.receiver,
                              e.agreement,
                              e.agreement_digest,
                              e.purpose,
                              e.media_type,
                              e.profile,
                              std::string(gateway::core::to_text(e.state)),
                              e.code,
                              std::to_string(e.received.microseconds),
                              e.in_digest,
                              e.out_digest,
                              e.request_key,
                              std::to_string(e.ledger_index),
                              e.ledger,
                              e.strength,
                              std::to_string(e.records),
                              std::to_string(e.refused)}) {
        text += field + "|";
    }
    return text;
}

}  // namespace contract
