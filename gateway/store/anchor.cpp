#include "gateway/store/anchor.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

namespace gateway::store {
namespace {

/// A file descriptor, closed when it goes.
struct File {
    explicit File(int opened) noexcept : number(opened) {}
    ~File()
    {
        if (number >= 0) {
            ::close(number);
        }
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;

    int number;
};

base::Failure failed(const std::string& path)
{
    return base::fail(base::Errc::store_failed,
                      path + " (" + std::generic_category().message(errno) + ")",
                      {"un archivo que se pueda leer y escribir", "a file to read and write"});
}

bool write_all(int file, std::string_view bytes)
{
    while (!bytes.empty()) {
        const auto written = ::write(file, bytes.data(), bytes.size());
        if (written < 0) {
            return false;
        }
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

}  // namespace

base::Result<std::string> read_anchor(const std::string& path)
{
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) {
        return std::string();
    }
    std::ifstream file(path, std::ios::binary);
    std::string note((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    if (!file) {
        return failed(path);
    }
    return note;
}

base::Result<void> write_anchor(const std::string& path, std::string_view note)
{
    const auto temporary = path + ".new";
    {
        const File file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
        if (file.number < 0 || !write_all(file.number, note) || ::fsync(file.number) != 0) {
            return failed(temporary);
        }
    }
    if (std::rename(temporary.c_str(), path.c_str()) != 0) {
        return failed(path);
    }
    auto folder = std::filesystem::path(path).parent_path();
    const File directory(
        ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (directory.number < 0 || ::fsync(directory.number) != 0) {
        return failed(folder.string());
    }
    return {};
}

}  // namespace gateway::store
