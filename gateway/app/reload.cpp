#include "gateway/app/reload.hpp"

#include <algorithm>
#include <filesystem>
#include <future>
#include <iterator>

#include "fhir_models/base/bytes.hpp"
#include "gateway/app/clock.hpp"
#include "gateway/app/files.hpp"
#include "gateway/app/open_store.hpp"
#include "gateway/app/packages.hpp"
#include "gateway/app/partners.hpp"
#include "gateway/app/party.hpp"
#include "gateway/app/revocation.hpp"
#include "gateway/evidence/checkpoint.hpp"
#include "gateway/evidence/claims.hpp"
#include "gateway/exchange/custody.hpp"

namespace gateway::app {
namespace {

namespace fs = std::filesystem;

base::Result<net::TlsFiles> load_tls(const config::Config& config)
{
    auto certificate = read_file(config.tls_certificate);
    auto key = read_file(config.tls_key);
    auto ca = read_file(config.client_ca);
    for (const auto* file : {&certificate, &key, &ca}) {
        if (!*file) {
            return base::Failure(file->error());
        }
    }
    return net::TlsFiles{*std::move(certificate), *std::move(key), *std::move(ca)};
}

base::Result<agreements::Book> load_book(const config::Config& config)
{
    const auto anchors = read_anchors(config.trust_anchors);
    if (!anchors) {
        return base::Failure(anchors.error());
    }
    if (!fs::exists(config.agreements)) {
        return agreements::Book({});  // default deny
    }
    return agreements::load_folder(config.agreements, *anchors, now());
}

/// Who the configuration names, and the partners that are accepted.
base::Result<exchange::Directory> load_directory(const config::Config& config)
{
    auto institutions = config.institutions;
    auto routes = config.routes;
    auto partners = accepted_partners(config);
    if (!partners) {
        return base::Failure(partners.error());
    }
    for (auto& partner : *partners) {
        institutions.push_back(std::move(partner.institution));
        std::ranges::move(partner.routes, std::back_inserter(routes));
    }
    return exchange::Directory::load(institutions, std::move(routes));
}

void add(store::Rows& rows, const std::string& owner, std::string name, std::string bytes)
{
    rows.shared.push_back({owner, {std::move(name), std::move(bytes)}});
}

store::Rows shared_documents(const Loaded& loaded, const exchange::Self& self,
                             const crypto::Certificate& signing)
{
    auto rows = list_documents(self.trust->get()->lists.get());
    const auto book = loaded.book.get();
    for (const auto& agreement : book->all()) {
        const auto owner = exchange::agreement_owner(base::to_hex(base::view(agreement.digest)));
        add(rows, owner, "agreement.json", agreement.bytes);
        for (std::size_t i = 0; i < agreement.signatures.size(); ++i) {
            const auto stem = "agreement." + std::to_string(i + 1);
            add(rows, owner, stem + ".jws", agreement.signatures[i]);
            add(rows, owner, stem + ".pem", agreement.signer_certificates[i]);
        }
    }
    const auto add_certificate = [&rows](const crypto::Certificate& certificate) {
        add(rows, exchange::certificate_owner(certificate.x5t()), "certificate.pem",
            certificate.pem());
    };
    add_certificate(signing);
    add(rows, exchange::ledger_owner(self.ledger_origin), std::string(exchange::kVerifierKey),
        self.ledger_vkey);
    add(rows, std::string(kStoreOwner), std::string(kMasterKeyMark), master_key_mark(self));
    const auto directory = loaded.directory.get();
    for (const auto& [urn, member] : directory->all()) {
        for (const auto& certificate : member.signing) {
            add_certificate(certificate);
        }
    }
    return rows;
}

}  // namespace

base::Result<std::unique_ptr<Loaded>> load(const config::Config& config)
{
    auto translator = load_tested_translator(config.packages);
    if (!translator) {
        return base::Failure(translator.error());
    }
    auto book = load_book(config);
    if (!book) {
        return base::Failure(book.error());
    }
    auto directory = load_directory(config);
    if (!directory) {
        return base::Failure(directory.error());
    }
    auto tls = load_tls(config);
    if (!tls) {
        return base::Failure(tls.error());
    }
    auto ledger_key = crypto::PrivateKey::from_file(config.ledger_key);
    if (!ledger_key) {
        return base::Failure(ledger_key.error());
    }
    return std::unique_ptr<Loaded>(
        new Loaded{runtime::Snapshot<mapping::Translator>(
                       std::make_shared<const mapping::Translator>(*std::move(translator))),
                   runtime::Snapshot<agreements::Book>(
                       std::make_shared<const agreements::Book>(*std::move(book))),
                   runtime::Snapshot<exchange::Directory>(
                       std::make_shared<const exchange::Directory>(*std::move(directory))),
                   *std::move(tls), *std::move(ledger_key)});
}

base::Result<void> reload(const config::Config& config, Loaded& loaded)
{
    auto translator = load_tested_translator(config.packages);
    if (!translator) {
        return base::Failure(translator.error());
    }
    auto book = load_book(config);
    if (!book) {
        return base::Failure(book.error());
    }
    auto directory = load_directory(config);
    if (!directory) {
        return base::Failure(directory.error());
    }
    auto tls = load_tls(config);
    if (!tls) {
        return base::Failure(tls.error());
    }
    // Messages under way finish with what they began with: each holds its own snapshot.
    loaded.translator.replace(std::make_shared<const mapping::Translator>(*std::move(translator)));
    loaded.book.replace(std::make_shared<const agreements::Book>(*std::move(book)));
    loaded.directory.replace(std::make_shared<const exchange::Directory>(*std::move(directory)));
    loaded.tls = *std::move(tls);
    return {};
}

base::Result<std::shared_ptr<const exchange::SigningPair>> load_signing_pair(
    const config::Config& config)
{
    auto key = crypto::PrivateKey::from_file(config.signing_key);
    if (!key) {
        return base::Failure(key.error());
    }
    auto certificate = crypto::Certificate::from_file(config.signing_certificate);
    if (!certificate) {
        return base::Failure(certificate.error());
    }
    const auto& public_key = certificate->public_key();
    if (!public_key) {
        return base::Failure(public_key.error());
    }
    const auto at = now();
    const bool fits = public_key->der() == key->public_der() && !certificate->is_ca() &&
                      certificate->not_before() <= at && at < certificate->not_after();
    if (!fits) {
        return base::fail(base::Errc::unusable_key, "signing_certificate",
                          {"un certificado vigente, de esa llave, que no sea autoridad",
                           "a certificate in force, of that key, that is no authority"});
    }
    return std::make_shared<const exchange::SigningPair>(*std::move(key), *std::move(certificate));
}

base::Result<exchange::Self> load_self(const config::Config& config)
{
    auto signing = load_signing_pair(config);
    if (!signing) {
        return base::Failure(signing.error());
    }
    auto master = crypto::MasterKey::load_or_create(
        config.master_key.empty() ? config.data + "/master.key" : config.master_key);
    if (!master) {
        return base::Failure(master.error());
    }
    const auto& bytes = master->bytes();
    auto index_key = crypto::hmac_sha256(
        {reinterpret_cast<const char*>(bytes.data()), bytes.size()}, "puente person index v1");
    const auto ledger_key = crypto::PrivateKey::from_file(config.ledger_key);
    if (!ledger_key) {
        return base::Failure(ledger_key.error());
    }
    auto trust = load_trust(config);
    if (!trust) {
        return base::Failure(trust.error());
    }
    return exchange::Self{config.name,
                          config.env,
                          config.ledger_origin,
                          evidence::verifier_key(config.ledger_origin, *ledger_key),
                          std::make_shared<runtime::Snapshot<exchange::SigningPair>>(*signing),
                          std::make_shared<runtime::Snapshot<crypto::Trust>>(*std::move(trust)),
                          *master,
                          std::move(index_key)};
}

base::Result<void> keep_documents(store::Rows documents, const exchange::Self& self,
                                  store::Committer& committer)
{
    if (documents.shared.empty()) {
        return {};
    }
    auto kept = std::make_shared<std::promise<base::Result<void>>>();
    auto answer = kept->get_future();
    store::Act act;
    act.prepare = [rows = std::move(documents), &self](
                      const store::Position& position,
                      std::string& leaf) -> base::Result<store::Rows> {
        leaf = evidence::LeafFields{.seq = position.index,
                                    .t = base::to_rfc3339(now()),
                                    .evt = "loaded",
                                    .exch = {},
                                    .req = {},
                                    .jws = {},
                                    .agr = {},
                                    .pou = {},
                                    .iss = self.urn,
                                    .aud = {},
                                    .aud_event = {}}
                   .to_json();
        return rows;
    };
    act.done = [kept](const base::Result<std::optional<core::Exchange>>& outcome) {
        kept->set_value(outcome ? base::Result<void>{} : base::Failure(outcome.error()));
    };
    if (auto taken = committer.submit(std::move(act)); !taken) {
        return taken;
    }
    return answer.get();
}

base::Result<void> keep_shared_documents(const Loaded& loaded, const exchange::Self& self,
                                         const crypto::Certificate& signing,
                                         store::Committer& committer)
{
    return keep_documents(shared_documents(loaded, self, signing), self, committer);
}

}  // namespace gateway::app
