#include <algorithm>
#include <unordered_set>

#include "fhir_models/r4/fhirpath/evaluation.hpp"

namespace fhir::r4::fhirpath::functions {
namespace {

/// Whether every (or any) item is this Boolean; other kinds fail.
Collection quantify(Evaluation& evaluation, const Call& call, bool wanted, bool every)
{
    bool result = every;
    for (const auto& item : call.input) {
        const auto value = to_system(item);
        if (value.kind != ValueKind::boolean) {
            return evaluation.fail(call.term.offset, {"booleanos", "Booleans"});
        }
        result = every ? result && value.truth == wanted : result || value.truth == wanted;
    }
    return one(result);
}

bool is_subset(Evaluation& evaluation, const Call& call, const Collection& part,
               const Collection& whole)
{
    evaluation.spend(part.size() * whole.size(), call.term.offset);
    return std::ranges::all_of(part, [&](const Value& item) { return holds(whole, item); });
}

/// The items for which the argument is true.
Collection chosen(Evaluation& evaluation, const Call& call)
{
    Collection out;
    std::int64_t index = 0;
    for (const auto& item : call.input) {
        const auto verdict = evaluation.argument_for(call, 0, item, index++);
        if (evaluation.condition(verdict, call.term.offset) == true) {
            out.push_back(item);
        }
        if (evaluation.failed()) {
            return {};
        }
    }
    return out;
}

Collection slice(const Collection& input, std::int64_t from, std::int64_t to)
{
    const auto size = static_cast<std::int64_t>(input.size());
    from = std::clamp<std::int64_t>(from, 0, size);
    to = std::clamp<std::int64_t>(to, from, size);
    return {input.begin() + from, input.begin() + to};
}

/// One key of sort(): `-expression` is descending.
struct Key {
    TermId term;
    bool descending;
};

int compare_keys(const Collection& a, const Collection& b, bool descending)
{
    if (a.empty() || b.empty()) {  // what has no key comes first, either way
        return a.empty() ? (b.empty() ? 0 : -1) : 1;
    }
    const int sign = order(a[0], b[0]).sign.value_or(0);
    return descending ? -sign : sign;
}

}  // namespace

Collection empty(Evaluation&, const Call& call)
{
    return one(call.input.empty());
}

Collection exists(Evaluation& evaluation, const Call& call)
{
    if (call.term.arguments.empty()) {
        return one(!call.input.empty());
    }
    return one(!chosen(evaluation, call).empty());
}

Collection all(Evaluation& evaluation, const Call& call)
{
    return one(chosen(evaluation, call).size() == call.input.size());
}

Collection all_true(Evaluation& evaluation, const Call& call)
{
    return quantify(evaluation, call, true, true);
}

Collection any_true(Evaluation& evaluation, const Call& call)
{
    return quantify(evaluation, call, true, false);
}

Collection all_false(Evaluation& evaluation, const Call& call)
{
    return quantify(evaluation, call, false, true);
}

Collection any_false(Evaluation& evaluation, const Call& call)
{
    return quantify(evaluation, call, false, false);
}

Collection subset_of(Evaluation& evaluation, const Call& call)
{
    return one(is_subset(evaluation, call, call.input, evaluation.argument(call, 0)));
}

Collection superset_of(Evaluation& evaluation, const Call& call)
{
    return one(is_subset(evaluation, call, evaluation.argument(call, 0), call.input));
}

Collection count(Evaluation&, const Call& call)
{
    return one(Value::of(static_cast<std::int64_t>(call.input.size())));
}

Collection distinct(Evaluation& evaluation, const Call& call)
{
    return distinct_of(evaluation, call.input, call.term.offset);
}

Collection is_distinct(Evaluation& evaluation, const Call& call)
{
    std::unordered_set<std::string_view> texts;
    Collection others;
    for (const auto& item : call.input) {
        const auto value = to_system(item);
        if (value.kind != ValueKind::string) {
            others.push_back(item);
        } else if (!texts.insert(value.text).second) {
            return one(false);
        }
    }
    return one(distinct_of(evaluation, others, call.term.offset).size() == others.size());
}

Collection where(Evaluation& evaluation, const Call& call)
{
    return chosen(evaluation, call);
}

Collection select(Evaluation& evaluation, const Call& call)
{
    Collection out;
    std::int64_t index = 0;
    for (const auto& item : call.input) {
        const auto found = evaluation.argument_for(call, 0, item, index++);
        out.insert(out.end(), found.begin(), found.end());
    }
    return out;
}

Collection repeat(Evaluation& evaluation, const Call& call)
{
    Collection out;
    Collection round = call.input;
    std::unordered_set<const Node*> nodes;
    while (!round.empty() && !evaluation.failed()) {
        Collection next;
        for (const auto& item : round) {
            for (const auto& found : evaluation.argument_for(call, 0, item, 0)) {
                const bool element = found.kind == ValueKind::element;
                const bool known = element ? !nodes.insert(found.node).second : holds(out, found);
                if (!known) {
                    out.push_back(found);
                    next.push_back(found);
                }
            }
        }
        round = std::move(next);
    }
    return out;
}

Collection single(Evaluation& evaluation, const Call& call)
{
    if (call.input.size() > 1) {
        return evaluation.fail(call.term.offset, {"un solo elemento", "a single item"});
    }
    return call.input;
}

Collection first(Evaluation&, const Call& call)
{
    return slice(call.input, 0, 1);
}

Collection last(Evaluation&, const Call& call)
{
    const auto size = static_cast<std::int64_t>(call.input.size());
    return slice(call.input, size - 1, size);
}

Collection tail(Evaluation&, const Call& call)
{
    return slice(call.input, 1, INT64_MAX);
}

Collection skip(Evaluation& evaluation, const Call& call)
{
    const auto from = evaluation.single_integer(evaluation.argument(call, 0), call.term.offset);
    return slice(call.input, from.value_or(0), INT64_MAX);
}

Collection take(Evaluation& evaluation, const Call& call)
{
    const auto to = evaluation.single_integer(evaluation.argument(call, 0), call.term.offset);
    return slice(call.input, 0, to.value_or(0));
}

Collection intersect(Evaluation& evaluation, const Call& call)
{
    const auto other = evaluation.argument(call, 0);
    Collection out;
    for (const auto& item : call.input) {
        if (evaluation.spend(other.size(), call.term.offset) && holds(other, item) &&
            !holds(out, item)) {
            out.push_back(item);
        }
    }
    return out;
}

Collection exclude(Evaluation& evaluation, const Call& call)
{
    const auto other = evaluation.argument(call, 0);
    Collection out;
    for (const auto& item : call.input) {
        if (evaluation.spend(other.size(), call.term.offset) && !holds(other, item)) {
            out.push_back(item);
        }
    }
    return out;
}

Collection unite(Evaluation& evaluation, const Call& call)
{
    return distinct_of(evaluation, combine(evaluation, call), call.term.offset);
}

Collection combine(Evaluation& evaluation, const Call& call)
{
    auto out = call.input;
    const auto other = evaluation.argument(call, 0);
    out.insert(out.end(), other.begin(), other.end());
    return out;
}

Collection iif(Evaluation& evaluation, const Call& call)
{
    if (call.input.size() > 1) {
        return evaluation.fail(call.term.offset, {"un solo elemento", "a single item"});
    }
    const Focus inside{call.input.empty() ? nullptr : &call.input[0], call.focus.index,
                       call.focus.total};
    const auto criterion =
        evaluation.single(evaluation.run(call.term.arguments[0], inside), call.term.offset);
    if (criterion && criterion->kind != ValueKind::boolean) {
        return evaluation.fail(call.term.offset, {"una condición", "a condition"});
    }
    if (evaluation.failed()) {
        return {};
    }
    if (criterion && criterion->truth) {
        return evaluation.run(call.term.arguments[1], inside);
    }
    return call.term.arguments.size() > 2 ? evaluation.run(call.term.arguments[2], inside)
                                          : Collection{};
}

Collection sort(Evaluation& evaluation, const Call& call)
{
    std::vector<Key> keys;
    for (const auto id : call.term.arguments) {
        const auto& term = evaluation.ast().terms[static_cast<std::size_t>(id)];
        const bool descending = term.op == Op::negate;
        keys.push_back({descending ? term.left : id, descending});
    }
    struct Row {
        Value value;
        std::vector<Collection> keys;
    };
    std::vector<Row> rows;
    for (const auto& item : call.input) {
        Row row{item, {}};
        for (const auto& key : keys) {
            row.keys.push_back(evaluation.run(key.term, {.self = &item}));
        }
        if (keys.empty()) {
            row.keys.push_back(one(item));
        }
        rows.push_back(std::move(row));
    }
    std::ranges::stable_sort(rows, [&](const Row& a, const Row& b) {
        for (std::size_t i = 0; i < a.keys.size(); ++i) {
            const bool descending = i < keys.size() && keys[i].descending;
            if (const int sign = compare_keys(a.keys[i], b.keys[i], descending); sign != 0) {
                return sign < 0;
            }
        }
        return false;
    });
    Collection out;
    for (const auto& row : rows) {
        out.push_back(row.value);
    }
    return out;
}

Collection aggregate(Evaluation& evaluation, const Call& call)
{
    Collection total;
    if (call.term.arguments.size() > 1) {
        total = evaluation.argument(call, 1);
    }
    std::int64_t index = 0;
    for (const auto& item : call.input) {
        total = evaluation.run(call.term.arguments[0], {&item, index++, &total});
    }
    return total;
}

/// The input as it is; nothing is written anywhere: its values may be a person's.
Collection trace(Evaluation&, const Call& call)
{
    return call.input;
}

Collection negation(Evaluation& evaluation, const Call& call)
{
    const auto truth = evaluation.condition(call.input, call.term.offset);
    return truth ? one(!*truth) : Collection{};
}

}  // namespace fhir::r4::fhirpath::functions
