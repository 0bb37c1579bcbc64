#include "tests/durability/recording_vfs.hpp"

#include <sqlite3.h>

#include <cstring>
#include <new>
#include <utility>

namespace durability {
namespace {

Recorder* g_recorder = nullptr;
sqlite3_vfs* g_real = nullptr;
sqlite3_vfs g_recording;

/// One open file; the real one stands right behind it in memory.
struct File {
    sqlite3_file base;
    const char* path;  ///< SQLite keeps it as long as the file is open; null: not recorded

    sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

File& of(sqlite3_file* file)
{
    return *reinterpret_cast<File*>(file);
}
sqlite3_file* real(sqlite3_file* file)
{
    return of(file).real();
}

void record(sqlite3_file* file, Operation::Kind kind, std::uint64_t offset = 0,
            std::string bytes = {})
{
    if (of(file).path != nullptr && g_recorder != nullptr) {
        g_recorder->record({kind, of(file).path, offset, std::move(bytes)});
    }
}

int close(sqlite3_file* file)
{
    return real(file)->pMethods->xClose(real(file));
}
int read(sqlite3_file* file, void* to, int size, sqlite3_int64 at)
{
    return real(file)->pMethods->xRead(real(file), to, size, at);
}
int write(sqlite3_file* file, const void* from, int size, sqlite3_int64 at)
{
    record(file, Operation::Kind::write, static_cast<std::uint64_t>(at),
           {static_cast<const char*>(from), static_cast<std::size_t>(size)});
    return real(file)->pMethods->xWrite(real(file), from, size, at);
}
int truncate(sqlite3_file* file, sqlite3_int64 size)
{
    record(file, Operation::Kind::truncate, static_cast<std::uint64_t>(size));
    return real(file)->pMethods->xTruncate(real(file), size);
}
int sync(sqlite3_file* file, int flags)
{
    const int code = real(file)->pMethods->xSync(real(file), flags);
    record(file, Operation::Kind::sync);
    return code;
}
int file_size(sqlite3_file* file, sqlite3_int64* size)
{
    return real(file)->pMethods->xFileSize(real(file), size);
}
int lock(sqlite3_file* file, int level)
{
    return real(file)->pMethods->xLock(real(file), level);
}
int unlock(sqlite3_file* file, int level)
{
    return real(file)->pMethods->xUnlock(real(file), level);
}
int check_reserved(sqlite3_file* file, int* out)
{
    return real(file)->pMethods->xCheckReservedLock(real(file), out);
}
int control(sqlite3_file* file, int what, void* argument)
{
    return real(file)->pMethods->xFileControl(real(file), what, argument);
}
int sector_size(sqlite3_file* file)
{
    return real(file)->pMethods->xSectorSize(real(file));
}
int characteristics(sqlite3_file* file)
{
    return real(file)->pMethods->xDeviceCharacteristics(real(file));
}
int shm_map(sqlite3_file* file, int page, int size, int extend, void volatile** out)
{
    return real(file)->pMethods->xShmMap(real(file), page, size, extend, out);
}
int shm_lock(sqlite3_file* file, int offset, int count, int flags)
{
    return real(file)->pMethods->xShmLock(real(file), offset, count, flags);
}
void shm_barrier(sqlite3_file* file)
{
    real(file)->pMethods->xShmBarrier(real(file));
}
int shm_unmap(sqlite3_file* file, int remove)
{
    return real(file)->pMethods->xShmUnmap(real(file), remove);
}

const sqlite3_io_methods kMethods{2,
                                  close,
                                  read,
                                  write,
                                  truncate,
                                  sync,
                                  file_size,
                                  lock,
                                  unlock,
                                  check_reserved,
                                  control,
                                  sector_size,
                                  characteristics,
                                  shm_map,
                                  shm_lock,
                                  shm_barrier,
                                  shm_unmap,
                                  nullptr,
                                  nullptr};

int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags)
{
    constexpr int kKept = SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL;
    std::memset(static_cast<void*>(file), 0, sizeof(File));
    of(file).path = (flags & kKept) != 0 ? name : nullptr;
    const int code = g_real->xOpen(g_real, name, real(file), flags, out_flags);
    // The real file may have to be closed even when it did not open.
    file->pMethods = real(file)->pMethods != nullptr ? &kMethods : nullptr;
    return code;
}

int remove(sqlite3_vfs*, const char* name, int sync_folder)
{
    g_recorder->record({Operation::Kind::remove, name, 0, {}});
    return g_real->xDelete(g_real, name, sync_folder);
}

}  // namespace

Recorder::Recorder()
{
    g_recorder = this;
    g_real = sqlite3_vfs_find(nullptr);
    g_recording = *g_real;
    g_recording.zName = "recording";
    g_recording.szOsFile = static_cast<int>(sizeof(File)) + g_real->szOsFile;
    g_recording.xOpen = open;
    g_recording.xDelete = remove;
    sqlite3_vfs_register(&g_recording, 1);
}

Recorder::~Recorder()
{
    sqlite3_vfs_unregister(&g_recording);
    sqlite3_vfs_register(g_real, 1);
    g_recorder = nullptr;
}

void Recorder::promise(std::string what)
{
    record({Operation::Kind::promise, std::move(what), 0, {}});
}

void Recorder::record(Operation operation)
{
    const std::scoped_lock lock(mutex_);
    operations_.push_back(std::move(operation));
}

}  // namespace durability
