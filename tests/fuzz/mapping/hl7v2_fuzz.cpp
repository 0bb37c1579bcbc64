#include <cstdlib>
#include <string_view>

#include "fhir_models/r4/json_writer.hpp"
#include "mapping/hl7v2/ack.hpp"
#include "mapping/translate.hpp"

/// Any bytes as HL7 v2: read, mapped, answered; no leaf is ever lost.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const auto translator = mapping::Translator::built_in().value();
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    mapping::Request request;
    request.format = mapping::Format::hl7v2;
    request.default_zone = "-06:00";
    base::Issues issues;
    (void)translator.translate(bytes, request, [&](mapping::Translation&& one) {
        const auto& leaves = one.leaves;
        if (leaves.parsed != leaves.mapped + leaves.ignored + leaves.reported) {
            std::abort();
        }
        (void)fhir::r4::to_json(one.bundle.root());
        (void)one.lineage();
        issues = std::move(one.issues);
    });
    (void)mapping::hl7v2::acknowledge(bytes, mapping::hl7v2::AckCode::ae, issues,
                                      {"2026", "1", "t"});
    return 0;
}
