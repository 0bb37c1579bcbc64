#include "fhir_models/r4/fhirpath/expression.hpp"

#include "fhir_models/r4/fhirpath/evaluation.hpp"
#include "fhir_models/r4/fhirpath/functions.hpp"
#include "fhir_models/r4/fhirpath/parser.hpp"
#include "fhir_models/r4/json_writer.hpp"

namespace fhir::r4::fhirpath {
namespace {

/// A pattern that is written out is compiled once: that costs many times what matching does.
void compile_patterns(Ast& ast)
{
    for (auto& term : ast.terms) {
        if (term.function == nullptr || !term.function->name.starts_with("matches")) {
            continue;
        }
        const auto& argument = ast.terms[static_cast<std::size_t>(term.arguments.front())];
        if (argument.op == Op::literal && argument.literal.kind == ValueKind::string) {
            term.pattern = Regex::compile(argument.literal.text);
        }
    }
}

}  // namespace

Expression::Expression(std::unique_ptr<const Ast> ast) : ast_(std::move(ast)) {}
Expression::Expression(Expression&&) noexcept = default;
Expression& Expression::operator=(Expression&&) noexcept = default;
Expression::~Expression() = default;

base::Result<Expression> Expression::compile(std::string_view text)
{
    auto ast = parse(text);
    if (!ast) {
        return base::Failure(ast.error());
    }
    compile_patterns(*ast);
    return Expression(std::make_unique<const Ast>(*std::move(ast)));
}

base::Result<Collection> Expression::evaluate(const Value& focus, const Environment& around,
                                              Store& store) const
{
    Evaluation evaluation(*ast_, focus, around, store);
    auto out = evaluation.run(ast_->root, {.self = &focus});
    if (evaluation.failed()) {
        return base::Failure(evaluation.error());
    }
    return out;
}

base::Result<Collection> Expression::evaluate(const Node& resource, const Environment& around,
                                              Store& store) const
{
    if (around.resource != nullptr) {
        return evaluate(resource_value(resource), around, store);
    }
    auto inside = around;
    inside.resource = &resource;
    return evaluate(resource_value(resource), inside, store);
}

Value resource_value(const Node& resource)
{
    Value value;
    value.kind = ValueKind::element;
    value.node = &resource;
    value.type = find_resource(resource.text_of("resourceType"));
    return value;
}

std::string to_json(const Value& value)
{
    if (value.kind == ValueKind::element) {
        return r4::to_json(*value.node);
    }
    auto text = to_text(value).value_or("");
    if (value.kind == ValueKind::boolean || value.is_number()) {
        return text;
    }
    std::string out;
    write_json_string(text, out);
    return out;
}

}  // namespace fhir::r4::fhirpath
