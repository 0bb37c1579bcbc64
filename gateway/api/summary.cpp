#include "gateway/api/summary.hpp"

#include <algorithm>
#include <array>

#include "fhir_models/r4/json_writer.hpp"

namespace gateway::api {
namespace {

using fhir::r4::Document;
using fhir::r4::Kind;
using fhir::r4::Node;

/// A section of the summary: its LOINC code and the types that belong there.
struct Section {
    std::string_view loinc;
    std::string_view display;
    std::string_view title;
    std::array<std::string_view, 2> types;
    bool required;
};

constexpr std::array kSections{
    // clang-format off
    Section{"11450-4", "Problem list - Reported",                            "Problemas",      {"Condition", ""},                            true},
    Section{"48765-2", "Allergies and adverse reactions Document",           "Alergias",       {"AllergyIntolerance", ""},                   true},
    Section{"10160-0", "History of Medication use Narrative",                "Medicamentos",   {"MedicationStatement", "MedicationRequest"}, true},
    Section{"11369-6", "History of Immunization note",                       "Vacunas",        {"Immunization", ""},                         false},
    Section{"47519-4", "History of Procedures Document",                     "Procedimientos", {"Procedure", ""},                            false},
    Section{"30954-2", "Relevant diagnostic tests/laboratory data note",     "Resultados",     {"Observation", "DiagnosticReport"},          false},
    Section{"46240-8", "History of Hospitalizations+Outpatient visits note", "Atenciones",     {"Encounter", ""},                            false},
    // clang-format on
};

/// What sections refer to beside what they list.
constexpr std::array<std::string_view, 4> kAround{"Practitioner", "PractitionerRole",
                                                  "Organization", "Location"};

bool belongs(const Section& section, const Shown& shown)
{
    return std::ranges::find(section.types, std::string_view(shown.where.type)) !=
           section.types.end();
}

/// What a person reads of a resource: the text of its code, or the display of its first coding.
std::string_view said_of(const Node& resource)
{
    for (const std::string_view name :
         {"code", "medicationCodeableConcept", "vaccineCode", "type", "class"}) {
        const auto* concept_ = resource.find(name);
        if (concept_ != nullptr && concept_->kind == Kind::array) {
            concept_ = concept_->at(0);
        }
        if (concept_ == nullptr) {
            continue;
        }
        const auto* const codings = concept_->find("coding");
        const auto* const coding = codings == nullptr ? concept_ : codings->at(0);
        for (const auto text : {concept_->text_of("text"),
                                coding == nullptr ? std::string_view() : coding->text_of("display"),
                                coding == nullptr ? std::string_view() : coding->text_of("code")}) {
            if (!text.empty()) {
                return text;
            }
        }
    }
    return resource.text_of("resourceType");
}

void append_escaped(std::string& out, std::string_view text)
{
    for (const char c : text) {
        switch (c) {
            case '&':
                out.append("&amp;");
                break;
            case '<':
                out.append("&lt;");
                break;
            case '>':
                out.append("&gt;");
                break;
            default:
                out.push_back(c);
        }
    }
}

std::string narrative(const std::vector<const Shown*>& listed)
{
    std::string div = R"(<div xmlns="http://www.w3.org/1999/xhtml">)";
    if (listed.empty()) {
        return div.append("<p>Sin información. No information.</p></div>");
    }
    div.append("<ul>");
    for (const auto* shown : listed) {
        div.append("<li>");
        append_escaped(div, said_of(*shown->resource));
        div.append("</li>");
    }
    return div.append("</ul></div>");
}

class Writer {
public:
    Writer(const std::vector<Shown>& all, const SummaryFrame& frame) : all_(all), frame_(frame) {}

