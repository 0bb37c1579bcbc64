#include "fhir_models/r4/validate.hpp"

#include "fhir_models/r4/structure_walk.hpp"

namespace fhir::r4 {

base::Issues validate(const Node& resource, Checks checks)
{
    Findings findings;
    const auto name = resource.text_of("resourceType");
    const auto* const type = find_resource(name);
    auto scope = scope_of(resource, nullptr);
    StructureWalk(findings, landmarks(), checks)
        .resource(resource, {.name = type != nullptr ? type->name : "Resource"}, scope);
    return std::move(findings).take();
}

}  // namespace fhir::r4
