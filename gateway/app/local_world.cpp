#include "gateway/app/local_world.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include "fhir_models/r4/json_reader.hpp"
#include "fhir_models/r4/json_writer.hpp"
#include "gateway/agreements/agreement.hpp"
#include "gateway/app/clock.hpp"
#include "gateway/app/files.hpp"
#include "gateway/crypto/dev_pki.hpp"

namespace gateway::app {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kGateway = "urn:puente:gateway:bench";

/// Every type the base package makes of an admission or a result, and a teleconsultation brings.
constexpr std::array<std::string_view, 22> kTypes{
    "MessageHeader",     "Provenance",       "Patient",
    "RelatedPerson",     "Encounter",        "Condition",
    "Observation",       "DiagnosticReport", "ServiceRequest",
    "Specimen",          "Practitioner",     "PractitionerRole",
    "Organization",      "Location",         "AllergyIntolerance",
    "Procedure",         "Coverage",         "Account",
    "DocumentReference", "Appointment",      "Consent",
    "MedicationRequest"};

agreements::Party agreement_party(const Party& party, std::string_view name)
{
    agreements::Party out;
    out.institution = party.urn;
    out.name = name;
    out.rfc = "RET130705MD5";
    out.clues = {"DFSSA004072"};
    out.signatory = {"Dirección General", "Titular"};
    out.signing_thumbprints = {party.certificate.x5t()};
    return out;
}

/// The skeleton agreement with every type above granted.
base::Result<std::string> agreement_text(const Party& sender, const Party& receiver)
{
    auto document = fhir::r4::read_json(agreements::new_agreement(
        "bench", agreement_party(sender, "Emisor"), agreement_party(receiver, "Receptor"),
        base::from_seconds(base::to_seconds(now()) - 60)));
    if (!document) {
        return base::Failure(document.error());
    }
    document->root().find("grants")->first->find("unsigned_allowed")->text = "true";  // for MLLP
    auto* channels = document->root().find("channels");
    for (const std::string_view channel : {"hl7v2", "mllp", "fhir", "folder"}) {
        document->add(*channels, {}, fhir::r4::Kind::string, channel);
    }
    auto* types = document->root().find("grants")->first->find("resource_types");
    types->first = types->last = nullptr;
    for (const auto type : kTypes) {
        document->add(*types, {}, fhir::r4::Kind::string, type);
    }
    return fhir::r4::to_json(document->root());
}

base::Result<std::string> sign_by_both(const std::string& folder, const Party& sender,
                                       const Party& receiver)
{
    auto text = agreement_text(sender, receiver);
    if (!text) {
        return text;
    }
    const auto file = folder + "/agreements/bench.json";
    std::error_code error;
    fs::create_directories(folder + "/agreements", error);
    if (auto kept = write_file(file, *text); !kept) {
        return base::Failure(kept.error());
    }
    if (auto kept = write_file(folder + "/agreements/bench.key", agreements::new_subject_key());
        !kept) {
        return base::Failure(kept.error());
    }
    int n = 1;
    for (const auto* party : {&sender, &receiver}) {
        const auto stem = file + "." + std::to_string(n++);
        const auto token = agreements::sign_agreement(*text, party->key, party->certificate, now());
        if (!token) {
            return base::Failure(token.error());
        }
        for (const auto& [path, bytes] : {std::pair{stem + ".jws", *token},
                                          std::pair{stem + ".pem", party->certificate.pem()}}) {
            if (auto kept = write_file(path, bytes); !kept) {
                return base::Failure(kept.error());
            }
        }
    }
    return text;
}

std::string config_text(std::uint16_t delivery_port, const LocalNode& node)
{
    std::string text = node.settings + "name = \"" + std::string(kGateway) + "\"\n";
    text += "exchange_port = " + std::to_string(node.exchange_port) + "\n";
    text += "people_port = 0\nhealth_port = 0\nmllp_port = 0\n";
    text +=
        "tls_certificate = \"pki/gateway/tls.pem\"\ntls_key = \"pki/gateway/tls.key\"\nclient_ca = "
        "\"pki/ca/root.pem\"\n";
    text +=
        "signing_certificate = \"pki/gateway/signing.pem\"\nsigning_key = "
        "\"pki/gateway/signing.key\"\n";
    text += "trust_anchors = \"pki/ca/root.pem\"\nagreements = \"agreements\"\n";
    text += "ledger_key = \"" + node.ledger_key + "\"\n";
    for (const std::string listener : {"mllp", "hl7v2", "fhir", "folder"}) {
        if (listener == "folder" && node.folder.empty()) {
            continue;
        }
        text += "\n[[route]]\nname = \"" + listener + "\"\nlistener = \"" + listener + "\"\n";
        text += "institution = \"" + crypto::institution_urn(std::string(kSenderName)) + "\"\n";
        text += "agreement = \"bench\"\npurpose = \"TREAT\"\nreceiver = \"" +
                crypto::institution_urn(std::string(kReceiverName)) + "\"\n";
        text += listener == "folder" ? "folder = \"" + node.folder + "\"\n" : "";
    }
    for (const auto name : {kSenderName, kReceiverName}) {
        const std::string institution(name);
        text += "\n[[institution]]\nid = \"" + crypto::institution_urn(institution) +
                "\"\nroles = [\"sender\", \"receiver\"]\n";
        text += "signing_certificates = [\"pki/institutions/" + institution + "/signing.pem\"]\n";
        if (name == kReceiverName) {
            text += !node.delivery.empty()
                        ? node.delivery
                        : "delivery_url = \"https://localhost:" + std::to_string(delivery_port) +
                              "/deliveries\"\n";
        }
    }
    text += "\n[[institution]]\nid = \"" + crypto::institution_urn(std::string(kAuditorName)) +
            "\"\nroles = [\"auditor\", \"privacy-officer\"]\n";
    return text;
}

/// The value of "key=value" in the ready line.
std::string value_of(const std::string& line, const std::string& key)
{
    const auto at = line.find(" " + key + "=");
    if (at == std::string::npos) {
        return {};
    }
    const auto begin = at + key.size() + 2;
    return line.substr(begin, line.find_first_of(" \n", begin) - begin);
}

}  // namespace

