#include "fhir_models/r4/profile.hpp"

#include <algorithm>
#include <array>

#include "fhir_models/base/text.hpp"
#include "fhir_models/r4/json_reader.hpp"
#include "fhir_models/r4/schema.hpp"

namespace fhir::r4 {
namespace {

using base::Errc;

/// What describes an element without narrowing it, beside what compile() reads.
constexpr std::array<std::string_view, 18> kRead{
    "id",    "path",    "sliceName",   "slicing",    "min",       "max",
    "type",  "short",   "constraint",  "definition", "comment",   "requirements",
    "alias", "example", "mustSupport", "isModifier", "isSummary", "mapping",
};

base::Failure refuse(std::string where, base::Text expected)
{
    return base::fail(Errc::malformed_value, std::move(where), std::move(expected));
}

base::Failure unsupported(std::string where)
{
    return refuse(std::move(where), {"algo que el validador sabe aplicar a un perfil",
                                     "what the validator can apply of a profile"});
}

/// "value[x]" as "value".
std::string_view stem_of(std::string_view name)
{
    return name.ends_with("[x]") ? name.substr(0, name.size() - 3) : name;
}

ProfileElement& named(std::vector<ProfileElement>& all, std::string_view name,
                      std::string_view slice)
{
    const auto found = std::ranges::find_if(
        all, [&](const auto& one) { return one.name == name && one.slice == slice; });
    if (found != all.end()) {
        return *found;
    }
    auto& added = all.emplace_back();
    added.name = name;
    added.slice = slice;
    return added;
}

/// The place in the tree of an element id: "Patient.identifier:curp.system".
ProfileElement& place_of(ProfileElement& root, std::string_view id)
{
    auto* at = &root;
    const auto steps = base::split(id, '.');
    for (const auto step : steps) {
        if (step.data() == id.data()) {
            continue;  // the resource type
        }
        const auto colon = step.find(':');
        const auto name = stem_of(step.substr(0, colon));
        at = &named(at->children, name, {});
        if (colon != std::string_view::npos) {
            at = &named(at->slices, name, step.substr(colon + 1));
        }
    }
    return *at;
}

base::Result<void> read_counts(const Node& row, const std::string& where, ProfileElement& out)
{
    if (const auto* const min = row.find("min")) {
        const auto count = base::to_size(min->text);
        if (!count) {
            return refuse(where + ".min", {"un número", "a number"});
        }
        out.min = *count;
    }
    const auto max = row.text_of("max");
    if (!max.empty() && max != "*") {
        const auto count = base::to_size(max);
        if (!count) {
            return refuse(where + ".max", {"un número o *", "a number or *"});
        }
        out.max = *count;
    }
    return {};
}

base::Result<void> read_types(const Node& types, const std::string& where, ProfileElement& out)
{
    for (const auto& type : types) {
        for (const auto& part : type) {
            if (part.name != "code" && part.name != "profile") {
                return unsupported(where + ".type." + std::string(part.name));
            }
        }
        const auto code = type.text_of("code");
        if (find_type(code) == nullptr) {
            return refuse(where + ".type", {"un tipo de FHIR R4", "a type of FHIR R4"});
        }
        out.types.push_back(code);
        if (const auto* const profiles = type.find("profile")) {
            if (find_resource(code) == nullptr) {
                return unsupported(where + ".type.profile");
            }
            for (const auto& profile : *profiles) {
                out.profiles.push_back(profile.text);
            }
        }
    }
    return {};
}

base::Result<void> read_slicing(const Node& slicing, const std::string& where, ProfileElement& out)
{
    out.closed = slicing.text_of("rules") == "closed";
    const auto* const discriminators = slicing.find("discriminator");
    const auto* const ordered = slicing.find("ordered");
    if (discriminators == nullptr || (ordered != nullptr && ordered->text == "true") ||
        slicing.text_of("rules") == "openAtEnd") {
        return unsupported(where + ".slicing");
    }
    for (const auto& row : *discriminators) {
        const auto type = row.text_of("type");
        if (type != "value" && type != "pattern" && type != "type") {
            return unsupported(where + ".slicing.discriminator");
        }
        Discriminator discriminator{.by_type = type == "type"};
        const auto path = row.text_of("path");
        if (path.find('(') != std::string_view::npos) {
            return unsupported(where + ".slicing.discriminator.path");
        }
        if (path != "$this") {
            discriminator.path = base::split(path, '.');
        }
        out.discriminators.push_back(std::move(discriminator));
    }
    return {};
}

/// The translation of a text to English (extension translation); the text itself without one.
std::string_view english(const Node& row, std::string_view text)
{
    const auto* const twin = row.find("_human");
    const auto* const all = twin != nullptr ? twin->find("extension") : nullptr;
    if (all == nullptr) {
        return text;
    }
    for (const auto& translation : *all) {
        const auto* const parts = translation.find("extension");
        if (parts == nullptr || parts->size() != 2) {
            continue;
        }
        const auto lang = parts->at(0)->text_of("valueCode");
        const auto content = parts->at(1)->text_of("valueString");
        if (lang == "en" && !content.empty()) {
            return content;
        }
    }
    return text;
}

base::Result<void> read_rules(const Node& constraints, const std::string& where,
                              ProfileElement& out)
{
    for (const auto& row : constraints) {
        auto expression = fhirpath::Expression::compile(row.text_of("expression"));
        if (!expression) {
            return refuse(where + ".constraint.expression, " + expression.error().where,
                          expression.error().expected);
        }
        const auto human = row.text_of("human");
        out.rules.push_back({row.text_of("key"),
                             {std::string(human), std::string(english(row, human))},
                             row.text_of("severity") == "warning",
                             *std::move(expression)});
    }
    return {};
}

base::Result<void> read_element(const Node& row, const std::string& where, ProfileElement& out)
{
    for (const auto& part : row) {
        if (part.name.starts_with("fixed")) {
            out.fixed = &part;
        } else if (part.name.starts_with("pattern")) {
            out.pattern = &part;
        } else if (std::ranges::find(kRead, part.name) == kRead.end()) {
            return unsupported(where + "." + std::string(part.name));
        }
    }
    auto done = read_counts(row, where, out);
    const auto* const types = row.find("type");
    if (done && types != nullptr) {
        done = read_types(*types, where, out);
    }
    const auto* const slicing = row.find("slicing");
    if (done && slicing != nullptr) {
        done = read_slicing(*slicing, where, out);
    }
    const auto* const constraints = row.find("constraint");
    if (done && constraints != nullptr) {
        done = read_rules(*constraints, where, out);
    }
    return done;
}

bool is_known(const ProfileElement& element, const Type& type);

/// Whether one of the types `element` may have (those of `property`) knows all below it.
bool fits(const ProfileElement& element, const Element& property)
{
    const auto& type = type_of(property);
    if (type.kind != TypeKind::resource) {
        const bool allowed = element.types.empty() ||
                             std::ranges::find(element.types, type.name) != element.types.end();
        return allowed && is_known(element, type);
    }
    return std::ranges::all_of(element.types, [&](auto name) {
        const auto* const resource = find_resource(name);
        return resource != nullptr && is_known(element, *resource);
    });
}

/// Whether R4 has every element below one of `type`: a name that is none would never be looked at.
bool is_known(const ProfileElement& element, const Type& type)
{
    return std::ranges::all_of(element.children, [&](const ProfileElement& child) {
        const auto known = [&](const ProfileElement& one) {
            return std::ranges::any_of(elements_of(type), [&](const Element& property) {
                return property.stem() == child.name && fits(one, property);
            });
        };
        return known(child) && std::ranges::all_of(child.slices, known);
    });
}

}  // namespace

base::Result<Profile> Profile::compile(std::string_view json)
{
    auto read = read_json(json);
    if (!read) {
        return base::Failure(read.error());
    }
    Profile profile(*std::move(read));
    const auto* const differential = profile.definition_.root().find("differential");
    const auto* const elements = differential != nullptr ? differential->find("element") : nullptr;
    const auto* const type = find_resource(profile.type());
    if (elements == nullptr || type == nullptr || profile.url().empty()) {
        return refuse("StructureDefinition", {"url, un tipo de recurso y differential.element",
                                              "url, a type of resource and differential.element"});
    }
    std::size_t index = 0;
    for (const auto& row : *elements) {
        const auto where = "differential.element[" + std::to_string(index++) + "]";
        const auto id = row.text_of("id");
        if (id != type->name && !id.starts_with(std::string(type->name) + ".")) {
            return refuse(where + ".id", {"un elemento del tipo", "an element of the type"});
        }
        const auto done = read_element(row, where, place_of(profile.root_, id));
        if (!done) {
            return base::Failure(done.error());
        }
    }
    if (!is_known(profile.root_, *type)) {
        return base::fail(Errc::unknown_element, "differential",
                          {"elementos de FHIR R4", "elements of FHIR R4"});
    }
    return profile;
}

}  // namespace fhir::r4
