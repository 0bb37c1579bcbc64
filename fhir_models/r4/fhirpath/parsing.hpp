#pragma once

#include <cstdint>
#include <string_view>

#include "fhir_models/base/result.hpp"
#include "fhir_models/r4/fhirpath/ast.hpp"
#include "fhir_models/r4/fhirpath/lexer.hpp"

namespace fhir::r4::fhirpath {

using base::Result;

struct Operator {
    std::string_view word;
    Op op;
    int strength;  ///< the higher, the tighter
};

/// One parse: operators by strength, terms by descent (parser.cpp, parser_terms.cpp).
class Parser {
public:
    Parser(std::string_view text, Ast& ast) : lexer_(text, ast.texts), ast_(ast) {}

    Result<TermId> whole();

private:
    Result<TermId> expression(int strength);
    Result<TermId> unary();
    Result<TermId> path();
    Result<TermId> primary();
    Result<TermId> invocation(TermId left);
    Result<TermId> call(Term term);
    Result<TermId> literal();
    Result<TermId> moment(const Token& token);
    Result<TypeName> type_name();

    Result<TermId> add(Term term);
    Result<bool> advance();
    [[nodiscard]] bool sees(std::string_view symbol) const
    {
        return token_.kind == TokenKind::symbol && token_.text == symbol;
    }
    [[nodiscard]] bool sees_word() const
    {
        return token_.kind == TokenKind::identifier || token_.kind == TokenKind::quoted;
    }
    Result<bool> expect(std::string_view symbol);
    [[nodiscard]] const Operator* binary() const;
    [[nodiscard]] base::Failure unexpected() const
    {
        return syntax_error(token_.offset, {"un término de FHIRPath", "a term of FHIRPath"});
    }

    Lexer lexer_;
    Ast& ast_;
    Token token_;
    std::uint16_t open_ = 0;
};

}  // namespace fhir::r4::fhirpath
