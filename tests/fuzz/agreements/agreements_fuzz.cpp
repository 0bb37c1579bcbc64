#include <cstddef>
#include <cstdint>

#include "gateway/agreements/agreement.hpp"

/// Whatever the bytes are: an agreement with its parties and grants, or faults that name a place.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    const auto agreement = gateway::agreements::read_document(bytes);
    if (agreement ? agreement->parties.size() < 2 || agreement->grants.empty()
                  : agreement.error().empty()) {
        __builtin_trap();
    }
    return 0;
}
