#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "fhir_models/r4/json_reader.hpp"
#include "fhir_models/r4/operation_outcome.hpp"
#include "fhir_models/r4/path.hpp"
#include "fhir_models/r4/validate.hpp"

using namespace fhir::r4;

/// Whatever a tree is, it is judged; every finding has words in both languages, and the
/// OperationOutcome that tells them is valid itself.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto document = read_json({reinterpret_cast<const char*>(data), size});
    if (!document) {
        return 0;
    }
    const auto issues = validate(document->root());
    for (const auto& issue : issues) {
        if (issue.expected.es.empty() || issue.expected.en.empty()) {
            std::abort();
        }
    }
    const auto outcome = to_operation_outcome(issues);
    if (!validate(outcome.root()).empty()) {
        std::abort();
    }
    return 0;
}
