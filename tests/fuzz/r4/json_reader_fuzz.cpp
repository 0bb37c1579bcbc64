#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "fhir_models/r4/json_reader.hpp"
#include "fhir_models/r4/json_writer.hpp"

using namespace fhir::r4;

/// Whatever the bytes are, reading answers; what was read is written to a text that reads the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto document = read_json(text);
    if (!document) {
        return 0;
    }
    const auto written = to_json(document->root());
    const auto again = read_json(written);
    if (!again || to_json(again->root()) != written) {
        std::abort();
    }
    const auto pretty = read_json(to_pretty_json(document->root()));
    if (!pretty || to_json(pretty->root()) != written) {
        std::abort();
    }
    return 0;
}
