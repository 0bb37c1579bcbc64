#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "fhir_models/base/result.hpp"
#include "fhir_models/base/time.hpp"
#include "fhir_models/r4/fhirpath/value.hpp"

namespace fhir::r4::fhirpath {

struct Ast;

/// What an expression may ask for beside its focus.
struct Environment {
    const Node* resource = nullptr;       ///< %resource; the focus' own when nullptr
    const Node* root_resource = nullptr;  ///< %rootResource; `resource` when nullptr
    base::Instant now;                    ///< of now(), today() and timeOfDay()
    /// The resource a reference names, for resolve(); nullptr when it is not to hand.
    std::function<const Node*(std::string_view reference)> resolve;
    struct Variable {
        std::string_view name;
        Value value;
    };
    std::vector<Variable> variables;  ///< further %names
    /// Names that a type does not have, as() of many items and the like are errors.
    bool strict = false;
    bool loose_types = false;  ///< `is Boolean` holds for boolean: invariants of R4 mean it so
    std::size_t steps = 50'000'000;  ///< the work that may be done before it is given up
};

/// A FHIRPath expression, compiled once.
///
/// Owns:     its tree; nothing of the text.
/// Threads:  evaluate() from many at once.
/// Errors:   compile: malformed_value, limit_exceeded. evaluate: malformed_value (wrong kinds or
///           number of items), limit_exceeded (steps). `where` = "character N".
/// Source:   FHIRPath N1 with the types of R4; of the 2.1 draft, the functions in functions.cpp.
class Expression {
public:
    [[nodiscard]] static base::Result<Expression> compile(std::string_view text);

    Expression(Expression&&) noexcept;
    Expression& operator=(Expression&&) noexcept;
    Expression(const Expression&) = delete;
    Expression& operator=(const Expression&) = delete;
    ~Expression();

    /// Values point into the tree, this expression and `store`.
    [[nodiscard]] base::Result<Collection> evaluate(const Value& focus, const Environment& around,
                                                    Store& store) const;
    /// The same on a whole resource.
    [[nodiscard]] base::Result<Collection> evaluate(const Node& resource, const Environment& around,
                                                    Store& store) const;

private:
    explicit Expression(std::unique_ptr<const Ast> ast);
    std::unique_ptr<const Ast> ast_;
};

/// A resource as a value.
[[nodiscard]] Value resource_value(const Node& resource);

/// A value as JSON: elements as they stand, dates and quantities as text.
[[nodiscard]] std::string to_json(const Value& value);

}  // namespace fhir::r4::fhirpath
