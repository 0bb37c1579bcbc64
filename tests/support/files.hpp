#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace support {

/// The root of the checkout the tests were built from.
[[nodiscard]] std::filesystem::path project_root();

/// The whole file as bytes. Throws std::runtime_error when it cannot be read: a test's own fault.
[[nodiscard]] std::string read_file(const std::filesystem::path& path);

/// A path in the collection of other people's samples beside the checkout ($PUENTE_SHARED or
/// ../shared); nothing, and one clear line on the terminal, when it is not there.
[[nodiscard]] std::optional<std::filesystem::path> shared(std::string_view relative);

/// A fresh folder, removed with everything in it when this goes.
class TempDir {
public:
    TempDir();
    ~TempDir();
    TempDir(const TempDir&) = delete;
    TempDir& operator=(const TempDir&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
    [[nodiscard]] std::filesystem::path operator/(std::string_view name) const
    {
        return path_ / name;
    }

private:
    std::filesystem::path path_;
};

}  // namespace support
