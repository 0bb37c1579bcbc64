#include "mapping/record.hpp"

#include "fhir_models/base/bytes.hpp"
#include "mapping/engine.hpp"
#include "mapping/trace.hpp"

namespace mapping {
namespace {

namespace r4 = fhir::r4;

constexpr std::size_t kMostReports = 1000;  ///< issues for leaves without a rule, per record

/// Counts the ledger; every leaf nobody used becomes reported, with an issue that names it.
LeafLedger close_ledger(SourceTree& source, const std::vector<bool>& told, base::Issues& issues)
{
    LeafLedger ledger;
    ledger.parsed = static_cast<std::uint32_t>(source.leaves.size());
    std::size_t reports = 0;
    for (std::size_t i = 0; i < source.leaves.size(); ++i) {
        if (source.states[i] == LeafState::unseen) {
            source.states[i] = LeafState::reported;
            const auto& leaf = source.leaves[i];
            if ((told.empty() || !told[i]) && ++reports <= kMostReports) {
                issues.push_back({base::Severity::information,
                                  base::Errc::not_mapped,
                                  place_of(source, leaf),
                                  {},
                                  {},
                                  leaf.null
                                      ? base::Text{"un valor: el nulo explícito no se traduce",
                                                   "a value: an explicit null is not mapped"}
                                      : base::Text{"una regla", "a rule"},
                                  base::kind_of(source.raw(leaf))});
            }
        }
        switch (source.states[i]) {
            case LeafState::mapped:
                ++ledger.mapped;
                break;
            case LeafState::ignored:
                ++ledger.ignored;
                break;
            default:
                ++ledger.reported;
        }
    }
    if (reports > kMostReports) {
        const auto more = std::to_string(reports - kMostReports);
        issues.push_back({base::Severity::information,
                          base::Errc::not_mapped,
                          {},
                          {},
                          {},
                          {"una regla; y " + more + " datos más sin ella",
                           "a rule; and " + more + " more data without one"},
                          base::Text{}});
    }
    return ledger;
}

}  // namespace

void map_record(const std::shared_ptr<const Plan>& plan, const Profile& profile, SourceTree source,
                std::string_view record, std::string_view zone, Translation& translation)
{
    const auto& package = plan->packages[profile.package];
    Work work{.plan = *plan, .profile = profile, .source = source, .zone = zone};
    work.told.assign(source.leaves.size(), false);
    work.issues = std::move(source.issues);
    work.marks.reserve(source.leaves.size() * 2);
    work.made.reserve(source.leaves.size() / 8 + 16);
    auto& document = work.document;
    auto& root = document.root();
    document.add(root, "resourceType", r4::Kind::string, "Bundle");
    Made bundle;
    bundle.resource = &root;
    bundle.id = &document.add(root, "id", r4::Kind::string);
    bundle.type = r4::find_resource("Bundle");
    work.made.push_back(std::move(bundle));
    work.by_node.emplace(&root, 0);
    document.add(root, "type", r4::Kind::string, document.keep(package.bundle));
    r4::Node entries{.name = "entry", .kind = r4::Kind::array};
    work.entries = &entries;
    run(work);
    finish(work, base::to_hex(base::view(base::sha256(record))));
    if (entries.first != nullptr) {  // last of the Bundle's properties
        auto& array = document.add(root, "entry", r4::Kind::array);
        array.first = entries.first;
        array.last = entries.last;
    }
    translation.package = package.label();
    translation.leaves = close_ledger(source, work.told, work.issues);
    translation.issues = std::move(work.issues);
    translation.bundle = std::move(work.document);
    auto trace = std::make_shared<Trace>();
    trace->plan = plan;
    trace->marks = std::move(work.marks);
    trace->same = std::move(work.same);
    trace->source = std::move(source);
    trace->source.bytes = {};
    trace->source.issues.clear();
    translation.trace = std::move(trace);
}

void refuse(SourceTree source, base::Issue why, Translation& translation)
{
    translation.issues = std::move(source.issues);
    translation.issues.push_back(std::move(why));
    const std::vector<bool> told(source.leaves.size(), true);
    source.states.assign(source.leaves.size(), LeafState::unseen);
    translation.leaves = close_ledger(source, told, translation.issues);
    translation.bundle = r4::Document{};
}

}  // namespace mapping
