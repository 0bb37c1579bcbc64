#include "mapping/hl7v2/outgoing.hpp"

#include <algorithm>
#include <array>

#include "fhir_models/base/text.hpp"
#include "mapping/hl7v2/escape.hpp"

namespace mapping::hl7v2 {
namespace {

namespace r4 = fhir::r4;
namespace fp = fhir::r4::fhirpath;

/// Columns of the table, for the place of a fault.
enum Column : std::size_t { kMessage = 1, kSegment, kEach, kField, kRepeat, kValue, kVocab };

using Place = std::array<std::uint32_t, 3>;  ///< repetition, component, subcomponent

/// "2026-11-21T10:15:00-06:00" as HL7 writes it: "20261121101500-0600".
std::string hl7_time(std::string_view text)
{
    std::string out;
    const auto time = text.find('T');
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool zone = time != std::string_view::npos && i > time && (c == '+' || c == '-');
        if (c == 'Z') {
            out.append("+0000");
        } else if ((c >= '0' && c <= '9') || c == '.' || zone) {
            out.push_back(c);
        }
    }
    return out;
}

std::string text_of(const fp::Value& value)
{
    const auto system = fp::to_system(value);
    if (system.kind == fp::ValueKind::boolean) {
        return system.truth ? "Y" : "N";
    }
    if (system.kind == fp::ValueKind::temporal) {
        return hl7_time(fp::to_text(system).value_or(std::string{}));
    }
    if (value.is_primitive_element() && value.node != nullptr) {
        return std::string(value.node->text);  // numbers as they were written
    }
    return fp::to_text(system).value_or(std::string{});
}

/// One field: its repetitions, components and subcomponents with what separates them.
std::string join(const std::map<Place, std::string>& parts, const Delimiters& delimiters)
{
    std::string out;
    Place at{1, 1, 1};
    for (const auto& [place, text] : parts) {
        if (place[0] > at[0]) {
            out.append(place[0] - at[0], delimiters.repetition);
            at = {place[0], 1, 1};
        }
        if (place[1] > at[1]) {
            out.append(place[1] - at[1], delimiters.component);
            at = {place[0], place[1], 1};
        }
        out.append(place[2] - at[2], delimiters.subcomponent);
        at = place;
        out.append(escape(text, delimiters));
    }
    return out;
}

}  // namespace

bool Outgoing::read_field(const OutRow& row, Field& field)
{
    std::array<std::uint32_t*, 3> into{&field.field, &field.component, &field.subcomponent};
    const auto steps = base::split(row.field, '.');
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const auto number = i < into.size() ? base::to_size(steps[i]) : std::nullopt;
        if (!number || *number == 0 || *number > 999) {
            return false;
        }
        *into[i] = static_cast<std::uint32_t>(*number);
    }
    return true;
}

Outgoing Outgoing::compile(const std::vector<OutRow>& rows, const std::vector<CodeRow>& codes,
                           base::Issues& faults)
{
    Outgoing out;
    for (const auto& code : codes) {
        out.codes_[code.vocab][code.code] = code.target;
    }
    for (const auto& row : rows) {
        const auto fault = [&](std::size_t column, base::Text expected) {
            faults.push_back(package_fault(row.place, column, row.segment + "-" + row.field,
                                           std::move(expected)));
        };
        const auto expression = [&](const std::string& text, std::size_t column) {
            std::optional<Expression> made;
            if (!text.empty()) {
                if (auto compiled = Expression::compile(text)) {
                    made = *std::move(compiled);
                } else {
                    fault(column, {"una expresión FHIRPath", "a FHIRPath expression"});
                }
            }
            return made;
        };
        auto* level = &out.messages_[row.message];
        const auto dot = row.segment.rfind('.');
        if (dot != std::string::npos) {
            const auto parent =
                std::ranges::find(*level, row.segment.substr(0, dot), &Segment::path);
            if (parent == level->end()) {
                fault(kSegment, {"un segmento ya descrito antes del punto",
                                 "a segment described above before the dot"});
                continue;
            }
            level = &parent->below;
        }
        auto segment = std::ranges::find(*level, row.segment, &Segment::path);
        if (segment == level->end()) {
            level->emplace_back();
            segment = level->end() - 1;
            segment->path = row.segment;
            segment->where = row.place.file + ":" + std::to_string(row.place.line);
            segment->each = expression(row.each, kEach);
        }
        Field field;
        field.where = row.place.file + ":" + std::to_string(row.place.line);
        field.vocab = row.vocab;
        if (!read_field(row, field)) {
            fault(kField, {"campo.componente.subcomponente", "field.component.subcomponent"});
            continue;
        }
        if (!row.vocab.empty() && !out.codes_.contains(row.vocab)) {
            fault(kVocab, {"un vocabulario conocido", "a known vocabulary"});
        }
        field.repeat = expression(row.repeat, kRepeat);
        field.value = expression(row.value, kValue);
        const auto same = std::ranges::find_if(segment->fields, [&](const Field& other) {
            return other.field == field.field && other.component == field.component &&
                   other.subcomponent == field.subcomponent;
        });
        if (same != segment->fields.end()) {
            *same = std::move(field);
        } else {
            segment->fields.push_back(std::move(field));
        }
    }
    return out;
}