    std::string write()
    {
        auto& root = out_.root();
        text(root, "resourceType", "Bundle");
        text(root, "id", frame_.id);
        auto& identifier = out_.add(root, "identifier", Kind::object);
        text(identifier, "system", "urn:ietf:rfc:3986");
        text(identifier, "value", "urn:uuid:" + frame_.id);
        text(root, "type", "document");
        text(root, "timestamp", base::to_rfc3339(frame_.now));
        auto& entries = out_.add(root, "entry", Kind::array);
        composition(entry(entries, "Composition/" + frame_.id));
        for (const auto& shown : all_) {
            if (&shown == &all_.front() || is_in(shown)) {
                auto& one = out_.add(entries, {}, Kind::object);
                text(one, "fullUrl", frame_.base + "/" + place(shown));
                out_.add_copy(one, "resource", *shown.resource);
            }
        }
        auto& author = entry(entries, "Device/" + frame_.id);
        text(author, "resourceType", "Device");
        text(author, "id", frame_.id);
        auto& name = out_.add(out_.add(author, "identifier", Kind::array), {}, Kind::object);
        text(name, "system", "urn:ietf:rfc:3986");
        text(name, "value", frame_.gateway);
        return fhir::r4::to_json(root);
    }

private:
    static std::string place(const Shown& shown) { return shown.where.type + "/" + shown.where.id; }

    static bool is_in(const Shown& shown)
    {
        return std::ranges::find(kAround, std::string_view(shown.where.type)) != kAround.end() ||
               std::ranges::any_of(
                   kSections, [&shown](const Section& section) { return belongs(section, shown); });
    }

    Node& entry(Node& entries, const std::string& at)
    {
        auto& one = out_.add(entries, {}, Kind::object);
        text(one, "fullUrl", frame_.base + "/" + at);
        return out_.add(one, "resource", Kind::object);
    }

    void composition(Node& composition)
    {
        text(composition, "resourceType", "Composition");
        text(composition, "id", frame_.id);
        text(composition, "status", "final");
        coded(composition, "type", "60591-5", "Patient summary Document");
        reference(out_.add(composition, "subject", Kind::object), place(all_.front()));
        text(composition, "date", base::to_rfc3339(frame_.now));
        auto& authors = out_.add(composition, "author", Kind::array);
        reference(out_.add(authors, {}, Kind::object), "Device/" + frame_.id);
        text(composition, "title", "Resumen internacional del paciente");
        auto& sections = out_.add(composition, "section", Kind::array);
        for (const auto& section : kSections) {
            add_section(sections, section);
        }
    }

    void add_section(Node& sections, const Section& section)
    {
        std::vector<const Shown*> listed;
        for (const auto& shown : all_) {
            if (belongs(section, shown)) {
                listed.push_back(&shown);
            }
        }
        if (listed.empty() && !section.required) {
            return;
        }
        auto& one = out_.add(sections, {}, Kind::object);
        text(one, "title", section.title);
        coded(one, "code", section.loinc, section.display);
        auto& narrated = out_.add(one, "text", Kind::object);
        text(narrated, "status", "generated");
        text(narrated, "div", narrative(listed));
        if (listed.empty()) {
            auto& reason = out_.add(one, "emptyReason", Kind::object);
            auto& coding = out_.add(out_.add(reason, "coding", Kind::array), {}, Kind::object);
            text(coding, "system", "http://terminology.hl7.org/CodeSystem/list-empty-reason");
            text(coding, "code", "unavailable");
            return;
        }
        auto& entries = out_.add(one, "entry", Kind::array);
        for (const auto* shown : listed) {
            reference(out_.add(entries, {}, Kind::object), place(*shown));
        }
    }

    void coded(Node& parent, std::string_view name, std::string_view code, std::string_view display)
    {
        auto& made = out_.add(parent, name, Kind::object);
        auto& coding = out_.add(out_.add(made, "coding", Kind::array), {}, Kind::object);
        text(coding, "system", "http://loinc.org");
        text(coding, "code", code);
        text(coding, "display", display);
    }

    void reference(Node& parent, std::string_view to) { text(parent, "reference", to); }

    void text(Node& parent, std::string_view name, std::string_view value)
    {
        out_.add(parent, name, Kind::string, out_.keep(value));
    }

    const std::vector<Shown>& all_;
    const SummaryFrame& frame_;
    Document out_;
};

}  // namespace

std::string summary_of(const std::vector<Shown>& all, const SummaryFrame& frame)
{
    return Writer(all, frame).write();
}

}  // namespace gateway::api
