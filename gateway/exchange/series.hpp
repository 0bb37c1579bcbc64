#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "fhir_models/r4/node.hpp"
#include "gateway/exchange/self.hpp"
#include "gateway/store/store.hpp"

namespace gateway::exchange {

/// What a row of a load is beside the load before.
enum class Change : std::uint8_t { added, changed, unchanged, refused, withdrawn };
[[nodiscard]] std::string_view to_text(Change change) noexcept;  ///< "new", "changed" …

/// How the mapping names a row: its declared key, and the CLUES whose series it belongs to.
struct RowName {
    std::string key;  ///< empty when nothing names it
    std::string clues;
};
[[nodiscard]] RowName name_of_row(const fhir::r4::Node& bundle);

/// The rows of one load against the latest load of their series (sender, receiver, guide, CLUES).
/// GIIS loads are cumulative: a row that is not there any more is withdrawn.
///
/// Owns:     keyed hashes of the rows before, some 200 bytes each.
/// Threads:  one at a time.
/// Errors:   store_failed.
class SeriesBook {
public:
    SeriesBook(std::string load, std::string parties, const Self& self, store::Store& store)
        : load_(std::move(load)), parties_(std::move(parties)), self_(self), store_(store)
    {
    }

    /// Compares an accepted row; gives its line for the store, held by this load as `record` when
    /// it is new or changed.
    struct Compared {
        Change change = Change::added;
        store::LoadRow row;
    };
    base::Result<Compared> compare(const std::string& guide, const RowName& name,
                                   std::string_view bytes, std::uint32_t record);

    /// A refused row is still reported by its institution: what was kept of it before stays.
    /// Nothing when it was not known.
    base::Result<std::vector<store::LoadRow>> keep_refused(const std::string& guide,
                                                           const RowName& name);

    /// The rows before that did not come again, in the order of series and key.
    [[nodiscard]] std::vector<store::LoadRow> missing() const;
    /// The same as rows of this load: nothing is withdrawn.
    [[nodiscard]] std::vector<store::LoadRow> carried() const;

    [[nodiscard]] std::vector<store::LatestLoad> latest() const;
    /// CLUES and the load it was compared with, for the report.
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> compared_with() const;

private:
    struct Before {
        std::string digest;
        std::string holder;
        std::uint32_t record = 0;
        bool seen = false;
    };
    struct Series {
        std::string clues;
        std::string previous;
        std::map<std::string, Before, std::less<>> rows;
        std::map<std::string, std::uint32_t, std::less<>> times;  ///< how often a key came
    };
    base::Result<Series*> series_of(const std::string& guide, const std::string& clues,
                                    std::string& id);
    std::string key_of(Series& series, const std::string& id, const std::string& name);

    std::string load_;
    std::string parties_;
    const Self& self_;
    store::Store& store_;
    std::map<std::string, Series> series_;
};

}  // namespace gateway::exchange