/// One message while it is written.
struct Outgoing::Writing {
    const Outgoing& out;
    fp::Environment around;
    fp::Store store;
    Delimiters delimiters;
    std::string text;
    std::optional<base::Error> error;

    fp::Collection items(const std::optional<Expression>& expression, const fp::Value& focus,
                         const std::string& where)
    {
        if (!expression) {
            return fp::Collection{focus};
        }
        auto found = expression->evaluate(focus, around, store);
        if (!found) {
            error = found.error();
            error->where = where;
            return {};
        }
        return *std::move(found);
    }

    void write(const std::vector<Segment>& segments, const fp::Value& focus)
    {
        for (const auto& segment : segments) {
            for (const auto& item : items(segment.each, focus, segment.where)) {
                write(segment, item);
                write(segment.below, item);
            }
        }
    }

    void write(const Segment& segment, const fp::Value& item)
    {
        std::map<std::uint32_t, std::map<Place, std::string>> fields;
        for (const auto& field : segment.fields) {
            std::uint32_t repetition = 0;
            for (const auto& one : items(field.repeat, item, field.where)) {
                ++repetition;
                const auto values = items(field.value, one, field.where);
                auto value = values.empty() ? std::string{} : text_of(values.front());
                if (!field.vocab.empty()) {
                    const auto& codes = out.codes_.at(field.vocab);
                    const auto known = codes.find(value);
                    value = known != codes.end() ? known->second : value;
                }
                if (!value.empty()) {
                    fields[field.field][{repetition, field.component, field.subcomponent}] =
                        std::move(value);
                }
            }
        }
        if (fields.empty()) {
            return;
        }
        const auto name = segment.path.substr(segment.path.rfind('.') + 1);
        text.append(name);
        std::uint32_t at = 0;
        if (name == "MSH") {
            text.append("|^~\\&");
            at = 2;
        }
        for (const auto& [number, parts] : fields) {
            text.append(number - at, delimiters.field);
            at = number;
            text.append(join(parts, delimiters));
        }
        text.push_back('\r');
    }
};

base::Result<std::string> Outgoing::write(const r4::Node& bundle, std::string_view message,
                                          const OutStamp& stamp) const
{
    const auto segments = messages_.find(message);
    if (segments == messages_.end()) {
        return base::fail(base::Errc::unknown_event, "--to",
                          {"un mensaje con tabla de salida", "a message with an outgoing table"});
    }
    std::unordered_map<std::string_view, const r4::Node*> by_url;
    if (const auto* const entries = bundle.find("entry"); entries != nullptr) {
        for (const auto& entry : *entries) {
            by_url.emplace(entry.text_of("fullUrl"), entry.find("resource"));
        }
    }
    Writing writing{.out = *this,
                    .around = {},
                    .store = {},
                    .delimiters = {},
                    .text = {},
                    .error = std::nullopt};
    writing.around.resource = &bundle;
    writing.around.resolve = [&by_url](std::string_view reference) -> const r4::Node* {
        const auto found = by_url.find(reference);
        return found == by_url.end() ? nullptr : found->second;
    };
    writing.around.variables = {{"time", fp::Value::string(stamp.time)},
                                {"controlId", fp::Value::string(stamp.control_id)},
                                {"receiver", fp::Value::string(stamp.receiver)}};
    writing.write(segments->second, fp::resource_value(bundle));
    if (writing.error) {
        return base::Failure(*std::move(writing.error));
    }
    return std::move(writing.text);
}

}  // namespace mapping::hl7v2
