#include "gateway/store/sqlite/file_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace gateway::store::sqlite {

base::Result<FileLock> FileLock::take(const std::string& path)
{
    const auto name = path + ".lock";
    FileLock lock(::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (lock.file_ < 0) {
        return base::fail(base::Errc::store_failed, name,
                          {"una carpeta donde se pueda escribir", "a folder that can be written"});
    }
    if (::flock(lock.file_, LOCK_EX | LOCK_NB) != 0) {
        return base::fail(
            base::Errc::store_failed, name,
            {"un almacén que ningún otro programa use", "a store that no other program is using"});
    }
    return lock;
}

FileLock::~FileLock()
{
    if (file_ >= 0) {
        ::close(file_);
    }
}

}  // namespace gateway::store::sqlite
