#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "gateway/evidence/checkpoint.hpp"
#include "gateway/evidence/proof_file.hpp"
#include "gateway/evidence/tile_path.hpp"

using namespace gateway::evidence;

/// Up to the first NUL a verifier key, then a note: neither is trusted to be well formed. What is
/// read as a proof or a tile's path is written back to the same bytes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    constexpr std::string_view kKey =
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto end = bytes.find('\0');
    (void)open_checkpoint(bytes, kKey);
    if (end != std::string_view::npos) {
        (void)open_checkpoint(bytes.substr(end + 1), bytes.substr(0, end));
    }
    const auto proof = ProofFile::from(bytes);
    if (proof && proof->to_text() != bytes) {
        std::abort();
    }
    const auto path = tile_path_from(bytes);
    if (path && to_text(*path) != bytes) {
        std::abort();
    }
    return 0;
}
