#include <string>
#include <string_view>

#include "mapping/plan.hpp"

/// Any text as the tables of a package: compiled, or refused with faults. The text before the first
/// NUL is package.toml, the rest one CSV table.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto cut = text.find('\0');
    const std::vector<mapping::PackageFile> files{
        {"p/package.toml", text.substr(0, cut)},
        {"p/rules.csv", cut == std::string::npos ? std::string() : text.substr(cut + 1)}};
    base::Issues faults;
    (void)mapping::compile(mapping::read_packages(files, faults), faults);
    return 0;
}
