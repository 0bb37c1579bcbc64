#include <algorithm>
#include <set>

#include "fhir_models/base/text.hpp"
#include "gateway/api/fhir_search.hpp"

namespace gateway::api {
namespace {

using base::Result;
using Resources = std::vector<store::Resource>;

Result<Resources> of_patient(const Services& services, std::string_view id, std::string_view type,
                             Disclosure& disclosure)
{
    auto versions = services.store.versions_of("Patient", id);
    if (!versions) {
        return versions;
    }
    const auto seen = disclosure.permitted(*std::move(versions));
    if (seen.empty() || seen.front().person.empty()) {
        return Resources{};
    }
    return services.store.resources_of(seen.front().person, type);
}

Result<Resources> candidates_of(const Search& search, const Services& services,
                                Disclosure& disclosure)
{
    const auto& whose = search.whose;
    if (!whose.ids.empty()) {
        Resources all;
        for (const auto& id : whose.ids) {
            auto versions = services.store.versions_of(search.type, id);
            if (!versions) {
                return versions;
            }
            all.insert(all.end(), versions->begin(), versions->end());
        }
        return all;
    }
    return whose.patient.empty() ? find_by_identifier(services, whose.identifier_system,
                                                      whose.identifier_value, search.type)
                                 : of_patient(services, whose.patient, search.type, disclosure);
}

bool fits(const Search& search, const Shown& shown)
{
    const auto at = shown.where.updated.microseconds;
    return std::ranges::all_of(
               search.updated,
               [at](const auto& span) { return span.from <= at && at < span.until; }) &&
           std::ranges::all_of(search.criteria, [&shown](const auto& criterion) {
               return fhir::r4::fits(criterion, *shown.resource);
           });
}

/// A match with its place in the order; ids part what is at the same moment.
struct Ranked {
    std::int64_t key;
    const Shown* shown;
};

bool comes_before(std::int64_t key_a, std::string_view id_a, std::int64_t key_b,
                  std::string_view id_b, bool descending)
{
    if (key_a != key_b) {
        return descending ? key_a > key_b : key_a < key_b;
    }
    return id_a < id_b;
}

std::vector<Ranked> ranked(const Search& search, const std::vector<Shown>& found)
{
    std::vector<Ranked> all;
    for (const auto& shown : found) {
        const auto key = search.sort == nullptr
                             ? shown.where.updated.microseconds
                             : fhir::r4::earliest(*search.sort, *shown.resource).value_or(0);
        all.push_back({key, &shown});
    }
    std::ranges::sort(all, [&search](const Ranked& a, const Ranked& b) {
        return comes_before(a.key, a.shown->where.id, b.key, b.shown->where.id, search.descending);
    });
    return all;
}

/// The key and id a cursor holds; a cursor we did not write is a first page.
std::optional<std::pair<std::int64_t, std::string_view>> position_of(std::string_view cursor)
{
    const auto dot = cursor.find('.');
    const bool negative = cursor.starts_with('-');
    const auto digits = cursor.substr(negative ? 1 : 0, dot - (negative ? 1 : 0));
    const auto key = base::to_size(digits);
    if (dot == std::string_view::npos || !key) {
        return std::nullopt;
    }
    const auto number = static_cast<std::int64_t>(*key);
    return std::pair(negative ? -number : number, cursor.substr(dot + 1));
}

/// What the matches of a page refer to and the search wants beside them, each once.
Result<std::vector<Shown>> included(const Search& search, const std::vector<Shown>& matches,
                                    const Services& services, Disclosure& disclosure)
{
    std::set<std::string, std::less<>> wanted;
    for (const auto& match : matches) {
        for (const auto& name : search.includes) {
            const auto* const parameter = fhir::r4::find_search_parameter(search.type, name);
            for (const auto reference : fhir::r4::references(*parameter, *match.resource)) {
                wanted.emplace(reference);
            }
        }
    }
    for (const auto& match : matches) {
        wanted.erase(search.type + "/" + match.where.id);
    }
    Resources newest;
    for (const auto& reference : wanted) {
        const auto slash = std::min(reference.find('/'), reference.size() - 1);
        auto versions = services.store.versions_of(std::string_view(reference).substr(0, slash),
                                                   std::string_view(reference).substr(slash + 1));
        if (!versions) {
            return base::Failure(versions.error());
        }
        const auto current = disclosure.current(*std::move(versions));
        newest.insert(newest.end(), current.begin(), current.end());
    }
    return disclosure.show(newest);
}

}  // namespace

Result<Resources> find_by_identifier(const Services& services, std::string_view system,
                                     std::string_view value, std::string_view type)
{
    const auto person =
        services.store.find_person(system, services.self.index_value(system, value));
    if (!person) {
        return base::Failure(person.error());
    }
    return *person ? services.store.resources_of(**person, type) : Resources{};
}

Result<Page> run_search(const Search& search, const Call& call, Disclosure& disclosure)
{
    auto candidates = candidates_of(search, call.services, disclosure);
    if (!candidates) {
        return base::Failure(candidates.error());
    }
    auto found = disclosure.show(disclosure.current(*std::move(candidates)));
    if (!found) {
        return base::Failure(found.error());
    }
    std::erase_if(*found, [&search](const Shown& shown) { return !fits(search, shown); });
    const auto order = ranked(search, *found);
    Page page;
    page.total = order.size();
    const auto position = position_of(search.cursor);
    const Ranked* last = nullptr;
    for (const auto& one : order) {
        if (position && !comes_before(position->first, position->second, one.key,
                                      one.shown->where.id, search.descending)) {
            continue;
        }
        if (page.matches.size() == search.count) {
            page.next = last == nullptr ? std::string{}
                                        : std::to_string(last->key) + "." + last->shown->where.id;
            break;
        }
        page.matches.push_back(*one.shown);
        last = &one;
    }
    auto more = included(search, page.matches, call.services, disclosure);
    if (!more) {
        return base::Failure(more.error());
    }
    page.included = *std::move(more);
    return page;
}

}  // namespace gateway::api
