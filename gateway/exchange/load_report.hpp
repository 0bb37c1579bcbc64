#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fhir_models/base/result.hpp"
#include "gateway/evidence/merkle.hpp"

namespace gateway::exchange {

/// How one record of a load ended, as a line of records.ndjson. Holds no personal data.
struct RecordLine {
    std::uint32_t record = 0;
    std::string place;         ///< "row 7"; of a withdrawn one: exchange and record that hold it
    std::string_view outcome;  ///< "new", "changed", "unchanged", "refused", "withdrawn"
    std::string code;          ///< why refused
    std::string where;
    std::string in;   ///< digest of the row's bytes
    std::string out;  ///< digest of the Bundle delivered; empty when nothing is
    std::string sub;  ///< HMAC of the CURP under the agreement's key
};

/// Appends the line, and its leaf (the line without its end) to the tree of the manifest.
void add_line(const RecordLine& line, std::string& lines, evidence::Frontier& tree);

/// The proof that the `record`-th line stands in the tree of `lines`, as JSON: line, index, size,
/// hashes, root. Errors: not_found when there is no such line.
[[nodiscard]] base::Result<std::string> record_proof(std::string_view lines, std::size_t record);

/// Why a load of `records` with `generic` generic CURPs is too many for its guide. A handful of
/// rows says nothing of a share: below 100 records no ration is judged.
/// Source: mexico DOMAIN §2, load tolerance of GIIS-B015 (15 %) and GIIS-B013 (40 %).
[[nodiscard]] std::optional<base::Error> over_ration(std::string_view guide, std::size_t generic,
                                                     std::size_t records);

inline constexpr std::string_view kLoadReport = "load.json";

/// The reconciliation report of a load.
struct LoadReport {
    std::string load;
    std::string guide;
    std::array<std::size_t, 5> counts{};  ///< by Change
    std::size_t generic = 0;
    std::size_t nameless = 0;  ///< refused rows that nothing names: while there are, nothing is
                               ///< withdrawn
    std::vector<std::pair<std::string, std::string>> compared_with;  ///< CLUES, load before

    [[nodiscard]] std::string to_json() const;
};

}  // namespace gateway::exchange
