#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/exchange.hpp"
#include "gateway/store/store.hpp"

namespace gateway::exchange {

/// Linked versions: a record that is translated anew is a new exchange whose jti names the earlier
/// one. So each has one version after it at the most, found like any repeated request, and the same
/// order given twice makes it once.
inline constexpr std::string_view kAgain = "reprocess/";

/// "reprocess/ID/0", or of one row of a load "reprocess/ID/7".
[[nodiscard]] std::string again_jti(std::string_view exchange, std::uint32_t record);

/// The version after it; nothing when there is none. Errors: store_failed.
[[nodiscard]] base::Result<std::optional<core::Exchange>> version_after(
    const core::Exchange& exchange, std::uint32_t record, store::Store& store);

/// What was received first, whatever translated it since; the order of the states it speaks of.
struct Origin {
    base::Instant received;
    std::string exchange;
    std::uint32_t record = 0;  ///< a row of a load, or 0

    friend auto operator<=>(const Origin&, const Origin&) = default;
};
/// Errors: store_failed, not_found when a version before it is gone.
[[nodiscard]] base::Result<Origin> origin_of(const core::Exchange& exchange, std::uint32_t record,
                                             store::Store& store);

/// Tells which resources a later record has brought since: an older one must not put its state in
/// the place of theirs. Remembers what it was asked, so that it can be asked again.
///
/// Threads:  one at a time.
/// Errors:   store_failed.
class Overtaken {
public:
    Overtaken(Origin mine, store::Store& store) : mine_(std::move(mine)), store_(store) {}

    /// The newest version of the resource when it is of a later record; nothing when it is not.
    base::Result<std::optional<store::Resource>> by(const std::string& type, const std::string& id);

    /// Fails with overloaded when a newer version than the one told came since, or comes with
    /// `before`.
    [[nodiscard]] base::Result<void> still_so(const store::Rows* before) const;

private:
    struct Told {
        std::string type, id;
        std::string exchange;  ///< of the newest version; empty: there was none
        std::uint32_t record = 0;
        std::optional<store::Resource> overtakes = {};
    };
    Origin mine_;
    store::Store& store_;
    std::vector<Told> told_;
};

}  // namespace gateway::exchange
