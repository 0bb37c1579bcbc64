#include "fhir_models/r4/fhirpath/evaluation.hpp"

#include <algorithm>

namespace fhir::r4::fhirpath {
namespace {

struct Constant {
    std::string_view name;
    std::string_view value;
};

constexpr Constant kConstants[] = {
    {"sct", "http://snomed.info/sct"},
    {"loinc", "http://loinc.org"},
    {"ucum", "http://unitsofmeasure.org"},
};

}  // namespace

Collection Evaluation::fail(std::size_t offset, base::Text expected)
{
    if (!error_) {
        error_ = base::Error{base::Errc::malformed_value,
                             "character " + std::to_string(offset + 1),
                             std::move(expected),
                             {}};
    }
    return {};
}

bool Evaluation::spend(std::size_t steps, std::size_t offset)
{
    spent_ += steps;
    if (spent_ > around_.steps && !error_) {
        const auto most = std::to_string(around_.steps);
        error_ = base::Error{base::Errc::limit_exceeded,
                             "character " + std::to_string(offset + 1),
                             {"a lo sumo " + most + " pasos", "at most " + most + " steps"},
                             {}};
    }
    return !error_;
}

std::optional<Value> Evaluation::single(const Collection& items, std::size_t offset)
{
    if (items.size() > 1) {
        fail(offset, {"un solo elemento", "a single item"});
    }
    return items.size() == 1 ? std::optional(to_system(items[0])) : std::nullopt;
}

std::optional<std::string_view> Evaluation::single_text(const Collection& items, std::size_t offset)
{
    const auto value = single(items, offset);
    if (!value || (value->kind == ValueKind::element && value->twin_only)) {
        return std::nullopt;
    }
    if (value->kind != ValueKind::string) {
        fail(offset, {"un texto", "a string"});
        return std::nullopt;
    }
    return value->text;
}

std::optional<std::int64_t> Evaluation::single_integer(const Collection& items, std::size_t offset)
{
    const auto value = single(items, offset);
    if (!value) {
        return std::nullopt;
    }
    const auto units = value->is_number() && value->number.scale == 0 ? value->number.units : 0;
    if (value->kind != ValueKind::integer || units > INT64_MAX || units < INT64_MIN) {
        fail(offset, {"un entero", "an integer"});
        return std::nullopt;
    }
    return static_cast<std::int64_t>(units);
}

std::optional<bool> Evaluation::condition(const Collection& items, std::size_t offset)
{
    const auto value = single(items, offset);
    if (!value || items.size() > 1) {
        return std::nullopt;
    }
    return value->kind != ValueKind::boolean || value->truth;
}

Collection Evaluation::run(TermId id, const Focus& focus)
{
    const auto& term = ast_.terms[static_cast<std::size_t>(id)];
    if (!spend(1, term.offset)) {
        return {};
    }
    switch (term.op) {
        case Op::literal:
            return one(term.literal);
        case Op::empty:
            return {};
        case Op::name:
            return name(term, focus);
        case Op::self:
            return focus.self != nullptr ? one(*focus.self) : Collection{};
        case Op::index:
            return one(Value::of(focus.index));
        case Op::total:
            return focus.total != nullptr ? *focus.total : Collection{};
        case Op::variable:
            return variable(term);
        case Op::call:
            return call(term, focus);
        case Op::item:
            return item(term, focus);
        case Op::keep_sign:
            return run(term.left, focus);
        case Op::negate:
            return negated(*this, term, run(term.left, focus));
        default:
            return operate(*this, term, focus);
    }
}

Collection Evaluation::name(const Term& term, const Focus& focus)
{
    Collection out;
    if (term.left == kNone) {
        if (focus.self == nullptr) {
            return out;
        }
        const auto& self = *focus.self;
        const bool resource = self.kind == ValueKind::element && self.type != nullptr &&
                              self.type->kind == TypeKind::resource;
        if (resource && is_of(self, {term.name, find_type(term.name), false}, false)) {
            return one(self);
        }
        append_members(self, term.name, out);
        if (around_.strict && out.empty() && self.type != nullptr &&
            !has_member(*self.type, term.name)) {
            return fail(term.offset, {"un elemento que el tipo tenga", "an element the type has"});
        }
        return out;
    }
    const auto input = run(term.left, focus);
    for (const auto& value : input) {
        append_members(value, term.name, out);
        const bool known = value.kind != ValueKind::element || value.type == nullptr ||
                           !around_.strict || value.type->abstract ||
                           has_member(*value.type, term.name);
        if (out.empty() && !known && !value.is_primitive_element()) {
            return fail(term.offset, {"un elemento que el tipo tenga", "an element the type has"});
        }
    }
    spend(out.size(), term.offset);
    return out;
}

Collection Evaluation::variable(const Term& term)
{
    const auto name = term.name;
    const auto* const resource = around_.resource;
    if (name == "resource" || (name == "rootResource" && around_.root_resource == nullptr)) {
        return resource != nullptr ? one(resource_value(*resource)) : Collection{};
    }
    if (name == "rootResource") {
        return one(resource_value(*around_.root_resource));
    }
    for (const auto& given : around_.variables) {
        if (given.name == name) {
            return one(given.value);
        }
    }
    for (const auto& constant : kConstants) {
        if (constant.name == name) {
            return one(Value::string(constant.value));
        }
    }
    if (name.starts_with("vs-") || name.starts_with("ext-")) {
        const bool value_set = name.starts_with("vs-");
        return one(text((value_set ? "http://hl7.org/fhir/ValueSet/"
                                   : "http://hl7.org/fhir/StructureDefinition/") +
                        std::string(name.substr(value_set ? 3 : 4))));
    }
    if (name == "context") {
        return one(context_);
    }
    return fail(term.offset, {"una variable conocida", "a known variable"});
}

Collection Evaluation::item(const Term& term, const Focus& focus)
{
    const auto items = run(term.left, focus);
    const auto index = single_integer(run(term.right, focus), term.offset);
    if (!index || *index < 0 || static_cast<std::size_t>(*index) >= items.size()) {
        return {};
    }
    return one(items[static_cast<std::size_t>(*index)]);
}

Collection Evaluation::call(const Term& term, const Focus& focus)
{
    auto input = term.left != kNone      ? run(term.left, focus)
                 : focus.self != nullptr ? one(*focus.self)
                                         : Collection{};
    if (failed()) {
        return {};
    }
    return term.function->run(*this, {term, input, focus});
}

bool holds(const Collection& items, const Value& value)
{
    return std::ranges::any_of(items,
                               [&](const Value& item) { return equal(item, value) == true; });
}

Collection distinct_of(Evaluation& evaluation, const Collection& items, std::size_t offset)
{
    Collection out;
    for (const auto& item : items) {
        if (!evaluation.spend(out.size(), offset)) {
            break;
        }
        if (!holds(out, item)) {
            out.push_back(item);
        }
    }
    return out;
}

}  // namespace fhir::r4::fhirpath
