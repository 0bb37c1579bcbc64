#include "fhir_models/r4/profile_walk.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "fhir_models/r4/fhirpath/evaluation.hpp"
#include "fhir_models/r4/findings.hpp"
#include "fhir_models/r4/profile_values.hpp"

namespace fhir::r4 {
namespace {

using base::Errc;
using fhirpath::Collection;
using fhirpath::Value;

constexpr std::string_view kBase = "http://hl7.org/fhir/StructureDefinition/";
constexpr std::size_t kRuleSteps = 1'000'000;

Collection members_of(const Value& parent, std::string_view name)
{
    Collection members;
    fhirpath::append_members(parent, name, members);
    return members;
}

bool is_allowed(const ProfileElement& element, const Value& value)
{
    return element.types.empty() ||
           std::ranges::find(element.types, fhirpath::type_name(value)) != element.types.end();
}

/// Whether a value is in a slice by one discriminator: `rest` of its path still to go.
bool agrees(const ProfileElement& slice, const Value& value, const Discriminator& by,
            std::size_t at)
{
    if (at == by.path.size()) {
        if (by.by_type) {
            return is_allowed(slice, value);
        }
        return !value.twin_only && has_values(slice, *value.node);
    }
    const auto child = std::ranges::find(slice.children, by.path[at], &ProfileElement::name);
    return child != slice.children.end() &&
           std::ranges::any_of(members_of(value, by.path[at]), [&](const Value& member) {
               return agrees(*child, member, by, at + 1);
           });
}

/// One walk down a resource, to what its profiles ask.
class ProfileWalk {
public:
    ProfileWalk(Findings& findings, const Profiles& known) : findings_(findings), known_(known) {}

    /// By what the resource claims, and what stands in it does.
    void claims(const Node& resource, const Place& place)
    {
        const auto* const meta = resource.find("meta");
        const auto* const names = meta != nullptr ? meta->find("profile") : nullptr;
        if (names != nullptr) {
            const auto at = place.below("meta");
            std::ptrdiff_t index = 0;
            for (const auto& name : *names) {
                claim(resource, name, place, at.below("profile", index++));
            }
        }
        inner(resource, "contained", place);
        inner(resource, "entry", place);
    }

    void apply(const Node& resource, const Profile& profile, const Place& place)
    {
        if (resource.text_of("resourceType") != profile.type()) {
            const auto* const type = resource.find("resourceType");
            findings_.add(Errc::wrong_type, type != nullptr ? *type : resource, place,
                          {"un recurso " + std::string(profile.type()),
                           "a resource " + std::string(profile.type())},
                          profile.url());
            return;
        }
        if (!applied_.emplace(&resource, &profile).second) {
            return;
        }
        if (const auto* const base = known_.find(profile.base())) {
            apply(resource, *base, place);
        }
        const auto* const around = resource_;
        const auto* const by = profile_;
        resource_ = &resource;
        profile_ = &profile;
        content(profile.root(), fhirpath::resource_value(resource), place);
        resource_ = around;
        profile_ = by;
    }

private:
    void inner(const Node& resource, std::string_view name, const Place& place)
    {
        const auto* const all = resource.find(name);
        if (all == nullptr || all->kind != Kind::array) {
            return;
        }
        std::ptrdiff_t index = 0;
        for (const auto& one : *all) {
            const auto at = place.below(name, index++);
            if (name == "contained") {
                claims(one, at);
            } else if (const auto* const node = one.find("resource")) {
                claims(*node, at.below("resource"));
            }
        }
    }

    void claim(const Node& resource, const Node& name, const Place& place, const Place& at)
    {
        if (const auto* const profile = known_.find(name.text)) {
            apply(resource, *profile, place);
        } else {
            findings_.add(Errc::not_checked, name, at,
                          {"un perfil que el validador tiene", "a profile the validator has"}, {},
                          base::Severity::information);
        }
    }

    /// What is asked of one value.
    void content(const ProfileElement& element, const Value& value, const Place& place)
    {
        if (!is_allowed(element, value)) {
            std::string names;
            for (const auto name : element.types) {
                names.append(names.empty() ? "" : " | ").append(name);
            }
            add(Errc::wrong_type, *value.node, place, {names, names});
            return;
        }
        if (value.twin_only ? element.fixed != nullptr || element.pattern != nullptr
                            : !has_values(element, *value.node)) {
            add(Errc::profile_value, *value.node, place,
                {"el valor que fija el perfil", "the value the profile fixes"});
        }
        for (const auto& rule : element.rules) {
            check(rule, value, place);
        }
        for (const auto& child : element.children) {
            items(child, value, place);
        }
        for (const auto url : element.profiles) {
            if (const auto* const profile = known_.find(url)) {
                apply(*value.node, *profile, place);
            }
        }
    }

