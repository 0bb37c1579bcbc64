#include "mapping/engine.hpp"

#include <algorithm>
#include <deque>

#include "mapping/complete.hpp"
#include "mapping/map_runner.hpp"
#include "mapping/structure.hpp"

namespace mapping {
namespace {

namespace r4 = fhir::r4;

/// Sends each segment through the placements of its place and keeps who made what where.
class Engine {
public:
    explicit Engine(Work& work)
        : work_(work),
          binding_(work.profile.structure, work.source),
          runner_(work),
          completer_(work, runner_, binding_),
          made_in_(binding_.groups().size())
    {
    }

    void run()
    {
        for (std::uint32_t i = 0; i < work_.source.segments.size(); ++i) {
            const auto& bound = binding_.bound()[i];
            if (bound.misplaced) {
                tell(i, base::Severity::information, base::Errc::misplaced_segment,
                     {"el orden de la estructura", "the order of the structure"});
            }
            if (!place_all(i, bound.node) && bound.node == 0) {
                tell(i, base::Severity::information, base::Errc::unknown_segment,
                     {"un segmento de la estructura", "a segment of the structure"});
                tell_leaves(i);
            }
        }
        for (const auto& link : later_) {
            connect(link);
        }
        settle();
    }

private:
    struct Later {
        const Link* link;
        std::uint32_t from;   ///< made
        std::uint32_t group;  ///< to look from
        std::uint32_t segment;
        bool anywhere;
    };

    /// The rows of a segment's place, or those for any place; false: nobody has a row for it.
    bool place_all(std::uint32_t segment, std::uint32_t node)
    {
        const auto name = work_.source.segments[segment].text();
        const auto besides = work_.plan.besides.find(name);
        const auto& own = work_.profile.placements[node];
        const auto anywhere = work_.plan.anywhere.find(name);
        bool found = false;
        applied_.clear();
        if (node != 0 && !own.empty()) {
            place(segment, own);
            found = true;
        } else if (anywhere != work_.plan.anywhere.end()) {
            place(segment, anywhere->second);
            found = true;
        }
        if (besides != work_.plan.besides.end()) {
            place(segment, besides->second);
            found = true;
        }
        const auto scope = runner_.at(segment, binding_);
        for (auto& frame : applied_) {  // what nobody could map is kept by the rows that ask so
            if (frame.map->late < frame.map->rules.size()) {
                runner_.apply(frame, scope, MapRunner::Part::late);
            }
        }
        return found;
    }

    void place(std::uint32_t segment, const std::vector<Placement>& placements)
    {
        const auto scope = runner_.at(segment, binding_);
        for (const auto& placement : placements) {
            if (!placement.when.holds(scope)) {
                continue;
            }
            const auto made = resource_for(placement, segment);
            if (!made) {
                continue;
            }
            auto& root = *work_.made[*made].resource;
            if (memories_.size() <= applied_.size()) {
                memories_.emplace_back();
            }
            auto& frame = applied_.emplace_back(work_.plan.maps[placement.map], root, *made,
                                                memories_[applied_.size()]);
            frame.conditional = !placement.when.always();
            runner_.apply(frame, scope, MapRunner::Part::early);
            if (work_.made[*made].touched) {
                runner_.mark_decided(placement.decided, scope, root, nullptr, &placement);
            }
            for (const auto& link : placement.links) {
                follow(link, placement, frame, segment);
            }
        }
    }

    std::optional<std::uint32_t> resource_for(const Placement& placement, std::uint32_t segment)
    {
        if (placement.type->name == "Bundle") {
            return 0;
        }
        const auto group = binding_.bound()[segment].group;
        const auto limit = placement.anywhere ? std::uint16_t{0} : placement.limit;
        const bool goes_on =
            !placement.makes ||
            (placement.anywhere && work_.profile.instances.contains(placement.instance));
        if (goes_on) {
            const auto known = find(placement.instance, group, limit);
            if (known && !(placement.anywhere && begun_by_a_twin(*known, segment))) {
                return known;
            }
        }
        const auto made = work_.make(*placement.type, segment);
        for (auto at = group;; at = binding_.groups()[at].parent) {
            made_in_[at][placement.instance] = made;
            if (at == 0) {
                return made;
            }
        }
    }

    /// Another segment of the same name began it: "*/OBX" makes an Observation for each OBX.
    [[nodiscard]] bool begun_by_a_twin(std::uint32_t made, std::uint32_t segment) const
    {
        const auto begun_by = work_.made[made].segment;
        return begun_by != segment &&
               work_.source.segments[begun_by].name == work_.source.segments[segment].name;
    }

