// Any bytes as the value of a field, in any character set: decoded or refused, and what we write
// with escapes is read as the same text.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "fhir_models/base/text.hpp"
#include "mapping/hl7v2/escape.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0) {
        return 0;
    }
    constexpr auto kSets = static_cast<unsigned>(mapping::Charset::utf32) + 1U;
    const auto charset = static_cast<mapping::Charset>(data[0] % kSets);
    const std::string_view raw(reinterpret_cast<const char*>(data) + 1, size - 1);
    const mapping::Delimiters delimiters;
    static_cast<void>(mapping::hl7v2::decode(raw, delimiters, charset));
    if (base::find_invalid_utf8(raw) == std::string_view::npos &&
        raw.find_first_of("\r\n") == std::string_view::npos) {
        const auto again = mapping::hl7v2::decode(mapping::hl7v2::escape(raw, delimiters),
                                                  delimiters, mapping::Charset::utf8);
        if (again != raw) {
            std::abort();
        }
    }
    return 0;
}