    /// What is asked of the values of one element, together and each, and of its slices.
    void items(const ProfileElement& element, const Value& parent, const Place& place)
    {
        const auto members = members_of(parent, element.name);
        std::vector<std::size_t> counts(element.slices.size());
        count(element, members.size(), parent, place);
        std::ptrdiff_t index = 0;
        for (const auto& member : members) {
            const auto at = place_of(member, element, place, index++);
            content(element, member, at);
            const auto slice = std::ranges::find_if(element.slices, [&](const auto& one) {
                return std::ranges::all_of(element.discriminators, [&](const auto& by) {
                    return agrees(one, member, by, 0);
                });
            });
            if (slice != element.slices.end()) {
                ++counts[static_cast<std::size_t>(slice - element.slices.begin())];
                content(*slice, member, at);
            } else if (element.closed) {
                add(Errc::cardinality, *member.node, at,
                    {"solo lo que el perfil enumera", "only what the profile lists"});
            }
        }
        for (std::size_t i = 0; i < counts.size(); ++i) {
            count(element.slices[i], counts[i], parent, place);
        }
    }

    void count(const ProfileElement& element, std::size_t count, const Value& parent,
               const Place& place)
    {
        const auto of = element.slice.empty() ? "" : " (" + std::string(element.slice) + ")";
        if (count < element.min) {
            const auto min = std::to_string(element.min);
            add(Errc::cardinality, *parent.node, place.below(element.name),
                {"al menos " + min + " repetición" + of, "at least " + min + " repetition" + of});
        } else if (count > element.max) {
            const auto max = std::to_string(element.max);
            add(Errc::cardinality, *parent.node, place.below(element.name),
                {"a lo sumo " + max + " repetición" + of, "at most " + max + " repetition" + of});
        }
    }

    /// Nothing as an answer is a violation here, as other validators have it.
    void check(const ProfileRule& rule, const Value& value, const Place& place)
    {
        fhirpath::Environment around;
        around.resource = resource_;
        around.loose_types = true;
        around.steps = kRuleSteps;
        fhirpath::Store store;
        const auto answer = rule.expression.evaluate(value, around, store);
        if (!answer) {
            findings_.add(Errc::not_checked, *value.node, place,
                          {"datos que la regla pueda leer", "data the rule can read"}, rule.key,
                          base::Severity::information);
            return;
        }
        const bool holds =
            answer->size() == 1 &&
            (answer->front().kind != fhirpath::ValueKind::boolean || answer->front().truth);
        if (!holds) {
            findings_.add(Errc::invariant, *value.node, place, rule.human, rule.key,
                          rule.warning ? base::Severity::warning : base::Severity::error);
        }
    }

    void add(Errc code, const Node& node, const Place& place, base::Text expected)
    {
        findings_.add(code, node, place, std::move(expected), profile_->url());
    }

    /// As the JSON has it: with its type where it is a choice, with its index where it repeats.
    static Place place_of(const Value& member, const ProfileElement& element, const Place& place,
                          std::ptrdiff_t index)
    {
        auto name = member.node->name;
        if (name.empty()) {
            return place.below(element.name, index);
        }
        if (name.starts_with('_')) {
            name.remove_prefix(1);
        }
        return place.below(name);
    }

    Findings& findings_;
    const Profiles& known_;
    const Node* resource_ = nullptr;
    const Profile* profile_ = nullptr;
    std::set<std::pair<const Node*, const Profile*>> applied_;
};

/// Whether all the profiles asked of resources in it are there.
bool is_whole(const ProfileElement& element, const Profiles& known)
{
    const auto whole = [&](const ProfileElement& one) { return is_whole(one, known); };
    return std::ranges::all_of(element.profiles,
                               [&](auto url) { return known.find(url) != nullptr; }) &&
           std::ranges::all_of(element.children, whole) &&
           std::ranges::all_of(element.slices, whole);
}

}  // namespace

base::Result<void> Profiles::add(Profile profile)
{
    const bool of_r4 = profile.base() == std::string(kBase).append(profile.type());
    if (!(of_r4 || find(profile.base()) != nullptr) || !is_whole(profile.root(), *this)) {
        return base::fail(
            Errc::malformed_value, "StructureDefinition",
            {"solo un tipo de R4 y perfiles anteriores", "only a type of R4 and earlier profiles"});
    }
    all_.push_back(std::move(profile));
    return {};
}

const Profile* Profiles::find(std::string_view canonical) const noexcept
{
    const auto bar = canonical.find('|');
    const auto found = std::ranges::find(all_, canonical.substr(0, bar), &Profile::url);
    if (found == all_.end() ||
        (bar != std::string_view::npos && canonical.substr(bar + 1) != found->version())) {
        return nullptr;
    }
    return &*found;
}

base::Issues check_profiles(const Node& resource, const Profiles& known, const Profile* more)
{
    Findings findings;
    ProfileWalk walk(findings, known);
    const auto* const type = find_resource(resource.text_of("resourceType"));
    const Place place{.name = type != nullptr ? type->name : "Resource"};
    walk.claims(resource, place);
    if (more != nullptr) {
        walk.apply(resource, *more, place);
    }
    return std::move(findings).take();
}

}  // namespace fhir::r4
