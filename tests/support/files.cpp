#include "tests/support/files.hpp"

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>

namespace support {

namespace fs = std::filesystem;

fs::path project_root()
{
    return PUENTE_ROOT;
}

std::string read_file(const fs::path& path)
{
    const std::ifstream file(path, std::ios::binary);
    if (!file) {
        throw std::runtime_error("cannot read " + path.string());
    }
    std::ostringstream bytes;
    bytes << file.rdbuf();
    return std::move(bytes).str();
}

std::optional<fs::path> shared(std::string_view relative)
{
    const char* const given = std::getenv("PUENTE_SHARED");
    const fs::path root =
        given != nullptr ? fs::path(given) : project_root().parent_path() / "shared";
    if (auto path = root / relative; fs::exists(path)) {
        return path;
    }
    std::cout << "skipped: " << relative
              << " is not beside the checkout (PUENTE_SHARED names the folder)\n";
    return std::nullopt;
}

TempDir::TempDir()
{
    auto name = (fs::temp_directory_path() / "puente-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) {
        throw std::runtime_error("cannot make a temporary folder");
    }
    path_ = name;
}

TempDir::~TempDir()
{
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

}  // namespace support
