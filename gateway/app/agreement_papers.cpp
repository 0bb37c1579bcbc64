#include <cstdio>
#include <filesystem>

#include "gateway/agreements/acts.hpp"
#include "gateway/app/clock.hpp"
#include "gateway/app/commands.hpp"
#include "gateway/app/files.hpp"

namespace gateway::app {
namespace {

namespace fs = std::filesystem;
using base::Errc;

base::Result<agreements::Party> party_of(const AgreementSide& side)
{
    const auto certificate = crypto::Certificate::from_file(side.certificate);
    if (!certificate) {
        return base::Failure(certificate.error());
    }
    agreements::Party party;
    party.institution = certificate->uri();
    party.name = side.name;
    party.rfc = side.rfc;
    party.clues = side.clues;
    party.signatory = {side.signatory, side.position};
    party.signing_thumbprints = {certificate->x5t()};
    return party;
}

/// The options of one party that were not given.
std::string missing_of(const std::string& side, const AgreementSide& given)
{
    const std::pair<const char*, bool> options[] = {{"cert", given.certificate.empty()},
                                                    {"name", given.name.empty()},
                                                    {"rfc", given.rfc.empty()},
                                                    {"clues", given.clues.empty()},
                                                    {"signatory", given.signatory.empty()},
                                                    {"position", given.position.empty()}};
    std::string missing;
    for (const auto& [name, absent] : options) {
        missing.append(absent ? " " + side + name : "");
    }
    return missing;
}

int complain_all(const std::vector<base::Error>& faults)
{
    int exit = kDone;
    for (const auto& fault : faults) {
        exit = complain(fault);
    }
    return exit;
}

base::Result<base::Instant> moment(const std::string& text, std::string_view option,
                                   base::Instant otherwise)
{
    const auto read = text.empty() ? std::optional(otherwise) : base::from_rfc3339(text);
    if (!read) {
        return base::fail(Errc::wrong_usage, std::string(option),
                          {"fecha y hora RFC 3339", "an RFC 3339 date and time"});
    }
    return *read;
}

base::Result<agreements::ActPlan> plan_of(const RevokeOptions& options, base::Instant from)
{
    const auto begin = moment(options.from, "--from", from);
    const auto end = moment(options.until, "--until", {});
    if (!begin || !end) {
        return base::Failure(begin ? end.error() : begin.error());
    }
    return agreements::ActPlan{*begin, options.until.empty() ? std::nullopt : std::optional(*end),
                               options.reason};
}

}  // namespace

int agreement_new(const std::string& id, const AgreementSide& from, const AgreementSide& to)
{
    const auto missing = missing_of("--from-", from) + missing_of("--to-", to);
    if (!missing.empty()) {
        complain({Errc::wrong_usage,
                  "agreement new",
                  {"también" + missing, "also" + missing},
                  {"ausentes", "absent"}});
        return kWrongUsage;
    }
    const auto sender = party_of(from);
    const auto receiver = party_of(to);
    if (!sender || !receiver) {
        return complain(sender ? receiver.error() : sender.error());
    }
    const auto document = agreements::new_agreement(id, *sender, *receiver, now());
    if (const auto read = agreements::read_document(document); !read) {
        return complain_all(read.error());
    }
    std::fputs(document.c_str(), stdout);
    return kDone;
}

int agreement_show(const std::string& file)
{
    auto bytes = read_file(file);
    if (!bytes) {
        return complain(bytes.error());
    }
    const auto agreement = agreements::read_document(*std::move(bytes));
    if (!agreement) {
        return complain_all(agreement.error());
    }
    std::fputs(agreements::page_of(*agreement).c_str(), stdout);
    return kDone;
}

int agreement_revoke(const RevokeOptions& options)
{
    const auto bytes = read_file(options.file);
    const auto key = crypto::PrivateKey::from_file(options.key);
    const auto signer = crypto::Certificate::from_file(options.certificate);
    if (!bytes || !key || !signer) {
        return complain(!bytes ? bytes.error() : !key ? key.error() : signer.error());
    }
    const auto moment = now();
    const auto plan = plan_of(options, moment);
    if (!plan) {
        return complain(plan.error());
    }
    const auto token = agreements::sign_act(*bytes, *plan, *key, *signer, moment);
    if (!token) {
        return complain(token.error());
    }
    return write_signed(options.file + ".act", *token, signer->pem());
}

}  // namespace gateway::app
