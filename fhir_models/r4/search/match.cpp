#include <algorithm>
#include <limits>

#include "fhir_models/base/text.hpp"
#include "fhir_models/base/time.hpp"
#include "fhir_models/r4/search/leaves.hpp"
#include "fhir_models/r4/search/search.hpp"

namespace fhir::r4 {
namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kDay = 86'400 * kSecond;
constexpr std::int64_t kEver = std::numeric_limits<std::int64_t>::max();

/// The moment a day begins, in central Mexican time.
std::optional<std::int64_t> begin_of(int year, int month, int day)
{
    const auto date = base::make_date(year, month, day);
    const auto at = date ? base::from_rfc3339(base::to_iso(*date) + "T00:00:00-06:00")
                         : std::optional<base::Instant>();
    return at ? std::optional(at->microseconds) : std::nullopt;
}

std::optional<Span> span_of_date(std::string_view text)
{
    const bool shaped = (text.size() == 4 || (text.size() == 7 && text[4] == '-') ||
                         (text.size() == 10 && text[4] == '-' && text[7] == '-')) &&
                        base::is_digits(text.substr(0, 4));
    const auto part = [text](std::size_t at) { return base::to_size(text.substr(at, 2)); };
    const auto year = shaped ? base::to_size(text.substr(0, 4)) : std::optional<std::size_t>();
    const auto month = text.size() > 4 && shaped ? part(5) : std::optional<std::size_t>(1);
    const auto day = text.size() > 7 && shaped ? part(8) : std::optional<std::size_t>(1);
    if (!year || !month || !day) {
        return std::nullopt;
    }
    const auto y = static_cast<int>(*year);
    const auto m = static_cast<int>(*month);
    const auto from = begin_of(y, m, static_cast<int>(*day));
    const auto until = text.size() == 10 ? from ? std::optional(*from + kDay) : std::nullopt
                       : text.size() == 7 && m < 12 ? begin_of(y, m + 1, 1)
                                                    : begin_of(y + 1, 1, 1);
    return from && until ? std::optional(Span{*from, *until}) : std::nullopt;
}

/// The span of a date, a dateTime or a Period; a Period without an end goes on.
std::optional<Span> span_of_leaf(const Leaf& leaf)
{
    if (leaf.node->kind == Kind::string) {
        return span_of(leaf.node->text);
    }
    const auto start = span_of(leaf.node->text_of("start"));
    const auto end = span_of(leaf.node->text_of("end"));
    if (leaf.type->name != "Period" || (!start && !end)) {
        return std::nullopt;
    }
    return Span{start ? start->from : std::numeric_limits<std::int64_t>::min(),
                end ? end->until : kEver};
}

bool date_fits(const Criterion::Value& value, const Leaf& leaf)
{
    const auto have = span_of_leaf(leaf);
    if (!have) {
        return false;
    }
    const auto& asked = *value.span;
    const auto& prefix = value.prefix;
    const bool within = asked.from <= have->from && have->until <= asked.until;
    if (prefix == "eq") {
        return within;
    }
    if (prefix == "ne") {
        return !within;
    }
    if (prefix == "gt") {
        return have->until > asked.until;
    }
    if (prefix == "lt") {
        return have->from < asked.from;
    }
    if (prefix == "ge") {
        return have->until > asked.until || within;
    }
    if (prefix == "le") {
        return have->from < asked.from || within;
    }
    if (prefix == "sa") {
        return have->from >= asked.until;
    }
    if (prefix == "eb") {
        return have->until <= asked.from;
    }
    return have->from < asked.until && asked.from < have->until;  // ap: they overlap
}

bool token_is(const Criterion::Value& value, std::string_view system, std::string_view code)
{
    return (!value.system || *value.system == system) && (value.text.empty() || value.text == code);
}

bool token_fits(const Criterion::Value& value, const Leaf& leaf)
{
    const auto& node = *leaf.node;
    const auto type = leaf.type->name;
    if (node.kind != Kind::object) {  // a code, boolean or string has no system to compare
        return value.text == node.text && (!value.system || leaf.type->name == "code");
    }
    if (type == "CodeableConcept") {
        const auto* const codings = node.find("coding");
        if (codings == nullptr) {
            return false;
        }
        for (const auto& coding : *codings) {
            if (token_is(value, coding.text_of("system"), coding.text_of("code"))) {
                return true;
            }
        }
        return false;
    }
    return token_is(value, node.text_of("system"),
                    node.text_of(type == "Coding" ? "code" : "value"));
}

/// Parts of a HumanName or Address that people search by.
bool is_said(std::string_view name)
{
    return name != "use" && name != "period" && name != "extension" && name != "id" &&
           name != "type" && !name.starts_with('_');
}

bool string_fits(const Criterion& criterion, const Criterion::Value& value, const Node& node)
{
    if (node.kind == Kind::object || node.kind == Kind::array) {
        for (const auto& child : node) {
            if (is_said(child.name) && string_fits(criterion, value, child)) {
                return true;
            }
        }
        return false;
    }
    if (criterion.modifier == "exact") {
        return node.text == value.text;
    }
    const auto text = folded(node.text);
    return criterion.modifier == "contains" ? text.find(value.text) != std::string::npos
                                            : text.starts_with(value.text);
}

std::string_view reference_of(const SearchParameter& parameter, const Leaf& leaf)
{
    const auto text =
        leaf.node->kind == Kind::object ? leaf.node->text_of("reference") : leaf.node->text;
    const auto type = text.substr(0, std::min(text.find('/'), text.size()));
    return parameter.target.empty() || parameter.target == type ? text : std::string_view();
}

bool reference_fits(const Criterion& criterion, const Criterion::Value& value, const Leaf& leaf)
{
    const auto text = reference_of(*criterion.parameter, leaf);
    return text == value.text ||
           (value.text.find('/') == std::string::npos && text.ends_with("/" + value.text));
}

bool fits_one(const Criterion& criterion, const Criterion::Value& value, const Leaf& leaf)
{
    switch (criterion.parameter->kind) {
        case SearchKind::token:
            return token_fits(value, leaf);
        case SearchKind::string:
            return string_fits(criterion, value, *leaf.node);
        case SearchKind::date:
            return date_fits(value, leaf);
        case SearchKind::reference:
            return reference_fits(criterion, value, leaf);
    }
    return false;
}

}  // namespace

