#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <thread>

#include "fhir_models/base/text.hpp"
#include "gateway/agreements/acts.hpp"
#include "gateway/agreements/book.hpp"
#include "gateway/agreements/signatures.hpp"

namespace gateway::agreements {
namespace {

namespace fs = std::filesystem;
using base::Errc;
using base::fail;

std::optional<std::string> read_file(const fs::path& path)
{
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    if (!file) {
        return std::nullopt;
    }
    const auto size = file.tellg();
    if (size < 0 || size > (std::int64_t{1} << 20U)) {
        return std::nullopt;
    }
    std::string bytes(static_cast<std::size_t>(size), '\0');
    file.seekg(0);
    return file.read(bytes.data(), size) ? std::optional(std::move(bytes)) : std::nullopt;
}

base::Failure unreadable(const std::string& name, base::Text expected)
{
    return fail(Errc::malformed_config, name, std::move(expected), {"ausente", "absent"});
}

/// The acts beside a document, `<name>.act.<n>.jws`, in the order of their names.
base::Result<void> read_acts(Agreement& agreement, const std::vector<fs::path>& acts,
                             SignatureChecker& checker)
{
    for (const auto& path : acts) {
        const auto token = read_file(path);
        auto certificate = read_file(fs::path(path).replace_extension(".pem"));
        if (!token || !certificate) {  // half an act is none to pass over
            return unreadable(path.filename().string(), {"el acto y su certificado .pem",
                                                         "the act and its .pem certificate"});
        }
        auto act =
            read_act(agreement, std::string(base::trim(*token)), *std::move(certificate), checker);
        if (!act) {
            auto error = std::move(act).error();
            error.where = path.filename().string() + " " + error.where;
            return base::Failure(std::move(error));
        }
        agreement.acts.push_back(*std::move(act));
    }
    return {};
}

/// The key of `sub`: without it a bare hash would stand where nobody may guess.
base::Result<std::string> read_subject_key(const fs::path& folder, const std::string& id)
{
    const auto name = id + ".key";
    const auto text = read_file(folder / name);
    const auto key = text ? base::from_base64url(base::trim(*text)) : std::nullopt;
    if (!key || key->size() != 32) {
        return unreadable(name, {"32 bytes en base64url", "32 bytes in base64url"});
    }
    return std::string(base::trim(*text));
}

/// A document of the folder and the acts that end it.
struct Papers {
    fs::path document;
    std::vector<fs::path> acts;
};

base::Result<Agreement> load(const Papers& papers, SignatureChecker& checker)
{
    const auto& path = papers.document;
    const auto name = path.filename().string();
    auto bytes = read_file(path);
    if (!bytes) {
        return unreadable(
            name, {"un archivo legible de hasta 1 MiB", "a readable file of 1 MiB at most"});
    }
    std::vector<std::string> signatures;
    std::vector<std::string> certificates;
    for (int n = 1;; ++n) {
        const auto stem = path.string() + "." + std::to_string(n);
        auto signature = read_file(stem + ".jws");
        auto certificate = read_file(stem + ".pem");
        if (!signature || !certificate) {
            break;
        }
        signatures.emplace_back(base::trim(*signature));
        certificates.push_back(*std::move(certificate));
    }
    auto agreement =
        read_agreement(*std::move(bytes), std::move(signatures), std::move(certificates), checker);
    if (!agreement) {
        auto error = std::move(agreement).error();
        error.where = name + " " + error.where;
        return base::Failure(std::move(error));
    }
    if (auto acts = read_acts(*agreement, papers.acts, checker); !acts) {
        return base::Failure(acts.error());
    }
    auto key = read_subject_key(path.parent_path(), agreement->id);
    if (!key) {
        return base::Failure(key.error());
    }
    agreement->subject_key = *std::move(key);
    return agreement;
}

base::Result<std::vector<Papers>> papers_in(const std::string& folder)
{
    std::vector<fs::path> documents;
    std::map<std::string, std::vector<fs::path>> acts;  // by the document's path
    std::error_code error;
    if (!fs::exists(folder, error)) {
        return std::vector<Papers>{};
    }
    fs::directory_iterator entries(folder, error);
    for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
        const auto& path = entries->path();
        const auto at = path.string().rfind(".act.");
        if (path.extension() == ".json") {
            documents.push_back(path);
        } else if (path.extension() == ".jws" && at != std::string::npos) {
            acts[path.string().substr(0, at)].push_back(path);
        }
    }
    if (error) {
        return unreadable(folder, {"una carpeta legible", "a readable folder"});
    }
    std::ranges::sort(documents);
    std::vector<Papers> papers;
    papers.reserve(documents.size());
    for (auto& document : documents) {
        auto found = acts.extract(document.string());
        auto of_it = found ? std::move(found.mapped()) : std::vector<fs::path>{};
        std::ranges::sort(of_it);
        papers.push_back({std::move(document), std::move(of_it)});
    }
    if (!acts.empty()) {  // an act that ends nothing here would be passed over in silence
        return unreadable(fs::path(acts.begin()->first).filename().string(),
                          {"el convenio que un acto termina", "the agreement that an act ends"});
    }
    return papers;
}

}  // namespace

base::Result<Book> load_folder(const std::string& folder, const crypto::TrustAnchors& anchors,
                               base::Instant now)
{
    const auto papers = papers_in(folder);
    if (!papers) {
        return base::Failure(papers.error());
    }
    std::vector<std::optional<base::Result<Agreement>>> loaded(papers->size());
    SignatureChecker checker(anchors, now);
    std::atomic<std::size_t> next{0};
    const auto work = [&] {
        for (auto i = next++; i < papers->size(); i = next++) {
            loaded[i] = load((*papers)[i], checker);
        }
    };
    {
        std::vector<std::jthread> helpers;
        const auto cores = std::max(1U, std::thread::hardware_concurrency());
        for (unsigned n = 1; n < cores && n < papers->size(); ++n) {
            helpers.emplace_back(work);
        }
        work();
    }

    std::vector<Agreement> agreements;
    agreements.reserve(loaded.size());
    std::set<std::pair<std::string, std::string>> versions;
    for (std::size_t i = 0; i < loaded.size(); ++i) {
        auto& result = *loaded[i];
        if (!result) {
            return base::Failure(std::move(result).error());
        }
        if (!versions.emplace(result->id, result->version).second) {
            return fail(Errc::malformed_config,
                        (*papers)[i].document.filename().string() + " /version",
                        {"una versión que no esté ya en la carpeta",
                         "a version that is not in the folder yet"});
        }
        agreements.push_back(*std::move(result));
    }
    return Book(std::move(agreements));
}

}  // namespace gateway::agreements
