#include "fhir_models/r4/fhirpath/parser.hpp"

#include <algorithm>

#include "fhir_models/r4/fhirpath/functions.hpp"
#include "fhir_models/r4/fhirpath/parsing.hpp"

namespace fhir::r4::fhirpath {
namespace {

constexpr std::uint16_t kDeepest = 200;

constexpr Operator kOperators[] = {
    // clang-format off
    {"*", Op::multiply, 10},  {"/", Op::divide, 10},  {"div", Op::quotient, 10}, {"mod", Op::remainder, 10},
    {"+", Op::add, 9},        {"-", Op::subtract, 9}, {"&", Op::concatenate, 9},
    {"is", Op::is, 8},        {"as", Op::as, 8},
    {"|", Op::unite, 7},
    {"<", Op::less, 6},       {"<=", Op::less_or_equal, 6}, {">", Op::greater, 6}, {">=", Op::greater_or_equal, 6},
    {"=", Op::equal, 5},      {"!=", Op::not_equal, 5},     {"~", Op::equivalent, 5}, {"!~", Op::not_equivalent, 5},
    {"in", Op::in, 4},        {"contains", Op::contains, 4},
    {"and", Op::logical_and, 3},
    {"or", Op::logical_or, 2}, {"xor", Op::logical_xor, 2},
    {"implies", Op::implies, 1},
    // clang-format on
};

}  // namespace

Result<bool> Parser::advance()
{
    auto token = lexer_.next();
    if (!token) {
        return base::Failure(token.error());
    }
    token_ = *token;
    return true;
}

Result<bool> Parser::expect(std::string_view symbol)
{
    if (!sees(symbol)) {
        return syntax_error(token_.offset, {std::string(symbol), std::string(symbol)});
    }
    return advance();
}

Result<TermId> Parser::add(Term term)
{
    const auto deepest = [&](TermId id) {
        return id == kNone ? std::uint16_t{0} : ast_.terms[static_cast<std::size_t>(id)].depth;
    };
    auto depth = std::max(deepest(term.left), deepest(term.right));
    for (const auto id : term.arguments) {
        depth = std::max(depth, deepest(id));
    }
    if (depth >= kDeepest) {
        return base::fail(base::Errc::limit_exceeded,
                          "character " + std::to_string(term.offset + 1),
                          {"a lo sumo 200 niveles", "at most 200 levels"});
    }
    term.depth = static_cast<std::uint16_t>(depth + 1);
    ast_.terms.push_back(std::move(term));
    return static_cast<TermId>(ast_.terms.size()) - 1;
}

Result<TermId> Parser::whole()
{
    if (auto first = advance(); !first) {
        return base::Failure(first.error());
    }
    auto term = expression(0);
    if (term && token_.kind != TokenKind::end) {
        return syntax_error(token_.offset, {"un operador o el final", "an operator or the end"});
    }
    return term;
}

const Operator* Parser::binary() const
{
    if (token_.kind != TokenKind::symbol && token_.kind != TokenKind::identifier) {
        return nullptr;
    }
    const auto* const found = std::ranges::find(kOperators, token_.text, &Operator::word);
    return found == std::end(kOperators) ? nullptr : found;
}

/// Operators that bind tighter than `strength`.
Result<TermId> Parser::expression(int strength)
{
    if (++open_ > kDeepest) {
        return base::fail(base::Errc::limit_exceeded,
                          "character " + std::to_string(token_.offset + 1),
                          {"a lo sumo 200 niveles", "at most 200 levels"});
    }
    auto left = unary();
    for (const auto* row = binary(); left && row != nullptr && row->strength > strength;
         row = binary()) {
        Term term;
        term.op = row->op;
        term.left = *left;
        term.offset = token_.offset;
        if (auto next = advance(); !next) {
            return base::Failure(next.error());
        }
        if (row->op == Op::is || row->op == Op::as) {
            const auto type = type_name();
            if (!type) {
                return base::Failure(type.error());
            }
            term.type = *type;
        } else {
            auto right = expression(row->strength);
            if (!right) {
                return right;
            }
            term.right = *right;
        }
        left = add(std::move(term));
    }
    --open_;
    return left;
}

Result<TermId> Parser::unary()
{
    if (!sees("-") && !sees("+")) {
        return path();
    }
    Term term;
    term.op = sees("-") ? Op::negate : Op::keep_sign;
    term.offset = token_.offset;
    if (auto next = advance(); !next) {
        return base::Failure(next.error());
    }
    auto operand = ++open_ > kDeepest ? Result<TermId>(unexpected()) : unary();
    --open_;
    if (!operand) {
        return operand;
    }
    term.left = *operand;
    return add(std::move(term));
}

Result<TermId> Parser::path()
{
    auto left = primary();
    while (left && (sees(".") || sees("["))) {
        const bool member = sees(".");
        if (auto next = advance(); !next) {
            return base::Failure(next.error());
        }
        if (member) {
            left = invocation(*left);
            continue;
        }
        Term term;
        term.op = Op::item;
        term.left = *left;
        term.offset = token_.offset;
        auto index = expression(0);
        if (!index) {
            return index;
        }
        term.right = *index;
        if (auto closed = expect("]"); !closed) {
            return base::Failure(closed.error());
        }
        left = add(std::move(term));
    }
    return left;
}

Result<TermId> Parser::primary()
{
    Term term;
    term.offset = token_.offset;
    if (sees("(")) {
        if (auto next = advance(); !next) {
            return base::Failure(next.error());
        }
        auto inner = expression(0);
        if (!inner) {
            return inner;
        }
        auto closed = expect(")");
        return closed ? inner : Result<TermId>(base::Failure(closed.error()));
    }
    if (sees("{")) {
        auto next = advance();
        auto closed = next ? expect("}") : next;
        return closed ? add(std::move(term)) : Result<TermId>(base::Failure(closed.error()));
    }
    if (token_.kind == TokenKind::variable) {
        term.op = Op::variable;
        term.name = ast_.texts.emplace_back(token_.text);
        auto next = advance();
        return next ? add(std::move(term)) : Result<TermId>(base::Failure(next.error()));
    }
    const bool word = sees_word() || token_.kind == TokenKind::focus;
    const bool boolean =
        token_.kind == TokenKind::identifier && (token_.text == "true" || token_.text == "false");
    return word && !boolean ? invocation(kNone) : literal();
}

/// A member or a function of `left`; without left, of $this.
Result<TermId> Parser::invocation(TermId left)
{
    Term term;
    term.left = left;
    term.offset = token_.offset;
    term.name = ast_.texts.emplace_back(token_.text);
    if (token_.kind == TokenKind::focus && left == kNone) {
        const bool known =
            token_.text == "this" || token_.text == "index" || token_.text == "total";
        term.op =
            token_.text == "this" ? Op::self : (token_.text == "index" ? Op::index : Op::total);
        auto next = known ? advance() : Result<bool>(unexpected());
        return next ? add(std::move(term)) : Result<TermId>(base::Failure(next.error()));
    }
    if (!sees_word()) {
        return unexpected();
    }
    if (auto next = advance(); !next) {
        return base::Failure(next.error());
    }
    if (sees("(")) {
        return call(std::move(term));
    }
    term.op = Op::name;
    return add(std::move(term));
}

Result<TermId> Parser::call(Term term)
{
    term.op = Op::call;
    term.function = find_function(term.name);
    if (term.function == nullptr) {
        return syntax_error(term.offset, {"una función de FHIRPath", "a function of FHIRPath"});
    }
    if (auto next = advance(); !next) {
        return base::Failure(next.error());
    }
    if (term.function->takes_type) {
        const auto type = type_name();
        if (!type) {
            return base::Failure(type.error());
        }
        term.type = *type;
    }
    while (!term.function->takes_type && !sees(")")) {
        if (!term.arguments.empty()) {
            if (auto comma = expect(","); !comma) {
                return base::Failure(comma.error());
            }
        }
        auto argument = expression(0);
        if (!argument) {
            return argument;
        }
        term.arguments.push_back(*argument);
    }
    if (auto closed = expect(")"); !closed) {
        return base::Failure(closed.error());
    }
    const auto count = term.arguments.size() + (term.function->takes_type ? 1 : 0);
    if (count < term.function->least || count > term.function->most) {
        return syntax_error(term.offset,
                            {"otro número de argumentos", "another number of arguments"});
    }
    return add(std::move(term));
}

base::Result<Ast> parse(std::string_view text)
{
    Ast ast;
    auto root = Parser(text, ast).whole();
    if (!root) {
        return base::Failure(root.error());
    }
    ast.root = *root;
    return ast;
}

}  // namespace fhir::r4::fhirpath
