#include "gateway/app/findings.hpp"

#include <algorithm>
#include <array>

#include "fhir_models/national/identity.hpp"
#include "fhir_models/national/minimum_dataset.hpp"
#include "fhir_models/national/profiles.hpp"
#include "fhir_models/national/subject.hpp"
#include "fhir_models/r4/json_writer.hpp"
#include "fhir_models/r4/validate.hpp"
#include "gateway/exchange/load_report.hpp"
#include "gateway/exchange/places.hpp"

namespace gateway::app {
namespace {

constexpr std::size_t kPlaces = 10;

std::string joined(const std::vector<std::string>& places, std::size_t count)
{
    std::string out;
    for (const auto& place : places) {
        out.append(out.empty() ? "" : "; ").append(place);
    }
    return out.append(count > places.size() ? "; ..." : "");
}

/// A cell no spreadsheet takes for a formula: nothing of ours begins with = + - @, a file may.
void cell(std::string& out, std::string_view text)
{
    out.append("\"");
    if (!text.empty() && std::string_view("=+-@").find(text.front()) != std::string_view::npos) {
        out.push_back('\'');
    }
    for (const char c : text) {
        out.append(c == '"' ? 2 : 1, c);
    }
    out.append("\"");
}

void line(std::string& out, const std::array<std::string_view, 8>& cells)
{
    for (const auto text : cells) {
        cell(out, text);
        out.push_back(',');
    }
    out.back() = '\n';
}

void column(std::string& out, std::string_view text, std::size_t width)
{
    out.append(text).append(text.size() < width ? width - text.size() : 1, ' ');
}

/// "OBX[4]-5[2].2 @byte 900" as "OBX-5.2", "row 7, column 13" as "column 13": one row per kind of
/// place.
std::string kind_of_place(std::string_view place)
{
    if (const auto column = place.find(", column "); column != std::string_view::npos) {
        place.remove_prefix(column + 2);
    }
    std::string out;
    bool inside = false;
    for (const char c : place.substr(0, place.find(" @"))) {
        inside = c == '[' || (inside && c != ']');
        if (!inside && c != ']') {
            out.push_back(c);
        }
    }
    return out;
}

}  // namespace

void append_member(std::string& json, std::string_view name, std::string_view text)
{
    json.append(json.back() == '{' ? "\"" : ",\"").append(name).append("\":");
    fhir::r4::write_json_string(text, json);
}

void append_member(std::string& json, std::string_view name, std::size_t number)
{
    json.append(json.back() == '{' ? "\"" : ",\"").append(name).append("\":");
    json.append(std::to_string(number));
}

void count(const mapping::Translation& translation, Summary& summary)
{
    for (const auto& one : translation.unmapped()) {
        ++summary[(one.rule.empty() ? "reported\t" : "ignored\t") + kind_of_place(one.place) +
                  "\t" + one.rule + "\t" + one.why];
    }
}

void validate_record(mapping::Translation& translation)
{
    if (translation.refused()) {
        return;
    }
    const auto& bundle = translation.bundle.root();
    for (auto& found : {fhir::r4::validate(bundle), fhir::national::check_identity(bundle),
                        fhir::national::check_minimum_dataset(bundle),
                        fhir::r4::check_profiles(bundle, fhir::national::profiles())}) {
        translation.issues.insert(translation.issues.end(), found.begin(), found.end());
    }
    exchange::add_source_places(translation);
}

void Findings::add(const mapping::Translation& translation)
{
    ++records_;
    if (guide_.empty()) {
        guide_ = translation.profile;
    }
    bool warned = false;
    for (const auto& issue : translation.issues) {
        warned = warned || issue.severity == base::Severity::warning;
        add(issue, translation.place);
    }
    if (translation.refused() || base::has_errors(translation.issues)) {
        ++refused_;
    } else {
        ++(warned ? warned_ : accepted_);
    }
    if (!translation.refused() &&
        fhir::national::subject_of(translation.bundle.root()).generic_curp) {
        ++generic_;
    }
}

void Findings::add(const base::Issue& issue, std::string_view place)
{
    const auto& known = base::info(issue.code);
    auto& finding = findings_[{issue.severity, known.id, issue.rule}];
    if (finding.count++ == 0) {
        finding.text = issue.expected.es.empty()
                           ? base::Text{std::string(known.es), std::string(known.en)}
                           : issue.expected;
    }
    if (finding.places.size() < kPlaces) {
        auto where = issue.where.empty() ? std::string(place) : issue.where;
        finding.places.push_back(
            issue.where.empty() && !issue.path.empty() ? where + " " + issue.path : where);
    }
}

void Findings::close()
{
    if (const auto error = exchange::over_ration(guide_, generic_, records_)) {
        add(base::to_issue(*error), "load");
    }
}

std::string Findings::to_table(std::string_view file) const
{
    std::string out(file);
    out.append("  ").append(guide_).append("  ").append(std::to_string(records_));
    out.append(" registros: ").append(std::to_string(accepted_)).append(" aceptados, ");
    out.append(std::to_string(warned_)).append(" aceptados con avisos, ");
    out.append(std::to_string(refused_)).append(" rechazados, ");
    out.append(std::to_string(generic_)).append(" con CURP genérica\n");
    for (const auto& [key, finding] : findings_) {
        const auto& [severity, code, rule] = key;
        column(out, "", 2);
        column(out, std::to_string(finding.count), 8);
        column(out, base::to_code(severity), 12);
        column(out, code, 9);
        column(out, rule, 30);
        out.append(finding.text.es).append("\n");
        column(out, "", 22);
        out.append(joined(finding.places, finding.count)).append("\n");
    }
    return out;
}

std::string Findings::to_csv(std::string_view file) const
{
    std::string out;
    for (const auto& [what, count] : {std::pair<std::string_view, std::size_t>{"records", records_},
                                      {"accepted", accepted_},
                                      {"warned", warned_},
                                      {"refused", refused_},
                                      {"genericCurp", generic_}}) {
        line(out, {file, what, "", guide_, std::to_string(count), "", "", ""});
    }
    for (const auto& [key, finding] : findings_) {
        const auto& [severity, code, rule] = key;
        line(out, {file, base::to_code(severity), code, rule, std::to_string(finding.count),
                   joined(finding.places, finding.count), finding.text.es, finding.text.en});
    }
    return out;
}

std::string Findings::to_json(std::string_view file) const
{
    std::string json = "{";
    append_member(json, "file", file);
    append_member(json, "guide", guide_);
    append_member(json, "records", records_);
    append_member(json, "accepted", accepted_);
    append_member(json, "warned", warned_);
    append_member(json, "refused", refused_);
    append_member(json, "genericCurp", generic_);
    json.append(",\"findings\":[");
    for (const auto& [key, finding] : findings_) {
        const auto& [severity, code, rule] = key;
        json.append(json.back() == '[' ? "{" : ",{");
        append_member(json, "severity", base::to_code(severity));
        append_member(json, "code", code);
        append_member(json, "rule", rule);
        append_member(json, "count", finding.count);
        json.append(",\"places\":[");
        for (const auto& place : finding.places) {
            json.append(json.back() == '[' ? "" : ",");
            fhir::r4::write_json_string(place, json);
        }
        json.push_back(']');
        append_member(json, "es", finding.text.es);
        append_member(json, "en", finding.text.en);
        json.push_back('}');
    }
    return json.append("]}\n");
}

}  // namespace gateway::app
