#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/exchange/assess.hpp"
#include "gateway/exchange/difference.hpp"
#include "gateway/exchange/directory.hpp"
#include "gateway/exchange/intake.hpp"
#include "gateway/exchange/self.hpp"
#include "gateway/exchange/versions.hpp"

namespace gateway::exchange {

/// An accepted exchange, or one row of a load, to be translated anew.
struct Again {
    core::Exchange exchange;
    std::uint32_t record = 0;  ///< of a load: which row
    bool send = false;         ///< false: only say what would differ
    core::AuditEvent asked;    ///< who asks, and why
};

/// What came of it.
enum class Retold : std::uint8_t {
    same,       ///< nothing differs: nothing is written
    changed,    ///< a new version, or with `send` false what would be one
    replaced,   ///< it has a version after it already
    overtaken,  ///< what differs, a later record has brought anew since
    gone,       ///< its payload was erased or never kept
    waiting,    ///< it is not delivered yet, and nothing would keep the two in order: ask later
    refused     ///< the mapping or the agreement of now says no: what was emitted stays
};
[[nodiscard]] std::string_view to_text(Retold retold) noexcept;

struct Retelling {
    Retold what = Retold::same;
    std::string exchange;  ///< the version after it, once there is one
    std::vector<Difference> differences;
    std::size_t left_out = 0;  ///< differences beyond those that are listed
    base::Error reason;        ///< why refused
};

/// What is kept of it, ready to go down the line again; or how it ended before.
struct Kept {
    Retelling ended;
    Intake intake;
    std::string emitted;  ///< FHIR, as it was delivered
    Origin origin;
    bool may_go = false;  ///< down the line
};
/// Blocking. Errors: store_failed, evidence_altered.
[[nodiscard]] base::Result<Kept> bring_back(const Again& again, const Directory& directory,
                                            const Self& self, store::Store& store,
                                            base::Instant now);

/// The new translation beside what was emitted.
///
/// A resource that a later record has brought since stands in the new Bundle as that record left
/// it, and is not served by it; one that the mapping makes no more is told as entered-in-error.
/// Owns:     the emitted Bundles.
/// Threads:  one at a time.
/// Errors:   store_failed, evidence_altered.
class Comparison {
public:
    Comparison(const Kept& kept, const Self& self, store::Store& store)
        : kept_(kept), self_(self), store_(store), overtaken_(kept.origin, store)
    {
    }

    /// Pairs the records, and adds to `assessment` the types of what is withdrawn: the agreement
    /// decides about them too. An Error in the pair when what was emitted is refused now.
    base::Result<std::optional<base::Error>> pair(Assessment& assessment);

    /// Where `fhir`, the new translation as the agreement lets it through, differs.
    base::Result<void> differ(std::string_view fhir, const Assessment& assessment);
    [[nodiscard]] const std::vector<Difference>& differences() const { return differences_; }
    /// Something differs that a later record has brought since.
    [[nodiscard]] bool is_overtaken() const noexcept { return overtaken_differs_; }

    /// Makes `assessment` what is delivered and served.
    base::Result<void> merge(Assessment& assessment);

    /// Fails with overloaded when a newer version came since, or comes with `before`.
    [[nodiscard]] base::Result<void> still_so(const store::Rows* before) const
    {
        return overtaken_.still_so(before);
    }

private:
    struct Emitted {
        fhir::r4::Document bundle;
        std::vector<Entry> entries;
    };
    base::Result<std::optional<store::Resource>> overtakes(const Entry& entry);
    base::Result<void> differ_record(const fhir::r4::Node& made, const Emitted* emitted,
                                     const std::string& prefix);
    /// To the differences, unless a later record has brought the resource since.
    base::Result<void> tell(const Entry& entry, std::vector<Difference> found);
    base::Result<std::vector<const Entry*>> no_more(const fhir::r4::Node& made,
                                                    const Emitted& emitted);
    base::Result<void> merge_record(fhir::r4::Document& made, const Emitted* emitted,
                                    RecordOutcome& outcome);
    [[nodiscard]] const Emitted* emitted_as(const fhir::r4::Node& made, std::size_t line) const;

    const Kept& kept_;
    const Self& self_;
    store::Store& store_;
    Overtaken overtaken_;
    std::vector<Emitted> emitted_;
    bool by_place_ = false;  ///< as many records are made as were emitted
    std::vector<Difference> differences_;
    bool overtaken_differs_ = false;
};

/// Puts the rules of the mapping of now to the differences of `retelling`, and lists as many as a
/// person reads.
void explain(const mapping::Translator& translator, const Intake& intake, Retelling& retelling);

/// One JSON object a line: path, change, rule. No values.
[[nodiscard]] std::string differences_ndjson(const std::vector<Difference>& differences);

}  // namespace gateway::exchange
