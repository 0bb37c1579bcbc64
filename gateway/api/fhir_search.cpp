#include "gateway/api/fhir_search.hpp"

#include <algorithm>
#include <limits>
#include <set>

#include "fhir_models/base/text.hpp"

namespace gateway::api {
namespace {

using base::Errc;

constexpr std::size_t kLargestPage = 1000;
constexpr auto kFirst = std::numeric_limits<std::int64_t>::min();
constexpr auto kLast = std::numeric_limits<std::int64_t>::max();

base::Failure refused(std::string_view name, base::Text expected, std::string_view value)
{
    return base::fail(Errc::unknown_parameter, std::string(name), std::move(expected),
                      base::kind_of(value));
}

base::Result<void> read_identifier(Whose& whose, std::string_view name, std::string_view value)
{
    const auto bar = value.find('|');
    if (bar == std::string_view::npos || bar == 0 || bar + 1 == value.size()) {
        return refused(name, {"sistema|valor", "system|value"}, value);
    }
    whose.identifier_system = value.substr(0, bar);
    whose.identifier_value = value.substr(bar + 1);
    return {};
}

/// The moments `value`, with its prefix, admits.
base::Result<fhir::r4::Span> read_updated(std::string_view value)
{
    const auto prefix = value.size() > 2 && base::is_digits(value.substr(0, 1))
                            ? std::string_view()
                            : value.substr(0, 2);
    const auto span = fhir::r4::span_of(value.substr(prefix.size()));
    if (span && (prefix.empty() || prefix == "eq")) {
        return *span;
    }
    if (span && (prefix == "ge" || prefix == "gt" || prefix == "sa")) {
        return fhir::r4::Span{prefix == "ge" ? span->from : span->until, kLast};
    }
    if (span && (prefix == "le" || prefix == "lt" || prefix == "eb")) {
        return fhir::r4::Span{kFirst, prefix == "le" ? span->until : span->from};
    }
    return refused("_lastUpdated", {"una fecha de FHIR con su prefijo", "a FHIR date and prefix"},
                   value);
}

base::Result<void> read_sort(Search& search, std::string_view value)
{
    search.descending = value.starts_with('-');
    value.remove_prefix(search.descending ? 1 : 0);
    const auto* const parameter = fhir::r4::find_search_parameter(search.type, value);
    const bool dated = parameter != nullptr && parameter->kind == fhir::r4::SearchKind::date;
    if (value != "_lastUpdated" && !dated) {
        return refused(
            "_sort",
            {"_lastUpdated o un parámetro de fecha", "_lastUpdated or a parameter that is a date"},
            value);
    }
    search.sort = dated ? parameter : nullptr;
    return {};
}

base::Result<void> read_include(Search& search, std::string_view value)
{
    const auto colon = value.find(':');
    const auto* const parameter =
        colon == std::string_view::npos || value.substr(0, colon) != search.type
            ? nullptr
            : fhir::r4::find_search_parameter(search.type, value.substr(colon + 1));
    if (parameter == nullptr || parameter->kind != fhir::r4::SearchKind::reference) {
        return refused("_include", {"Tipo:parámetro de referencia", "Type:reference parameter"},
                       value);
    }
    search.includes.emplace_back(parameter->name);
    return {};
}

base::Result<void> read_ids(Search& search, std::string_view value)
{
    for (const auto id : base::split(value, ',')) {
        if (id.empty()) {
            return refused("_id", {"ids separados por comas", "ids with commas between"}, id);
        }
        search.whose.ids.emplace_back(id);
    }
    return {};
}

/// A parameter of the result, or one that says whose records are meant; false when it is neither.
base::Result<bool> read_special(Search& search, const std::string& name, const std::string& value)
{
    base::Result<void> read;
    if (name == "_format") {
        return true;
    }
    if (name == "_id") {
        read = read_ids(search, value);
    } else if (name == "_count") {
        const auto count = base::to_size(value);
        if (!count || *count > kLargestPage) {
            return refused(name, {"de 0 a 1000", "from 0 to 1000"}, value);
        }
        search.count = *count;
    } else if (name == "_cursor") {
        search.cursor = value;
        return true;
    } else if (name == "_lastUpdated") {
        const auto span = read_updated(value);
        if (!span) {
            return base::Failure(span.error());
        }
        search.updated.push_back(*span);
    } else if (name == "_sort") {
        read = read_sort(search, value);
    } else if (name == "_include") {
        read = read_include(search, value);
    } else if ((name == "identifier" && search.type == "Patient") || name == "patient.identifier" ||
               name == "subject:Patient.identifier") {
        read = read_identifier(search.whose, name, value);
    } else {
        return false;
    }
    if (!read) {
        return base::Failure(read.error());
    }
    search.used.emplace_back(name, value);
    return true;
}

/// Names that mean one thing: twice is a mistake of the caller.
bool may_repeat(std::string_view name) noexcept
{
    return name == "_include" || name == "_lastUpdated" ||
           (!name.starts_with('_') && name.find("identifier") == std::string_view::npos);
}

void note_patient(Search& search, const fhir::r4::Criterion& criterion)
{
    const auto name = criterion.parameter->name;
    const bool person = name == "patient" || name == "subject";
    if (!person || criterion.values.size() != 1 ||
        (!criterion.modifier.empty() && criterion.modifier != "Patient")) {
        return;
    }
    const auto& text = criterion.values.front().text;
    constexpr std::string_view kType = "Patient/";
    if (text.starts_with(kType)) {
        search.whose.patient = text.substr(kType.size());
    }
}

}  // namespace

base::Result<Search> read_search(std::string_view type, const Parameters& given, bool lenient)
{
    Search search;
    search.type = type;
    std::set<std::string_view> seen;
    for (const auto& [name, value] : given) {
        if (!seen.insert(name).second && !may_repeat(name)) {
            return refused(name, {"una sola vez", "once and no more"}, {});
        }
        const auto special = read_special(search, name, value);
        if (!special) {
            return base::Failure(special.error());
        }
        if (*special) {
            continue;
        }
        auto criterion = fhir::r4::read_criterion(type, name, value);
        if (!criterion && criterion.error().where == "query" && lenient) {
            continue;
        }
        if (!criterion) {
            return base::Failure(criterion.error());
        }
        note_patient(search, *criterion);
        search.criteria.push_back(*std::move(criterion));
        search.used.emplace_back(name, value);
    }
    const auto& whose = search.whose;
    if (whose.ids.empty() && whose.patient.empty() && whose.identifier_value.empty()) {
        return refused("query",
                       {"de quién: _id, patient=Patient/id, patient.identifier o, de Patient, "
                        "identifier",
                        "whose: _id, patient=Patient/id, patient.identifier or, of Patient, "
                        "identifier"},
                       {});
    }
    return search;
}

}  // namespace gateway::api
