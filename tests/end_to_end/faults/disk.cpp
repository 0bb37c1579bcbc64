// Loaded into the gateway before the C library (LD_PRELOAD): while the file $PUENTE_DISK_FAULT says
// "EIO", the store's files cannot be synced; while it says "ENOSPC", nothing more fits into them.

#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace {

using Write = ssize_t (*)(int, const void*, size_t, off_t);
using Sync = int (*)(int);

template <class Function>
Function next(const char* name)
{
    return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

bool is_asked(std::string_view fault)
{
    const char* const path = std::getenv("PUENTE_DISK_FAULT");
    const int file = path == nullptr ? -1 : ::open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return false;
    }
    std::array<char, 16> text{};
    const auto size = ::read(file, text.data(), text.size());
    ::close(file);
    return size > 0 && std::string_view(text.data(), static_cast<size_t>(size)) == fault;
}

bool is_of_store(int file)
{
    std::array<char, 64> link{};
    std::array<char, 512> path{};
    std::snprintf(link.data(), link.size(), "/proc/self/fd/%d", file);
    const auto size = ::readlink(link.data(), path.data(), path.size());
    return size > 0 && std::string_view(path.data(), static_cast<size_t>(size)).find("puente.db") !=
                           std::string_view::npos;
}

bool fails(int file, std::string_view fault, int code)
{
    const bool now = is_asked(fault) && is_of_store(file);
    if (now) {
        errno = code;
    }
    return now;
}

ssize_t write_at(const char* name, int file, const void* bytes, size_t size, off_t at)
{
    return fails(file, "ENOSPC", ENOSPC) ? -1 : next<Write>(name)(file, bytes, size, at);
}

int sync(const char* name, int file)
{
    return fails(file, "EIO", EIO) ? -1 : next<Sync>(name)(file);
}

}  // namespace

extern "C" {

ssize_t pwrite(int file, const void* bytes, size_t size, off_t at)
{
    return write_at("pwrite", file, bytes, size, at);
}

ssize_t pwrite64(int file, const void* bytes, size_t size, off_t at)
{
    return write_at("pwrite64", file, bytes, size, at);
}

int fsync(int file)
{
    return sync("fsync", file);
}

int fdatasync(int file)
{
    return sync("fdatasync", file);
}

}  // extern "C"