std::optional<Span> span_of(std::string_view text)
{
    if (text.size() <= 10) {
        return span_of_date(text);
    }
    std::string full(text);
    const bool to_minute = text.size() > 16 ? text[16] != ':' : text.size() == 16;
    if (to_minute) {
        full.insert(16, ":00");
    }
    if (full.find_first_of("Z+", 11) == std::string::npos &&
        full.find('-', 11) == std::string::npos) {
        full.append("-06:00");
    }
    const auto at = base::from_rfc3339(full);
    if (!at) {
        return std::nullopt;
    }
    const auto length = to_minute                                 ? 60 * kSecond
                        : full.find('.', 11) == std::string::npos ? kSecond
                                                                  : kSecond / 1000;
    return Span{at->microseconds, at->microseconds + length};
}

bool fits(const Criterion& criterion, const Node& resource)
{
    const auto found = leaves(*criterion.parameter, resource);
    if (criterion.modifier == "missing") {
        return found.empty() == (criterion.values.front().text == "true");
    }
    const bool any = std::ranges::any_of(found, [&criterion](const Leaf& leaf) {
        return std::ranges::any_of(
            criterion.values, [&](const auto& value) { return fits_one(criterion, value, leaf); });
    });
    return any != (criterion.modifier == "not");
}

std::optional<std::int64_t> earliest(const SearchParameter& parameter, const Node& resource)
{
    std::optional<std::int64_t> first;
    for (const auto& leaf : leaves(parameter, resource)) {
        const auto span = span_of_leaf(leaf);
        if (span && (!first || span->from < *first)) {
            first = span->from;
        }
    }
    return first;
}

std::vector<std::string_view> references(const SearchParameter& parameter, const Node& resource)
{
    std::vector<std::string_view> found;
    for (const auto& leaf : leaves(parameter, resource)) {
        if (const auto text = reference_of(parameter, leaf); !text.empty()) {
            found.push_back(text);
        }
    }
    return found;
}

}  // namespace fhir::r4
