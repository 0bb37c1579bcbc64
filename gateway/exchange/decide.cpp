#include "gateway/exchange/decide.hpp"

#include <algorithm>

#include "fhir_models/base/bytes.hpp"
#include "fhir_models/r4/json_reader.hpp"
#include "fhir_models/r4/json_writer.hpp"
#include "fhir_models/r4/validate.hpp"
#include "gateway/agreements/inventory.hpp"
#include "gateway/crypto/seal.hpp"
#include "gateway/evidence/claims.hpp"

namespace gateway::exchange {
namespace {

using base::Errc;

void deny(agreements::Decision& decision, std::string clause, base::Error reason)
{
    decision.permitted = false;
    decision.verdicts.push_back({std::move(clause), false});
    decision.reason = std::move(reason);
}

/// A request signed for another version of the agreement than the one in force.
bool is_other_version(const agreements::Decision& decision, const Intake& intake)
{
    return !intake.agreement_digest.empty() && decision.agreement != nullptr &&
           evidence::digest_claim(decision.agreement->digest) != intake.agreement_digest;
}

bool is_agreed_channel(const agreements::Decision& decision, const Intake& intake)
{
    const auto& channels = decision.agreement->channels;
    return std::ranges::find(channels, intake.listener) != channels.end();
}

/// A request signed with a key that the parties did not fix in what they signed.
bool is_other_key(const agreements::Decision& decision, const Intake& intake)
{
    if (intake.request_jws.empty() || decision.agreement == nullptr) {
        return false;
    }
    const auto* sender = decision.agreement->party(intake.sender);
    return sender == nullptr || std::ranges::find(sender->signing_thumbprints, intake.signer) ==
                                    sender->signing_thumbprints.end();
}

/// `sub` speaks of one person; loads and records without a CURP carry none to compare.
bool is_other_person(const agreements::Decision& decision, const Intake& intake,
                     const base::Result<Assessment>& assessment)
{
    if (intake.subject.empty() || decision.agreement == nullptr || !assessment ||
        assessment->records.size() != 1) {
        return false;
    }
    const auto own =
        subject_claim(decision.agreement->subject_key, assessment->records.front().subject.curp);
    return !own.empty() && own != intake.subject;
}

base::Failure outside(std::string path, std::string_view es, std::string_view en)
{
    return base::fail(Errc::content_not_agreed, std::move(path),
                      {std::string(es), std::string(en)});
}

}  // namespace

std::string subject_claim(std::string_view agreement_key, std::string_view curp)
{
    const auto key = base::from_base64url(agreement_key);
    if (!key || key->empty() || curp.empty()) {
        return {};
    }
    return base::to_base64url(crypto::hmac_sha256(*key, curp));
}

agreements::Decision decide(const agreements::Book& book, std::string_view env,
                            const Intake& intake, const base::Result<Assessment>& assessment,
                            bool consented)
{
    agreements::Question question{
        .agreement = intake.agreement,
        .sender = intake.sender,
        .receiver = intake.receiver,
        .purpose = intake.purpose,
        .resource_types = {},
        .signed_by_sender =
            !intake.request_jws.empty() || (intake.earlier && intake.earlier->signed_then),
        .now = intake.received,
        .basis = intake.basis,
        .consented = consented};
    if (assessment) {
        question.resource_types.assign(assessment->resource_types.begin(),
                                       assessment->resource_types.end());
    }
    auto decision = book.decide(question);
    if (decision.permitted && decision.agreement->env != env) {
        deny(decision, "environment",
             {Errc::agreement_not_in_force,
              "env",
              {"un convenio de este ambiente", "an agreement of this environment"},
              {}});
    }
    if (decision.permitted && !is_agreed_channel(decision, intake)) {
        deny(decision, "channel",
             {Errc::no_agreement,
              decision.agreement->id + "|" + decision.agreement->version + " /channels",
              {"uno de los canales del convenio", "one of the agreement's channels"},
              {}});
    }
    if (decision.permitted && is_other_key(decision, intake)) {
        deny(decision, "key",
             {Errc::claim_mismatch,
              "request.jws x5t#S256",
              {"una llave de firma fijada en el convenio", "a signing key fixed in the agreement"},
              {}});
    }
    if (decision.permitted && is_other_version(decision, intake)) {
        deny(decision, "version",
             {Errc::agreement_not_in_force,
              "request.jws agr.dig",
              {"la versión vigente del convenio", "the version of the agreement in force"},
              {}});
    }
    if (decision.permitted && is_other_person(decision, intake, assessment)) {
        deny(decision, "subject",
             {Errc::claim_mismatch,
              "request.jws sub",
              {"el HMAC de la CURP del registro", "the HMAC of the record's CURP"},
              {}});
    }
    return decision;
}

base::Result<std::string> filter_bundle(std::string_view fhir,
                                        const agreements::Inventory& inventory,
                                        std::set<std::string>& removed)
{
    auto bundle = fhir::r4::read_json(fhir);
    if (!bundle) {
        return base::Failure(bundle.error());
    }
    auto stripped = agreements::strip(*bundle, inventory);
    if (stripped.paths.empty()) {
        return std::string(fhir);
    }
    if (inventory.refuses) {
        return outside(*stripped.paths.begin(), "los campos del inventario del convenio",
                       "the fields of the agreement's inventory");
    }
    if (!stripped.modifier.empty()) {
        return outside(stripped.modifier, "un registro que diga lo mismo sin él",
                       "a record that says the same without it");
    }
    const auto issues = fhir::r4::validate(bundle->root());
    if (base::has_errors(issues)) {
        return outside(base::first_error(issues).where, "un registro válido sin lo que se quita",
                       "a record that is valid without what is taken out");
    }
    removed.merge(stripped.paths);
    return fhir::r4::to_json(bundle->root());
}

void judge_fields(agreements::Decision& decision, std::string_view purpose,
                  base::Result<Assessment>& assessment)
{
    if (!decision.permitted || !assessment) {
        return;
    }
    const auto* const inventory = decision.grant->inventory(purpose);
    std::set<std::string> removed;
    if (inventory != nullptr) {
        std::string filtered;
        std::string_view rest(assessment->fhir);
        while (!rest.empty()) {
            const auto line = rest.substr(0, rest.find('\n'));
            auto one = filter_bundle(line, *inventory, removed);
            if (!one) {
                deny(decision, "fields", one.error());
                return;
            }
            filtered.append(*one);
            rest.remove_prefix(line.size());
            if (!rest.empty()) {
                filtered.push_back('\n');
                rest.remove_prefix(1);
            }
        }
        assessment->fhir = std::move(filtered);
    }
    decision.verdicts.push_back({"fields", true, {}, {removed.begin(), removed.end()}});
}

}  // namespace gateway::exchange
