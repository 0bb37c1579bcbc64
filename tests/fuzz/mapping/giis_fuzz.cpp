#include <cstdlib>
#include <string_view>

#include "mapping/translate.hpp"

/// Any bytes as a GIIS file: rows are read, mapped or refused one by one; no leaf is ever lost.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const auto translator = mapping::Translator::built_in().value();
    mapping::Request request;
    request.format = mapping::Format::giis;
    request.profile = "GIIS-B015";
    (void)translator.translate(
        {reinterpret_cast<const char*>(data), size}, request, [](mapping::Translation&& one) {
            const auto& leaves = one.leaves;
            if (leaves.parsed != leaves.mapped + leaves.ignored + leaves.reported) {
                std::abort();
            }
            (void)one.lineage();
        });
    return 0;
}
