#pragma once

#include <string>
#include <utility>

#include "fhir_models/base/result.hpp"

namespace gateway::store::sqlite {

/// Keeps a database for one program: `path`.lock, locked as long as this lives and let go by the
/// system when the program dies. Two programs writing one file would meet SQLite's WAL-reset fault.
class FileLock {
public:
    /// Errors: store_failed when another holds it or it cannot be made.
    [[nodiscard]] static base::Result<FileLock> take(const std::string& path);

    FileLock(FileLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
    FileLock& operator=(FileLock&&) = delete;
    ~FileLock();

private:
    explicit FileLock(int file) noexcept : file_(file) {}
    int file_;
};

}  // namespace gateway::store::sqlite
