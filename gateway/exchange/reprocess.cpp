#include "gateway/exchange/reprocess.hpp"

#include <algorithm>

#include "fhir_models/r4/json_reader.hpp"
#include "fhir_models/r4/json_writer.hpp"
#include "gateway/exchange/custody.hpp"
#include "gateway/exchange/served.hpp"
#include "gateway/exchange/withdraw.hpp"

namespace gateway::exchange {
namespace {

using fhir::r4::Document;
using fhir::r4::Kind;
using fhir::r4::Node;

/// What a person reads of one record.
constexpr std::size_t kMostDifferences = 100;

std::vector<std::string_view> lines_of(std::string_view text)
{
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        lines.push_back(line);
        text.remove_prefix(std::min(line.size() + 1, text.size()));
    }
    return lines;
}

/// "" for a lone record, "message 2 " among others.
std::string prefix_of(const RecordOutcome& record, bool among_others)
{
    return among_others ? record.place + " " : std::string();
}

/// It says itself already that it was entered in error.
bool is_withdrawn(const Entry& entry)
{
    if (!can_withdraw(entry.type)) {
        return false;
    }
    Document copy;
    auto& marked = copy.add_copy(copy.root(), {}, *entry.resource);
    withdraw(copy, marked);
    std::vector<Difference> found;
    compare(*entry.resource, marked, {}, found);
    return found.empty();
}

/// The Bundle's own members, but its entries.
void compare_heads(const Node& emitted, const Node& made, const std::string& path,
                   std::vector<Difference>& found)
{
    for (const auto& member : made) {
        const auto step = path + "." + std::string(member.name);
        const auto* const was = emitted.find(member.name);
        if (member.name != "entry" && was != nullptr) {
            compare(*was, member, step, found);
        } else if (member.name != "entry") {
            found.push_back({step, "added", {}});
        }
    }
    for (const auto& member : emitted) {
        if (member.name != "entry" && made.find(member.name) == nullptr) {
            found.push_back({path + "." + std::string(member.name), "removed", {}});
        }
    }
}

}  // namespace

base::Result<std::optional<store::Resource>> Comparison::overtakes(const Entry& entry)
{
    if (entry.id.empty() || !is_served(entry.type)) {
        return std::optional<store::Resource>();
    }
    return overtaken_.by(entry.type, served_id(kept_.intake.sender, entry.type, entry.id));
}

base::Result<std::optional<base::Error>> Comparison::pair(Assessment& assessment)
{
    for (const auto line : lines_of(kept_.emitted)) {
        auto bundle = fhir::r4::read_json(line);
        if (!bundle) {
            return base::Failure(bundle.error());
        }
        auto& one = emitted_.emplace_back(Emitted{*std::move(bundle), {}});
        one.entries = entries_of(one.bundle.root());
    }
    const auto made = lines_of(assessment.fhir);
    by_place_ = made.size() == emitted_.size();
    std::size_t paired = 0;
    for (std::size_t i = 0; i < made.size(); ++i) {
        const auto bundle = fhir::r4::read_json(made[i]);
        if (!bundle) {
            return base::Failure(bundle.error());
        }
        const auto* const emitted = emitted_as(bundle->root(), i);
        if (emitted == nullptr) {
            continue;
        }
        ++paired;
        const auto gone = no_more(bundle->root(), *emitted);
        if (!gone) {
            return base::Failure(gone.error());
        }
        for (const auto* entry : *gone) {
            assessment.resource_types.insert(entry->type);
        }
    }
    if (paired < emitted_.size()) {
        return std::optional(
            base::has_errors(assessment.issues)
                ? base::first_error(assessment.issues)
                : base::Error{base::Errc::empty_source,
                              "Bundle",
                              {"cada registro que se emitió", "every record that was emitted"},
                              {}});
    }
    return std::optional<base::Error>();
}

