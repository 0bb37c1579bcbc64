#include <algorithm>

#include "fhir_models/r4/fhirpath/parsing.hpp"
#include "fhir_models/r4/fhirpath/unit.hpp"

namespace fhir::r4::fhirpath {
namespace {

constexpr std::string_view kSystemTypes[] = {"Boolean",  "String", "Integer",  "Decimal", "Date",
                                             "DateTime", "Time",   "Quantity", "Any"};

}  // namespace

Result<TypeName> Parser::type_name()
{
    const auto offset = token_.offset;
    std::string_view space;
    std::string_view name;
    for (bool more = true; more;) {
        if (!sees_word()) {
            return syntax_error(token_.offset, {"un tipo", "a type"});
        }
        space = name;
        name = ast_.texts.emplace_back(token_.text);
        if (auto next = advance(); !next) {
            return base::Failure(next.error());
        }
        more = sees(".") && space.empty() && (name == "FHIR" || name == "System");
        if (more) {
            if (auto next = advance(); !next) {
                return base::Failure(next.error());
            }
        }
    }
    TypeName type{name, space == "System" ? nullptr : find_type(name), false};
    type.system = space != "FHIR" && std::ranges::count(kSystemTypes, name) > 0;
    if (type.fhir == nullptr && !type.system && space != "System") {
        return syntax_error(offset, {"un tipo de FHIR o de System", "a type of FHIR or System"});
    }
    return type;
}

Result<TermId> Parser::literal()
{
    Term term;
    term.op = Op::literal;
    term.offset = token_.offset;
    const auto token = token_;
    if (token.kind == TokenKind::date || token.kind == TokenKind::date_time ||
        token.kind == TokenKind::time) {
        return moment(token);
    }
    if (auto next = advance(); !next) {
        return base::Failure(next.error());
    }
    if (token.kind == TokenKind::string) {
        term.literal = Value::string(token.text);
    } else if (token.kind == TokenKind::identifier) {
        if (token.text != "true" && token.text != "false") {
            return syntax_error(token.offset, {"un literal", "a literal"});
        }
        term.literal = Value::of(token.text == "true");
    } else if (token.kind == TokenKind::number) {
        const auto number = Decimal::parse(token.text);
        if (!number) {
            return syntax_error(token.offset, {"menos cifras", "fewer digits"});
        }
        const bool word = token_.kind == TokenKind::identifier && token_.text.size() > 2 &&
                          calendar_unit(token_.text).has_value();
        if (word || token_.kind == TokenKind::string) {
            term.literal = Value::quantity(*number, ast_.texts.emplace_back(token_.text));
            if (auto next = advance(); !next) {
                return base::Failure(next.error());
            }
        } else {
            term.literal = Value::of(*number);
            if (number->scale == 0) {
                term.literal.kind = ValueKind::integer;
            }
        }
    } else {
        return syntax_error(token.offset, {"un término de FHIRPath", "a term of FHIRPath"});
    }
    return add(std::move(term));
}

Result<TermId> Parser::moment(const Token& token)
{
    const auto value = token.kind == TokenKind::date ? Temporal::parse_date(token.text)
                       : token.kind == TokenKind::date_time
                           ? Temporal::parse_date_time(token.text)
                           : Temporal::parse_time(token.text.substr(1));
    if (!value) {
        return syntax_error(token.offset,
                            {"una fecha u hora que exista", "a date or time that exists"});
    }
    Term term;
    term.op = Op::literal;
    term.offset = token.offset;
    term.literal = Value::of(*value);
    auto next = advance();
    return next ? add(std::move(term)) : Result<TermId>(base::Failure(next.error()));
}

}  // namespace fhir::r4::fhirpath
