#include "fhir_models/r4/search/search.hpp"

#include <algorithm>
#include <array>

#include "fhir_models/base/text.hpp"
#include "fhir_models/r4/search/leaves.hpp"

namespace fhir::r4 {
namespace {

#include "fhir_models/r4/search/search_r4.inc"

using base::Errc;

constexpr std::array<std::string_view, 9> kPrefixes{"eq", "ne", "gt", "lt", "ge",
                                                    "le", "sa", "eb", "ap"};

/// Parts at commas that no backslash guards, with the guards taken off.
std::vector<std::string> alternatives(std::string_view value)
{
    std::vector<std::string> parts(1);
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (value[i] == '\\' && i + 1 < value.size()) {
            parts.back().push_back(value[++i]);
        } else if (value[i] == ',') {
            parts.emplace_back();
        } else {
            parts.back().push_back(value[i]);
        }
    }
    return parts;
}

base::Failure malformed(const SearchParameter& parameter, base::Text expected,
                        std::string_view value)
{
    return base::fail(Errc::unknown_parameter, std::string(parameter.name), std::move(expected),
                      base::kind_of(value));
}

base::Result<Criterion::Value> date_value(const SearchParameter& parameter, std::string_view text)
{
    Criterion::Value value;
    value.prefix = "eq";
    if (text.size() > 2 && std::ranges::find(kPrefixes, text.substr(0, 2)) != kPrefixes.end()) {
        value.prefix = text.substr(0, 2);
        text.remove_prefix(2);
    }
    value.span = span_of(text);
    if (!value.span) {
        return malformed(parameter, {"una fecha de FHIR con su prefijo", "a FHIR date and prefix"},
                         text);
    }
    return value;
}

/// "Type/id" or "id"; nothing else names a resource of this gateway.
base::Result<Criterion::Value> reference_value(const SearchParameter& parameter,
                                               std::string_view modifier, std::string_view text)
{
    const auto slash = text.find('/');
    const auto id = slash == std::string_view::npos ? text : text.substr(slash + 1);
    const auto is_id_character = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
               c == '-' || c == '.';
    };
    if (id.empty() || id.size() > 64 || !std::ranges::all_of(id, is_id_character)) {
        return malformed(parameter, {"Tipo/id de esta pasarela", "Type/id of this gateway"}, text);
    }
    Criterion::Value value;
    const auto type = !modifier.empty() ? modifier : parameter.target;
    value.text = slash == std::string_view::npos && !type.empty()
                     ? std::string(type).append("/").append(id)
                     : std::string(text);
    return value;
}

base::Result<Criterion::Value> read_value(const SearchParameter& parameter,
                                          std::string_view modifier, std::string_view text)
{
    if (text.empty()) {
        return malformed(parameter, {"un valor", "a value"}, text);
    }
    Criterion::Value value;
    if (modifier == "missing") {
        if (text != "true" && text != "false") {
            return malformed(parameter, {"true o false", "true or false"}, text);
        }
        value.text = text;
        return value;
    }
    switch (parameter.kind) {
        case SearchKind::date:
            return date_value(parameter, text);
        case SearchKind::reference:
            return reference_value(parameter, modifier, text);
        case SearchKind::string:
            value.text = modifier == "exact" ? std::string(text) : folded(text);
            return value;
        case SearchKind::token:
            break;
    }
    const auto bar = text.find('|');
    if (bar != std::string_view::npos) {
        value.system = text.substr(0, bar);
        text.remove_prefix(bar + 1);
    }
    value.text = text;
    return value;
}

bool takes(const SearchParameter& parameter, std::string_view modifier)
{
    if (modifier.empty() || modifier == "missing") {
        return true;
    }
    switch (parameter.kind) {
        case SearchKind::string:
            return modifier == "exact" || modifier == "contains";
        case SearchKind::token:
            return modifier == "not";
        case SearchKind::reference:
            return find_resource(modifier) != nullptr &&
                   (parameter.target.empty() || parameter.target == modifier);
        case SearchKind::date:
            break;
    }
    return false;
}

}  // namespace

std::span<const SearchParameter> all_search_parameters() noexcept
{
    return kParameters;
}

std::span<const SearchParameter> search_parameters(std::string_view type) noexcept
{
    const auto found = std::ranges::equal_range(kParameters, type, {}, &SearchParameter::type);
    return {found.begin(), found.end()};
}

const SearchParameter* find_search_parameter(std::string_view type, std::string_view name) noexcept
{
    const auto rows = search_parameters(type);
    const auto found = std::ranges::lower_bound(rows, name, {}, &SearchParameter::name);
    return found != rows.end() && found->name == name ? &*found : nullptr;
}

base::Result<Criterion> read_criterion(std::string_view type, std::string_view key,
                                       std::string_view value)
{
    const auto colon = std::min(key.find(':'), key.size());
    const auto* const parameter = find_search_parameter(type, key.substr(0, colon));
    if (parameter == nullptr) {
        return base::fail(
            Errc::unknown_parameter, "query",
            {"un parámetro del CapabilityStatement", "a parameter of the CapabilityStatement"});
    }
    Criterion criterion{parameter, {}, {}};
    if (colon < key.size()) {
        criterion.modifier = key.substr(colon + 1);
    }
    if (!takes(*parameter, criterion.modifier) ||
        (colon < key.size() && criterion.modifier.empty())) {
        return malformed(*parameter, {"un modificador admitido", "a modifier it takes"},
                         criterion.modifier);
    }
    for (const auto& alternative : alternatives(value)) {
        auto read = read_value(*parameter, criterion.modifier, alternative);
        if (!read) {
            return base::Failure(read.error());
        }
        criterion.values.push_back(*std::move(read));
    }
    return criterion;
}

}  // namespace fhir::r4
