#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <vector>

namespace durability {

/// What a database did to its files, in order, and what it had promised by then.
struct Operation {
    enum class Kind : std::uint8_t { write, truncate, sync, remove, promise };
    Kind kind = Kind::write;
    std::string file;          ///< its path; of a promise: what was promised
    std::uint64_t offset = 0;  ///< of a truncate: the new size
    std::string bytes;
};

/// What the disk keeps of the writes that no sync had made durable.
enum class Unsynced : std::uint8_t { dropped, torn, kept };

/// A disk that loses power: operations go in one by one, and at any moment it can tell what the
/// files would hold after a power cut.
class Disk {
public:
    /// With `lying`, sync does nothing: the control of the experiment.
    explicit Disk(bool lying = false) : lying_(lying) {}

    void apply(const Operation& operation);
    /// Writes the files as they are after a cut now into `folder`, by their own names. `torn` keeps
    /// each 512-byte piece of an unsynced write or not, as the dice fall.
    void cut(const std::filesystem::path& folder, Unsynced unsynced, std::mt19937& dice) const;

private:
    struct File {
        std::string durable;
        std::vector<Operation> pending;
    };
    static void keep(std::string& content, const Operation& operation);

    std::map<std::string, File> files_;
    bool lying_;
};

/// While it lives, SQLite's default VFS records what is done to files that are opened from now on.
/// One at a time.
class Recorder {
public:
    Recorder();
    ~Recorder();
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;

    /// Notes that somebody was told `what`: from here on it must survive.
    void promise(std::string what);
    [[nodiscard]] const std::vector<Operation>& operations() const noexcept { return operations_; }

    void record(Operation operation);

private:
    std::mutex mutex_;
    std::vector<Operation> operations_;
};

}  // namespace durability
