#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <thread>

#include "fhir_models/base/text.hpp"
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

base::Result<Agreement> load(const fs::path& path, SignatureChecker& checker)
{
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
    auto key = read_subject_key(path.parent_path(), agreement->id);
    if (!key) {
        return base::Failure(key.error());
    }
    agreement->subject_key = *std::move(key);
    return agreement;
}

base::Result<std::vector<fs::path>> documents_in(const std::string& folder)
{
    std::vector<fs::path> paths;
    std::error_code error;
    if (!fs::exists(folder, error)) {
        return paths;
    }
    fs::directory_iterator entries(folder, error);
    for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
        if (entries->path().extension() == ".json") {
            paths.push_back(entries->path());
        }
    }
    if (error) {
        return unreadable(folder, {"una carpeta legible", "a readable folder"});
    }
    std::ranges::sort(paths);
    return paths;
}

}  // namespace

base::Result<Book> load_folder(const std::string& folder, const crypto::TrustAnchors& anchors,
                               base::Instant now)
{
    const auto paths = documents_in(folder);
    if (!paths) {
        return base::Failure(paths.error());
    }
    std::vector<std::optional<base::Result<Agreement>>> loaded(paths->size());
    SignatureChecker checker(anchors, now);
    std::atomic<std::size_t> next{0};
    const auto work = [&] {
        for (auto i = next++; i < paths->size(); i = next++) {
            loaded[i] = load((*paths)[i], checker);
        }
    };
    {
        std::vector<std::jthread> helpers;
        const auto cores = std::max(1U, std::thread::hardware_concurrency());
        for (unsigned n = 1; n < cores && n < paths->size(); ++n) {
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
            return fail(Errc::malformed_config, (*paths)[i].filename().string() + " /version",
                        {"una versión que no esté ya en la carpeta",
                         "a version that is not in the folder yet"});
        }
        agreements.push_back(*std::move(result));
    }
    return Book(std::move(agreements));
}

}  // namespace gateway::agreements
