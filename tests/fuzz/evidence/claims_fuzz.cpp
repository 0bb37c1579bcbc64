#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "fhir_models/r4/json_reader.hpp"
#include "gateway/evidence/claims.hpp"
#include "gateway/evidence/manifest.hpp"

using namespace gateway::evidence;

namespace {

/// A claim set that is read is written as JSON that reads to the same again.
template <class Claims>
void check(const fhir::r4::Node& json)
{
    const auto claims = Claims::from(json);
    if (!claims) {
        return;
    }
    const auto written = claims->to_json();
    const auto again = fhir::r4::read_json(written);
    if (!again || Claims::from(again->root()).value().to_json() != written) {
        std::abort();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto json = fhir::r4::read_json({reinterpret_cast<const char*>(data), size});
    if (json) {
        check<RequestClaims>(json->root());
        check<ReceiptClaims>(json->root());
        check<DeliveryClaims>(json->root());
        check<CompletionClaims>(json->root());
        check<AgreementSignatureClaims>(json->root());
        check<LeafFields>(json->root());
        check<ManifestClaims>(json->root());
    }
    return 0;
}
