#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "fhir_models/r4/fhirpath/ast.hpp"
#include "fhir_models/r4/fhirpath/expression.hpp"
#include "fhir_models/r4/fhirpath/functions.hpp"

namespace fhir::r4::fhirpath {

/// What $this, $index and $total mean at a place of an expression.
struct Focus {
    const Value* self;  ///< nullptr: nothing
    std::int64_t index = 0;
    const Collection* total = nullptr;
};

/// A function, its input and where it is called.
struct Call {
    const Term& term;
    Collection& input;
    const Focus& focus;
};

/// One evaluation of an expression. The first failure stays; what is made after it is dropped.
class Evaluation {
public:
    Evaluation(const Ast& ast, const Value& context, const Environment& around, Store& store)
        : ast_(ast), context_(context), around_(around), store_(store)
    {
    }

    [[nodiscard]] Collection run(TermId id, const Focus& focus);

    /// The n-th argument, with $this as at the call.
    [[nodiscard]] Collection argument(const Call& call, std::size_t n)
    {
        return run(call.term.arguments[n], call.focus);
    }
    /// The n-th argument for one item of the input.
    [[nodiscard]] Collection argument_for(const Call& call, std::size_t n, const Value& item,
                                          std::int64_t index)
    {
        return run(call.term.arguments[n], {&item, index, call.focus.total});
    }

    Collection fail(std::size_t offset, base::Text expected);
    [[nodiscard]] bool failed() const noexcept { return error_.has_value(); }
    [[nodiscard]] const base::Error& error() const noexcept { return *error_; }
    /// Counts work; false when there was too much.
    bool spend(std::size_t steps, std::size_t offset);

    /// The only item as a value of System; nothing for none. More than one fails.
    [[nodiscard]] std::optional<Value> single(const Collection& items, std::size_t offset);
    /// The only item as a text; anything else than a string fails.
    [[nodiscard]] std::optional<std::string_view> single_text(const Collection& items,
                                                              std::size_t offset);
    [[nodiscard]] std::optional<std::int64_t> single_integer(const Collection& items,
                                                             std::size_t offset);
    /// As a condition: one item that is no Boolean is true; nothing is nothing.
    [[nodiscard]] std::optional<bool> condition(const Collection& items, std::size_t offset);

    [[nodiscard]] const Ast& ast() const noexcept { return ast_; }
    [[nodiscard]] const Environment& around() const noexcept { return around_; }
    [[nodiscard]] Store& store() noexcept { return store_; }
    [[nodiscard]] Value text(std::string text)
    {
        return Value::string(store_.keep(std::move(text)));
    }

private:
    [[nodiscard]] Collection name(const Term& term, const Focus& focus);
    [[nodiscard]] Collection variable(const Term& term);
    [[nodiscard]] Collection item(const Term& term, const Focus& focus);
    [[nodiscard]] Collection call(const Term& term, const Focus& focus);

    const Ast& ast_;
    const Value& context_;
    const Environment& around_;
    Store& store_;
    std::optional<base::Error> error_;
    std::size_t spent_ = 0;
};

/// The answer of an operator with two sides (operators.cpp).
[[nodiscard]] Collection operate(Evaluation& evaluation, const Term& term, const Focus& focus);
[[nodiscard]] Collection negated(Evaluation& evaluation, const Term& term, const Collection& items);

/// Appends the members `name` of `parent` (navigation.cpp).
void append_members(const Value& parent, std::string_view name, Collection& out);
void append_children(const Value& parent, Collection& out);
/// Whether R4 gives the type an element of that FHIRPath name.
[[nodiscard]] bool has_member(const Type& type, std::string_view name) noexcept;

/// `is`: the type itself or one it is derived from. `exactly`: as() and ofType().
[[nodiscard]] bool is_of(const Value& value, const TypeName& type, bool loose) noexcept;
[[nodiscard]] bool is_exactly(const Value& value, const TypeName& type) noexcept;

[[nodiscard]] inline Collection one(const Value& value)
{
    return Collection(1, value);
}
[[nodiscard]] inline Collection one(bool truth)
{
    return one(Value::of(truth));
}

/// Whether the collection holds a value equal to this.
[[nodiscard]] bool holds(const Collection& items, const Value& value);
/// Each value once, in order.
[[nodiscard]] Collection distinct_of(Evaluation& evaluation, const Collection& items,
                                     std::size_t offset);

}  // namespace fhir::r4::fhirpath
