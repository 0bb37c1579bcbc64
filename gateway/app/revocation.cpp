#include "gateway/app/revocation.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <filesystem>

#include "gateway/app/clock.hpp"
#include "gateway/app/files.hpp"
#include "gateway/app/party.hpp"
#include "gateway/app/reload.hpp"
#include "gateway/exchange/revocation.hpp"

namespace gateway::app {
namespace {

namespace fs = std::filesystem;
using Lists = std::shared_ptr<const crypto::RevocationLists>;

bool is_list(const fs::path& path)
{
    return path.extension() == ".crl" || path.extension() == ".pem";
}

base::Result<std::vector<std::string>> list_files(const std::string& folder)
{
    std::error_code error;
    std::vector<std::string> files;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
        if (is_list(entry.path())) {
            files.push_back(entry.path().string());
        }
    }
    if (error) {
        return base::fail(base::Errc::malformed_config, "revocation_lists " + folder,
                          {"una carpeta que se pueda leer", "a folder that can be read"});
    }
    std::ranges::sort(files);
    return files;
}

bool same(const Lists& one, const Lists& other)
{
    return one == other ||
           (one != nullptr && other != nullptr &&
            std::ranges::equal(one->all(), other->all(), {}, &crypto::RevocationLists::List::pem,
                               &crypto::RevocationLists::List::pem));
}

/// The first list that should have been replaced by now, told; empty when there is none.
std::string overdue(const Lists& lists, base::Instant now)
{
    if (lists == nullptr) {
        return {};
    }
    for (const auto& list : lists->all()) {
        if (list.next_update < now) {
            const auto last = base::to_seconds(list.next_update) + lists->grace();
            return "the list of " + list.issuer + " was due at " +
                   base::to_rfc3339(list.next_update) + " and counts until " +
                   base::to_rfc3339(base::from_seconds(last));
        }
    }
    return {};
}

}  // namespace

base::Result<Lists> read_revocation_lists(const config::Config& config)
{
    if (config.revocation_lists.empty()) {
        return Lists{};
    }
    const auto files = list_files(config.revocation_lists);
    if (!files) {
        return base::Failure(files.error());
    }
    std::vector<std::string> texts;
    for (const auto& file : *files) {
        auto text = read_file(file);
        if (!text) {
            return base::Failure(text.error());
        }
        if (auto fit = crypto::RevocationLists::read({*text}, 0); !fit) {
            auto error = std::move(fit).error();
            error.where = file;
            return base::Failure(std::move(error));
        }
        texts.push_back(*std::move(text));
    }
    auto lists = crypto::RevocationLists::read(texts, config.revocation_grace_s);
    if (!lists) {
        return base::Failure(lists.error());
    }
    return std::make_shared<const crypto::RevocationLists>(*std::move(lists));
}

base::Result<std::shared_ptr<const crypto::Trust>> load_trust(const config::Config& config)
{
    auto signing = read_anchors(config.trust_anchors);
    auto tls = read_anchors(config.client_ca);
    if (!signing || !tls) {
        return base::Failure(signing ? tls.error() : signing.error());
    }
    auto lists = read_revocation_lists(config);
    if (!lists) {
        return base::Failure(lists.error());
    }
    return std::make_shared<const crypto::Trust>(*std::move(signing), *std::move(tls),
                                                 *std::move(lists));
}

base::Result<void> may_sign(const crypto::Trust& trust, const crypto::Certificate& certificate)
{
    auto good = trust.signing.check(certificate, now());
    const bool silent = !good && good.error().code == base::Errc::authority_silent;
    return silent ? base::Result<void>() : good;
}

store::Rows list_documents(const crypto::RevocationLists* lists)
{
    store::Rows rows;
    if (lists != nullptr) {
        for (const auto& list : lists->all()) {
            rows.shared.push_back({exchange::list_owner(evidence::digest_claim(list.pem)),
                                   {std::string(exchange::kListDocument), list.pem}});
        }
    }
    return rows;
}

std::function<base::Result<void>(const net::Peer&)> is_good_server(const exchange::Self& self)
{
    return [snapshot = self.trust](const net::Peer& server) -> base::Result<void> {
        const auto trust = snapshot->get();
        return trust->tls
                   ? trust->tls->check(server.certificate_der, server.intermediates_pem, now())
                   : base::Result<void>();
    };
}

base::Result<void> RevocationWatch::take_new_lists()
{
    auto lists = read_revocation_lists(config_);
    if (!lists) {
        return base::Failure(lists.error());
    }
    const auto trust = self_.trust->get();
    if (same(*lists, trust->lists)) {
        return {};
    }
    if (auto kept = keep_documents(list_documents(lists->get()), self_, committer_); !kept) {
        return kept;
    }
    self_.trust->replace(
        std::make_shared<const crypto::Trust>(trust->signing_anchors, trust->tls_anchors, *lists));
    spdlog::info("revocation lists: {} now in use", (*lists)->all().size());
    return {};
}

void RevocationWatch::refresh(base::Instant now)
{
    const std::scoped_lock lock(mutex_);
    const auto taken = take_new_lists();
    tell(taken ? overdue(self_.trust->get()->lists, now) : base::to_line(taken.error()));
}

void RevocationWatch::tell(const std::string& trouble)
{
    if (trouble == trouble_) {
        return;
    }
    if (trouble.empty()) {
        spdlog::warn("outage ends: the revocation lists are in force again");
    } else {
        spdlog::error("outage begins: revocation lists: {}", trouble);
    }
    gauge_("revocation-lists", !trouble.empty());
    trouble_ = trouble;
}

}  // namespace gateway::app
