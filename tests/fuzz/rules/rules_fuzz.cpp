#include <cstdint>
#include <cstdlib>
#include <string>

#include "mapping/translate.hpp"

/// The bytes begin a row of GIIS-B015, empty columns complete it: whatever
/// they are, checks and maps answer, and the ledger of leaves sums up.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const auto translator = mapping::Translator::built_in();
    if (!translator) {
        std::abort();
    }
    std::string row(reinterpret_cast<const char*>(data), size);
    std::size_t columns = 1;
    for (const char c : row) {
        columns += c == '|' ? 1U : 0U;
    }
    for (; columns < 106; ++columns) {
        row += '|';
    }
    mapping::Request request;
    request.format = mapping::Format::giis;
    request.profile = "GIIS-B015";
    (void)translator->translate(row, request, [](mapping::Translation&& record) {
        const auto& leaves = record.leaves;
        if (leaves.parsed != leaves.mapped + leaves.ignored + leaves.reported) {
            std::abort();
        }
    });
    return 0;
}
