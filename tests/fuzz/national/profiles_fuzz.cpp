#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "fhir_models/national/profiles.hpp"
#include "fhir_models/r4/json_reader.hpp"

/// Any JSON against every national profile: it is judged, and each finding says where it stands.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto document = fhir::r4::read_json(text);
    if (!document) {
        return 0;
    }
    const auto& known = fhir::national::profiles();
    for (const auto& profile : known.all()) {
        for (const auto& issue : fhir::r4::check_profiles(document->root(), known, &profile)) {
            if (issue.path.empty() && issue.code != base::Errc::limit_exceeded) {
                std::abort();
            }
        }
    }
    return 0;
}
