#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "gateway/evidence/add_checkpoint.hpp"
#include "gateway/evidence/cosignature.hpp"

using namespace gateway::evidence;

/// What is asked of a witness, and a cosigned note: neither is trusted to be well formed. A request
/// that is read is written back to the same bytes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    constexpr std::string_view kKey =
        "witness.example.com/vector+416f103d+BK/QmJFVP3SKJOqAMhFxBQPtylo3sjwWibyFDAlZKK8B";
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto request = AddCheckpoint::from(bytes);
    if (request && request->to_text() != bytes) {
        std::abort();
    }
    (void)cosigned_at(bytes, kKey);
    const auto end = bytes.find('\0');
    if (end != std::string_view::npos) {
        (void)cosigned_at(bytes.substr(end + 1), bytes.substr(0, end));
        (void)witness_name(bytes.substr(0, end));
    }
    return 0;
}
