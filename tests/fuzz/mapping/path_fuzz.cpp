// Any text as a place ("PID-3[2].4.2") or as a target path of a map: read or refused, never more.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "fhir_models/r4/schema.hpp"
#include "mapping/condition.hpp"
#include "mapping/plan.hpp"
#include "mapping/plan_target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    static_cast<void>(mapping::parse_operand(text));
    mapping::Map map;
    map.type = fhir::r4::find_resource("Encounter");
    map.slots.push_back({.type = map.type});
    map.keys.emplace_back();
    static_cast<void>(mapping::add_target(map, text));
    return 0;
}
