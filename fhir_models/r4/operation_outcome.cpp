#include "fhir_models/r4/operation_outcome.hpp"

#include <string>

namespace fhir::r4 {
namespace {

constexpr std::string_view kCodeSystem = "urn:puente:issue-codes";
constexpr std::string_view kTranslation = "http://hl7.org/fhir/StructureDefinition/translation";
constexpr std::string_view kTraceId = "urn:puente:trace-id";

void add_string(Document& document, Node& parent, std::string_view name, std::string_view text)
{
    document.add(parent, name, Kind::string, document.keep(text));
}

/// A translation of the sentence beside it, as the standard extension wants it.
void add_translation(Document& document, Node& element, std::string_view text)
{
    auto& extensions = document.add(element, "extension", Kind::array);
    auto& translation = document.add(extensions, {}, Kind::object);
    auto& parts = document.add(translation, "extension", Kind::array);
    auto& language = document.add(parts, {}, Kind::object);
    document.add(language, "url", Kind::string, "lang");
    document.add(language, "valueCode", Kind::string, "en");
    auto& content = document.add(parts, {}, Kind::object);
    document.add(content, "url", Kind::string, "content");
    add_string(document, content, "valueString", text);
    document.add(translation, "url", Kind::string, kTranslation);
}

void add_details(Document& document, Node& issue, const base::ErrorInfo& row)
{
    auto& details = document.add(issue, "details", Kind::object);
    auto& codings = document.add(details, "coding", Kind::array);
    auto& coding = document.add(codings, {}, Kind::object);
    document.add(coding, "system", Kind::string, kCodeSystem);
    document.add(coding, "code", Kind::string, row.id);
    document.add(details, "text", Kind::string, row.es);
    auto& beside = document.add(details, "_text", Kind::object);
    add_translation(document, beside, row.en);
}

/// "PID-3.1 @byte 214; se esperaba ... / expected ...; se encontró ... / found ...".
std::string diagnostics_of(const base::Issue& issue)
{
    std::string text = issue.where;
    const auto part = [&](std::string_view es, std::string_view en, const base::Text& words) {
        if (words.es.empty() && words.en.empty()) {
            return;
        }
        text.append(text.empty() ? "" : "; ");
        text.append(es).append(words.es).append(" / ").append(en).append(words.en);
    };
    part("se esperaba: ", "expected: ", issue.expected);
    part("se encontró: ", "found: ", issue.found);
    if (!issue.rule.empty()) {
        text.append(text.empty() ? "" : "; ").append("regla / rule: ").append(issue.rule);
    }
    return text;
}

void add_issue(Document& document, Node& issues, const base::Issue& found)
{
    const auto& row = base::info(found.code);
    auto& issue = document.add(issues, {}, Kind::object);
    document.add(issue, "severity", Kind::string, base::to_code(found.severity));
    document.add(issue, "code", Kind::string, row.issue_type);
    add_details(document, issue, row);
    if (const auto text = diagnostics_of(found); !text.empty()) {
        add_string(document, issue, "diagnostics", text);
    }
    if (!found.path.empty()) {
        auto& expression = document.add(issue, "expression", Kind::array);
        add_string(document, expression, {}, found.path);
    }
}

void add_all_ok(Document& document, Node& issues)
{
    auto& issue = document.add(issues, {}, Kind::object);
    document.add(issue, "severity", Kind::string, "information");
    document.add(issue, "code", Kind::string, "informational");
    auto& details = document.add(issue, "details", Kind::object);
    document.add(details, "text", Kind::string, "Sin hallazgos");
    auto& beside = document.add(details, "_text", Kind::object);
    add_translation(document, beside, "All OK");
}

}  // namespace

Document to_operation_outcome(const base::Issues& issues, std::string_view trace_id)
{
    Document document;
    auto& root = document.root();
    document.add(root, "resourceType", Kind::string, "OperationOutcome");
    document.add(root, "language", Kind::string, "es");
    if (!trace_id.empty()) {
        auto& extensions = document.add(root, "extension", Kind::array);
        auto& extension = document.add(extensions, {}, Kind::object);
        document.add(extension, "url", Kind::string, kTraceId);
        add_string(document, extension, "valueString", trace_id);
    }
    auto& list = document.add(root, "issue", Kind::array);
    for (const auto& issue : issues) {
        add_issue(document, list, issue);
    }
    if (issues.empty()) {
        add_all_ok(document, list);
    }
    return document;
}

}  // namespace fhir::r4
