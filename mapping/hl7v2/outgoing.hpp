#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "fhir_models/base/issue.hpp"
#include "fhir_models/base/result.hpp"
#include "fhir_models/r4/fhirpath/expression.hpp"
#include "mapping/package.hpp"

namespace mapping::hl7v2 {

/// What only the caller knows: mapping has no clock and gives no numbers.
struct OutStamp {
    std::string time;        ///< HL7 DTM for MSH-7
    std::string control_id;  ///< MSH-10
    std::string receiver;    ///< MSH-6, or empty
};

/// FHIR to HL7 v2, for receivers that speak nothing else: the tables `message,segment,each,…` of
/// all packages, compiled. The expressions are FHIRPath.
///
/// Threads:  any number at once.
class Outgoing {
public:
    /// Faults of the rows are added to `faults`, each as file:row:column. A later package's row for
    /// the same message, segment and field stands instead of an earlier one.
    [[nodiscard]] static Outgoing compile(const std::vector<OutRow>& rows,
                                          const std::vector<CodeRow>& codes, base::Issues& faults);

    /// A Bundle as one message of that name ("ADT", "ORU", "MDM"): 2.5.1, UTF-8, segments end with
    /// CR. Errors:  unknown_event when no table has the message; malformed_value, `where` = the
    /// row,
    ///          when an expression cannot be evaluated.
    [[nodiscard]] base::Result<std::string> write(const fhir::r4::Node& bundle,
                                                  std::string_view message,
                                                  const OutStamp& stamp) const;

private:
    using Expression = fhir::r4::fhirpath::Expression;
    struct Field {
        std::uint32_t field = 0;
        std::uint32_t component = 1;
        std::uint32_t subcomponent = 1;
        std::optional<Expression> repeat;  ///< one repetition for each of these
        std::optional<Expression> value;
        std::string vocab;
        std::string where;  ///< file:row
    };
    struct Segment {
        std::string path;                ///< "OBR.OBX": an OBX for each item below each OBR
        std::optional<Expression> each;  ///< one segment for each of these; nothing: one
        std::string where;
        std::vector<Field> fields;
        std::vector<Segment> below;
    };
    struct Writing;

    static bool read_field(const OutRow& row, Field& field);

    std::map<std::string, std::vector<Segment>, std::less<>> messages_;
    std::map<std::string, std::map<std::string, std::string>, std::less<>> codes_;
};

}  // namespace mapping::hl7v2
