#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

namespace support {

/// A time-stamp authority of `openssl ts` with keys of its own (tsa.py), a process until the end of
/// its scope. Throws on a test's own fault.
class Tsa {
public:
    explicit Tsa(const std::filesystem::path& folder);
    ~Tsa();
    Tsa(const Tsa&) = delete;
    Tsa& operator=(const Tsa&) = delete;

    [[nodiscard]] std::string url() const;
    [[nodiscard]] std::string root_file() const { return (folder_ / "root.pem").string(); }
    [[nodiscard]] std::string root_pem() const;

    /// What it answers to a query (DER), without HTTP.
    [[nodiscard]] std::string answer(const std::string& query) const;

    /// From now on it answers 503, or again.
    void go_away() const;
    void come_back() const;

private:
    std::filesystem::path folder_;
    pid_t process_ = -1;
};

}  // namespace support
