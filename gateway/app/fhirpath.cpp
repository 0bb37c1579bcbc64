#include <cstdio>

#include "fhir_models/r4/fhirpath/expression.hpp"
#include "fhir_models/r4/json_reader.hpp"
#include "gateway/app/clock.hpp"
#include "gateway/app/commands.hpp"
#include "gateway/app/files.hpp"

namespace gateway::app {

int fhirpath(const std::string& expression, const std::string& file)
{
    const auto text = read_file(file);
    if (!text) {
        return complain(text.error());
    }
    const auto resource = fhir::r4::read_json(*text);
    if (!resource) {
        return complain(resource.error());
    }
    const auto compiled = fhir::r4::fhirpath::Expression::compile(expression);
    if (!compiled) {
        return complain(compiled.error());
    }
    fhir::r4::fhirpath::Environment around;
    around.now = now();
    fhir::r4::fhirpath::Store store;
    const auto values = compiled->evaluate(resource->root(), around, store);
    if (!values) {
        return complain(values.error());
    }
    for (const auto& value : *values) {
        std::printf("%s\n", fhir::r4::fhirpath::to_json(value).c_str());
    }
    return kDone;
}

}  // namespace gateway::app