ScratchFolder::ScratchFolder(Where where)
{
    const fs::path memory = "/dev/shm";
    const auto parent =
        where == Where::memory && fs::is_directory(memory) ? memory : fs::temp_directory_path();
    path_ = (parent / "puente-bench-XXXXXX").string();
    if (mkdtemp(path_.data()) == nullptr) {
        throw std::runtime_error("no temporary folder");
    }
}

ScratchFolder::~ScratchFolder()
{
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

base::Result<void> make_local_pki(const std::string& folder)
{
    const auto from = base::to_seconds(now()) - 3600;
    return crypto::write_dev_pki(
        folder + "/pki", {.gateway = std::string(kGateway),
                          .institutions = {std::string(kSenderName), std::string(kReceiverName),
                                           std::string(kAuditorName)},
                          .from = base::from_seconds(from),
                          .until = base::from_seconds(from + 7 * 86'400)});
}

base::Result<Party> local_party(const std::string& folder, std::string_view name)
{
    const auto stem = folder + "/pki/institutions/" + std::string(name);
    return Party::load(stem + "/signing.key", stem + "/signing.pem", stem + "/tls.key",
                       stem + "/tls.pem", folder + "/pki/ca/root.pem");
}

base::Result<void> LocalWorld::start()
{
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) {
        return base::fail(base::Errc::internal, "pipe", {"un conducto", "a pipe"});
    }
    child_ = ::fork();
    if (child_ == 0) {
        ::dup2(ends[1], STDOUT_FILENO);
        ::close(ends[0]);
        ::execl(program_.c_str(), "puente", "serve", "--config", config_.c_str(), nullptr);
        ::_exit(127);
    }
    ::close(ends[1]);
    std::string line;
    char byte = 0;
    while (::read(ends[0], &byte, 1) == 1 && byte != '\n') {
        line.push_back(byte);
    }
    ::close(ends[0]);
    auto url = value_of(line, "exchanges");
    health_ = value_of(line, "health");
    mllp_ = value_of(line, "mllp");
    mllp_.erase(0, std::string_view("mllp://").size());
    if (url.empty()) {
        return base::fail(base::Errc::internal, "serve", {"la línea ready", "the ready line"});
    }
    const auto host = url.find("127.0.0.1");
    terms_.url = url.replace(host, std::string_view("127.0.0.1").size(), "localhost");
    return {};
}

base::Result<std::unique_ptr<LocalWorld>> LocalWorld::make(std::uint16_t delivery_port,
                                                           const std::string& folder,
                                                           const std::string& program,
                                                           const LocalNode& node)
{
    auto sender = local_party(folder, kSenderName);
    auto receiver = local_party(folder, kReceiverName);
    if (!sender || !receiver) {
        return base::Failure(sender ? receiver.error() : sender.error());
    }
    const auto agreement = fs::exists(folder + "/agreements/bench.json")
                               ? read_file(folder + "/agreements/bench.json")
                               : sign_by_both(folder, *sender, *receiver);
    if (!agreement) {
        return base::Failure(agreement.error());
    }
    if (auto kept = write_file(folder + "/" + node.file, config_text(delivery_port, node)); !kept) {
        return base::Failure(kept.error());
    }
    auto terms = terms_of(*agreement, sender->urn, "TREAT");
    if (!terms) {
        return base::Failure(terms.error());
    }
    std::unique_ptr<LocalWorld> world(new LocalWorld);
    world->program_ = program;
    world->config_ = folder + "/" + node.file;
    world->terms_ = *std::move(terms);
    world->terms_.gateway = kGateway;
    world->sender_ = std::make_unique<Party>(*std::move(sender));
    if (auto started = world->start(); !started) {
        return base::Failure(started.error());
    }
    return world;
}

void LocalWorld::kill_only(int signal)
{
    ::kill(child_, signal);
}

void LocalWorld::end(int signal)
{
    if (child_ > 0) {
        ::kill(child_, signal);
        ::waitpid(child_, nullptr, 0);
        child_ = 0;
    }
}

LocalWorld::~LocalWorld()
{
    end(SIGTERM);
}

}  // namespace gateway::app
