#include "gateway/folders/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

namespace gateway::folders {
namespace {

namespace fs = std::filesystem;
using base::Errc;

constexpr std::int64_t kStill = 2'000'000;  ///< microseconds without a write
constexpr std::array<std::string_view, 3> kUnfinished{".part", ".filepart", ".tmp"};

base::Failure unusable(const std::string& folder)
{
    return base::fail(Errc::store_failed, folder,
                      {"una carpeta donde se pueda leer, escribir y mover",
                       "a folder to read from, write to and move in"});
}

class Descriptor {
public:
    explicit Descriptor(int number) noexcept : number_(number) {}
    ~Descriptor() { close(); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    [[nodiscard]] int number() const noexcept { return number_; }
    bool close() noexcept
    {
        const int number = std::exchange(number_, -1);
        return number < 0 || ::close(number) == 0;
    }

private:
    int number_;
};

bool is_still(const struct stat& status, base::Instant now)
{
    const auto written = std::int64_t{status.st_mtim.tv_sec} * 1'000'000 +
                         std::int64_t{status.st_mtim.tv_nsec} / 1000;
    const auto age = now.microseconds - written;
    return age >= kStill || age <= -kStill;  // dated by a clock ahead of ours: it was moved here
}

/// Whole or not at all: written beside, synced, renamed.
base::Result<void> write_whole(const std::string& path, std::string_view bytes,
                               const std::string& folder)
{
    const auto beside = path + ".tmp";
    Descriptor file(
        ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640));
    if (file.number() < 0) {
        return unusable(folder);
    }
    while (!bytes.empty()) {
        const auto written = ::write(file.number(), bytes.data(), bytes.size());
        if (written <= 0) {
            return unusable(folder);
        }
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    const bool good =
        ::fsync(file.number()) == 0 && file.close() && ::rename(beside.c_str(), path.c_str()) == 0;
    return good ? base::Result<void>{} : unusable(folder);
}

bool exists(const std::string& path)
{
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0;
}

std::string numbered(const std::string& name, int n)
{
    return n == 1 ? name : name + "~" + std::to_string(n);
}

/// Whether `name` was answered with this receipt.
bool has_receipt(const std::string& folder, const std::string& name, std::string_view receipt)
{
    const auto told = read_whole(folder, name + ".receipt.jws", receipt.size());
    return told && *told == receipt;
}

/// The first name of that file's under which nothing stands but what this answer would write.
std::string free_name(const std::string& folder, const std::string& name, std::string_view receipt)
{
    for (int n = 1;; ++n) {
        auto chosen = numbered(name, n);
        const auto path = folder + "/" + chosen;
        const bool taken = exists(path) ||
                           (exists(path + ".receipt.jws") && !has_receipt(folder, chosen, receipt));
        if (!taken) {
            return chosen;
        }
    }
}

}  // namespace

bool is_final_name(std::string_view name) noexcept
{
    return !name.starts_with('.') && std::ranges::none_of(kUnfinished, [name](auto ending) {
        return name.ends_with(ending);
    });
}

base::Result<std::vector<std::string>> ready_files(const std::string& folder, base::Instant now)
{
    std::vector<std::string> names;
    std::error_code error;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
        auto name = at->path().filename().string();
        struct stat status {};
        const bool plain = ::lstat(at->path().c_str(), &status) == 0 && S_ISREG(status.st_mode);
        if (plain && is_final_name(name) && is_still(status, now)) {
            names.push_back(std::move(name));
        }
    }
    if (error) {
        return unusable(folder);
    }
    std::ranges::sort(names);
    return names;
}

base::Result<std::string> read_whole(const std::string& folder, const std::string& name,
                                     std::uint64_t limit)
{
    const auto path = folder + "/" + name;
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    struct stat status {};
    if (file.number() < 0 || ::fstat(file.number(), &status) != 0 || !S_ISREG(status.st_mode)) {
        return unusable(folder);
    }
    const auto size = static_cast<std::uint64_t>(status.st_size);
    if (size > limit) {
        const auto most = std::to_string(limit);
        return base::fail(Errc::body_too_large, "file",
                          {"a lo más " + most + " bytes", "at most " + most + " bytes"},
                          {std::to_string(size) + " bytes", std::to_string(size) + " bytes"});
    }
    std::string bytes(size, '\0');
    std::size_t got = 0;
    while (got < bytes.size()) {
        const auto count = ::read(file.number(), bytes.data() + got, bytes.size() - got);
        if (count <= 0) {
            return unusable(folder);
        }
        got += static_cast<std::size_t>(count);
    }
    return bytes;
}

base::Result<void> settle(const std::string& folder, const std::string& name,
                          std::string_view where, const Results& results)
{
    const auto target = folder + "/" + std::string(where);
    const auto path = target + "/" + free_name(target, name, results.receipt);
    const std::pair<std::string_view, const std::string&> written[] = {
        {".receipt.jws", results.receipt}, {".outcome.json", results.outcome}};
    for (const auto& [ending, bytes] : written) {
        if (bytes.empty()) {
            continue;
        }
        if (auto kept = write_whole(path + std::string(ending), bytes, folder); !kept) {
            return kept;
        }
    }
    return ::rename((folder + "/" + name).c_str(), path.c_str()) == 0 ? base::Result<void>{}
                                                                      : unusable(folder);
}

bool was_told(const std::string& folder, const std::string& name, std::string_view receipt)
{
    const auto target = folder + "/" + std::string(kRefused);
    bool told = false;
    for (int n = 1; !told && exists(target + "/" + numbered(name, n) + ".receipt.jws"); ++n) {
        told = has_receipt(target, numbered(name, n), receipt);
    }
    return told;
}

base::Result<void> make_folders(const std::string& folder)
{
    std::error_code error;
    for (const auto part : {kDone, kRefused}) {
        fs::create_directories(fs::path(folder) / part, error);
        if (error) {
            return unusable(folder);
        }
    }
    return ::access(folder.c_str(), R_OK | W_OK | X_OK) == 0 ? base::Result<void>{}
                                                             : unusable(folder);
}

}  // namespace gateway::folders