/// The Bundle that was emitted for the same record: of the same id, or in the same place.
const Comparison::Emitted* Comparison::emitted_as(const Node& made, std::size_t line) const
{
    const auto id = made.text_of("id");
    const auto found = std::ranges::find_if(emitted_, [&](const Emitted& one) {
        return !id.empty() && one.bundle.root().text_of("id") == id;
    });
    if (found != emitted_.end()) {
        return &*found;
    }
    return by_place_ ? &emitted_[line] : nullptr;
}

/// What the mapping makes no more, and can be told as entered-in-error.
base::Result<std::vector<const Entry*>> Comparison::no_more(const Node& made,
                                                            const Emitted& emitted)
{
    const auto now = entries_of(made);
    std::vector<const Entry*> gone;
    for (const auto& entry : emitted.entries) {
        if (same_resource(entry, now) != nullptr || !can_withdraw(entry.type)) {
            continue;
        }
        const auto newer = overtakes(entry);
        if (!newer) {
            return base::Failure(newer.error());
        }
        if (!*newer) {
            gone.push_back(&entry);
        }
    }
    return gone;
}

base::Result<void> Comparison::differ(std::string_view fhir, const Assessment& assessment)
{
    const auto made = lines_of(fhir);
    std::vector<const RecordOutcome*> accepted;
    for (const auto& record : assessment.records) {
        if (record.accepted) {
            accepted.push_back(&record);
        }
    }
    for (std::size_t i = 0; i < made.size(); ++i) {
        const auto bundle = fhir::r4::read_json(made[i]);
        if (!bundle) {
            return base::Failure(bundle.error());
        }
        const auto prefix = prefix_of(*accepted[i], assessment.records.size() > 1);
        if (auto done = differ_record(bundle->root(), emitted_as(bundle->root(), i), prefix);
            !done) {
            return done;
        }
    }
    return {};
}

base::Result<void> Comparison::differ_record(const Node& made, const Emitted* emitted,
                                             const std::string& prefix)
{
    if (emitted == nullptr) {
        differences_.push_back({prefix + "Bundle", "added", {}});
        return {};
    }
    compare_heads(emitted->bundle.root(), made, prefix + "Bundle", differences_);
    const auto now = entries_of(made);
    for (const auto& entry : now) {
        std::vector<Difference> found;
        if (const auto* was = same_resource(entry, emitted->entries)) {
            compare(*was->resource, *entry.resource, prefix + entry.path, found);
        } else {
            found.push_back({prefix + entry.path, "added", {}});
        }
        if (auto told = tell(entry, std::move(found)); !told) {
            return told;
        }
    }
    for (const auto& entry : emitted->entries) {
        if (same_resource(entry, now) != nullptr) {
            continue;
        }
        if (is_withdrawn(entry)) {
            continue;  // it was told before
        }
        if (auto told = tell(entry, {{prefix + entry.path, "removed", {}}}); !told) {
            return told;
        }
    }
    return {};
}

base::Result<void> Comparison::tell(const Entry& entry, std::vector<Difference> found)
{
    if (found.empty()) {
        return {};
    }
    const auto newer = overtakes(entry);
    if (!newer) {
        return base::Failure(newer.error());
    }
    if (*newer) {
        overtaken_differs_ = true;
    } else {
        std::ranges::move(found, std::back_inserter(differences_));
    }
    return {};
}

base::Result<void> Comparison::merge(Assessment& assessment)
{
    const auto made = lines_of(assessment.fhir);
    std::string fhir;
    std::size_t line = 0;
    for (auto& record : assessment.records) {
        if (!record.accepted) {
            continue;
        }
        auto bundle = fhir::r4::read_json(made[line]);
        if (!bundle) {
            return base::Failure(bundle.error());
        }
        if (auto done = merge_record(*bundle, emitted_as(bundle->root(), line), record); !done) {
            return done;
        }
        fhir::r4::write_json(bundle->root(), fhir);
        if (assessment.records.size() > 1) {
            fhir.push_back('\n');
        }
        ++line;
    }
    assessment.fhir = std::move(fhir);
    return {};
}

