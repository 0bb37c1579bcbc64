#include <cstdint>
#include <string_view>

#include "fhir_models/r4/fhirpath/expression.hpp"
#include "fhir_models/r4/json_reader.hpp"

using namespace fhir::r4;

/// Whatever the expression is, it compiles or is refused; what compiles answers or fails, in
/// bounded work.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const auto kPatient = *read_json(
        R"({"resourceType":"Patient","id":"p","active":true,"name":[{"family":"Ñandú","given":["A",null],"_given":[null,{"extension":[{"url":"http://x","valueCode":"y"}]}]}],)"
        R"("birthDate":"1980-02-03","_birthDate":{"id":"b"},"multipleBirthInteger":2,"contact":[{"period":{"start":"2020-01-01T00:00:00Z"}}],)"
        R"("extension":[{"url":"http://x","valueQuantity":{"value":1.10,"code":"mg","system":"http://unitsofmeasure.org"}}]})");
    const auto expression =
        fhirpath::Expression::compile({reinterpret_cast<const char*>(data), size});
    if (!expression) {
        return 0;
    }
    fhirpath::Store store;
    fhirpath::Environment around;
    around.steps = 20'000;
    if (const auto found = expression->evaluate(kPatient.root(), around, store)) {
        for (const auto& value : *found) {
            (void)fhirpath::to_json(value);
        }
    }
    return 0;
}
