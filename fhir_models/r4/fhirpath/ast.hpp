#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fhir_models/r4/fhirpath/value.hpp"
#include "fhir_models/r4/regex.hpp"

namespace fhir::r4::fhirpath {

enum class Op : std::uint8_t {
    literal,
    empty,
    name,  ///< a member of its left, or of $this
    self,
    index,
    total,
    variable,
    call,
    item,
    negate,
    keep_sign,
    multiply,
    divide,
    quotient,
    remainder,
    add,
    subtract,
    concatenate,
    is,
    as,
    unite,
    less,
    less_or_equal,
    greater,
    greater_or_equal,
    equal,
    not_equal,
    equivalent,
    not_equivalent,
    in,
    contains,
    logical_and,
    logical_or,
    logical_xor,
    implies,
};

struct Function;

/// A type as `is`, `as` and ofType() name it.
struct TypeName {
    std::string_view name;
    const Type* fhir = nullptr;  ///< the type of FHIR of that name
    bool system = false;         ///< it may be a type of System
};

using TermId = std::int32_t;
constexpr TermId kNone = -1;

/// One node of an expression; its parts stand before it.
struct Term {
    Op op = Op::empty;
    TermId left = kNone;
    TermId right = kNone;
    Value literal;
    std::string_view name;
    const Function* function = nullptr;
    std::vector<TermId> arguments;
    std::optional<Regex> pattern;  ///< of a call that matches a pattern written out
    TypeName type;
    std::size_t offset = 0;
    std::uint16_t depth = 1;
};

struct Ast {
    std::vector<Term> terms;
    std::deque<std::string> texts;  ///< what names and literals are views of
    TermId root = kNone;
};

}  // namespace fhir::r4::fhirpath