base::Result<void> Comparison::merge_record(Document& made, const Emitted* emitted,
                                            RecordOutcome& outcome)
{
    auto* entries = made.root().find("entry");
    const auto gone = emitted == nullptr || entries == nullptr
                          ? base::Result<std::vector<const Entry*>>(std::vector<const Entry*>{})
                          : no_more(made.root(), *emitted);
    if (!gone) {
        return base::Failure(gone.error());
    }
    auto* node = entries == nullptr ? nullptr : entries->first;
    std::uint32_t count = 0;
    for (; node != nullptr; node = node->next, ++count) {
        auto* resource = node->find("resource");
        if (resource == nullptr) {
            continue;
        }
        const Entry entry{node,
                          resource,
                          std::string(resource->text_of("resourceType")),
                          std::string(entry_id(*node)),
                          {},
                          count};
        const auto newer = overtakes(entry);
        if (!newer) {
            return base::Failure(newer.error());
        }
        if (!*newer) {
            continue;
        }
        std::erase_if(outcome.resources, [&](const auto& one) { return one.entry == count; });
        if ((*newer)->sender != kept_.intake.sender ||
            (*newer)->receiver != kept_.intake.receiver) {
            continue;  // the receiver was not sent it
        }
        const auto text = bundle_of(**newer, self_, store_);
        const auto later =
            text ? fhir::r4::read_json(*text) : base::Result<Document>(base::Failure(text.error()));
        if (!later) {
            if (later.error().code == base::Errc::not_found) {
                continue;  // erased since
            }
            return base::Failure(later.error());
        }
        const auto* const list = later->root().find("entry");
        const auto* const there = list == nullptr ? nullptr : list->at((*newer)->entry);
        const auto* const state = there == nullptr ? nullptr : there->find("resource");
        if (state != nullptr) {
            Document::remove(*node, *resource);
            made.add_copy(*node, "resource", *state);
        }
    }
    for (const auto* entry : *gone) {
        auto& added = made.add_copy(*entries, {}, *entry->entry);
        withdraw(made, *added.find("resource"));
        if (!entry->id.empty() && is_served(entry->type)) {
            outcome.resources.push_back({entry->type, entry->id, count});
        }
        ++count;
    }
    return {};
}

void explain(const mapping::Translator& translator, const Intake& intake, Retelling& retelling)
{
    auto& all = retelling.differences;
    if (all.size() > kMostDifferences) {
        retelling.left_out = all.size() - kMostDifferences;
        all.resize(kMostDifferences);
    }
    std::vector<mapping::LineageEntry> lineage;
    std::size_t records = 0;
    std::vector<std::pair<std::string, std::size_t>> begins;  // place, where its lineage begins
    const auto take = [&](mapping::Translation&& translation) {
        ++records;
        begins.emplace_back(translation.place, lineage.size());
        std::ranges::move(translation.lineage(), std::back_inserter(lineage));
    };
    if (!translator.translate(intake.bytes, request_of(intake), take)) {
        return;
    }
    for (std::size_t i = 0; records > 1 && i < begins.size(); ++i) {
        const auto end = i + 1 < begins.size() ? begins[i + 1].second : lineage.size();
        for (auto at = begins[i].second; at < end; ++at) {
            lineage[at].target = begins[i].first + " " + lineage[at].target;
        }
    }
    tell_rules(lineage, all);
}

std::string differences_ndjson(const std::vector<Difference>& differences)
{
    std::string out;
    for (const auto& one : differences) {
        out.append("{\"path\":");
        fhir::r4::write_json_string(one.path, out);
        out.append(",\"change\":\"").append(one.change).append("\"");
        if (!one.rule.empty()) {
            out.append(",\"rule\":");
            fhir::r4::write_json_string(one.rule, out);
        }
        out.append("}\n");
    }
    return out;
}

}  // namespace gateway::exchange
