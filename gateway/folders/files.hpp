#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fhir_models/base/result.hpp"
#include "fhir_models/base/time.hpp"

namespace gateway::folders {

/// Where a file goes when it is answered: the folder in the watched one.
inline constexpr std::string_view kDone = "done";
inline constexpr std::string_view kRefused = "refused";

/// Names that say "not yet": a dot before, or .part, .filepart, .tmp after. A rename ends it.
[[nodiscard]] bool is_final_name(std::string_view name) noexcept;

/// The files of the folder that may be taken, in order of name: plain files with a final name, last
/// written at least two seconds ago. A file moved in is taken at once; one that is still being
/// written under its final name is not.
/// Errors: store_failed, `where` = the folder.
[[nodiscard]] base::Result<std::vector<std::string>> ready_files(const std::string& folder,
                                                                 base::Instant now);

/// Its bytes. Errors: body_too_large beyond `limit`; store_failed when it cannot be read, or has
/// gone; neither names the file: people name files after patients.
[[nodiscard]] base::Result<std::string> read_whole(const std::string& folder,
                                                   const std::string& name, std::uint64_t limit);

/// What is written beside the file: NAME.receipt.jws and NAME.outcome.json; none when empty.
struct Results {
    std::string receipt;
    std::string outcome;
};

/// Writes the results into `folder`/`where`, durable, and then moves the file there: what was cut
/// off between the two is done again and writes the same. A name that is taken gets "~2".
/// Errors: store_failed, `where` = the folder.
[[nodiscard]] base::Result<void> settle(const std::string& folder, const std::string& name,
                                        std::string_view where, const Results& results);

/// Whether the file's earlier refusal was told with this receipt: it was put in again.
[[nodiscard]] bool was_told(const std::string& folder, const std::string& name,
                            std::string_view receipt);

/// Makes `folder` with done and refused in it. Errors: store_failed.
[[nodiscard]] base::Result<void> make_folders(const std::string& folder);

}  // namespace gateway::folders