    /// The latest resource of that name in the groups around a place, up to a depth.
    [[nodiscard]] std::optional<std::uint32_t> find(std::uint32_t instance, std::uint32_t group,
                                                    std::uint16_t limit) const
    {
        for (auto at = group;; at = binding_.groups()[at].parent) {
            const auto& node = work_.profile.structure.nodes[binding_.groups()[at].node];
            if (node.depth < limit) {
                return std::nullopt;
            }
            const auto found = made_in_[at].find(instance);
            if (found != made_in_[at].end()) {
                return found->second;
            }
            if (at == 0) {
                return std::nullopt;
            }
        }
    }

    void follow(const Link& link, const Placement& placement, Frame& frame, std::uint32_t segment)
    {
        const auto group = binding_.bound()[segment].group;
        const auto from = link.same_frame
                              ? std::optional(frame.made)
                              : find(link.from, group, placement.anywhere ? 0 : link.from_limit);
        if (!from) {
            return;
        }
        const Later later{&link, *from, group, segment, placement.anywhere};
        if (!link.same_frame) {
            if (!connect(later)) {
                later_.push_back(later);
            }
            return;
        }
        const auto to = find(link.to, group, placement.anywhere ? 0 : link.limit);
        if (!to) {
            later_.push_back(later);
            return;
        }
        refer(runner_.node_at(frame, link.slot, 0, 1, segment), *to);
    }

    bool connect(const Later& later)
    {
        const auto& link = *later.link;
        const auto to = find(link.to, later.group, later.anywhere ? 0 : link.limit);
        if (!to) {
            return false;
        }
        Frame frame(work_.plan.maps[link.map], *work_.made[later.from].resource, later.from,
                    link_memory_);
        refer(runner_.node_at(frame, link.slot, 0, 1, later.segment), *to);
        return true;
    }

    void refer(r4::Node& reference, std::uint32_t to)
    {
        if (reference.first == nullptr) {
            work_.refer(reference, to);
        }
    }

    void tell(std::uint32_t segment, base::Severity severity, base::Errc code, base::Text expected)
    {
        const auto& at = work_.source.segments[segment];
        work_.issues.push_back({severity,
                                at.readable ? code : base::Errc::malformed_source,
                                place_of(work_.source, at),
                                {},
                                {},
                                std::move(expected),
                                base::Text{}});
    }

    /// One issue names all leaves of a segment nobody knows.
    void tell_leaves(std::uint32_t segment)
    {
        const auto& at = work_.source.segments[segment];
        std::fill(work_.told.begin() + at.first, work_.told.begin() + at.last, true);
    }

    /// Drops what the source put nothing into; completes the rest.
    void settle()
    {
        for (std::size_t i = 1; i < work_.made.size(); ++i) {
            work_.made[i].dropped = !work_.made[i].touched;
        }
        for (const auto& one : work_.pending) {
            if (work_.made[one.to].dropped) {
                one.text->kind = r4::Kind::null;
            }
        }
        const auto count = static_cast<std::uint32_t>(work_.made.size());
        for (std::uint32_t i = 1; i < count; ++i) {
            if (!work_.made[i].dropped) {
                prune(*work_.made[i].resource);
                completer_.complete(i);
            }
        }
    }

    Work& work_;
    Binding binding_;
    MapRunner runner_;
    Completer completer_;
    std::vector<std::unordered_map<std::uint32_t, std::uint32_t>> made_in_;  ///< by group
    std::vector<Later> later_;
    std::deque<Frame> applied_;  ///< of the segment at hand, in the order of its placements
    std::deque<std::vector<r4::Node*>> memories_;  ///< of those frames
    std::vector<r4::Node*> link_memory_;
};

}  // namespace

std::uint32_t Work::make(const r4::Type& type, std::uint32_t segment)
{
    auto& entry = document.add(*entries, {}, r4::Kind::object);
    Made one;
    one.entry = &entry;
    one.full_url = &document.add(entry, "fullUrl", r4::Kind::string);
    one.resource = &document.add(entry, "resource", r4::Kind::object);
    document.add(*one.resource, "resourceType", r4::Kind::string, type.name);
    one.id = &document.add(*one.resource, "id", r4::Kind::string);
    one.type = &type;
    one.segment = segment;
    const auto number = static_cast<std::uint32_t>(made.size());
    by_node.emplace(one.resource, number);
    made.push_back(std::move(one));
    return number;
}

void Work::refer(r4::Node& reference, std::uint32_t to)
{
    auto& text = document.add(reference, "reference", r4::Kind::string);
    pending.push_back({&text, to});
}

void run(Work& work)
{
    Engine(work).run();
}

}  // namespace mapping
