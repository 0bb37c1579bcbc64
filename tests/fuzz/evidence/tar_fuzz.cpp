#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "gateway/evidence/bundle.hpp"
#include "gateway/evidence/tar.hpp"
#include "gateway/evidence/verify.hpp"

using namespace gateway::evidence;

/// What is read of a tar is written and read again the same; a bundle of leaves is written back to
/// the same bytes; and nothing
/// that is verified without trust is found true.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    if (const auto files = read_tar(bytes)) {
        const auto written = write_tar(*files).value();
        if (write_tar(read_tar(written).value()).value() != written) {
            std::abort();
        }
    }
    if (const auto leaves = read_bundle(bytes)) {
        std::string bundle;
        for (const auto leaf : *leaves) {
            (void)append_entry(bundle, leaf);
        }
        if (bundle != bytes) {
            std::abort();
        }
    }
    if (verify(bytes, {}).ok()) {
        std::abort();
    }
    return 0;
}
