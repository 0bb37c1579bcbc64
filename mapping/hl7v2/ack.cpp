#include "mapping/hl7v2/ack.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "fhir_models/base/text.hpp"
#include "mapping/hl7v2/escape.hpp"
#include "mapping/hl7v2/reader.hpp"

namespace mapping::hl7v2 {
namespace {

constexpr std::array<std::string_view, 6> kCodes{"AA", "AE", "AR", "CA", "CE", "CR"};
constexpr std::array<std::string_view, 4> kSeverities{"F", "E", "W", "I"};  // table 0516
constexpr std::size_t kMostErrors = 20;

/// The MSH of the request as an answer needs it.
struct RequestHeader {
    std::optional<SourceTree> tree;
    std::uint32_t segment = 0;

    explicit RequestHeader(std::string_view message)
    {
        const auto messages = find_messages(message);
        if (!messages) {
            return;
        }
        auto read_tree = read(message, messages->front(), {});
        if (!read_tree) {
            return;
        }
        tree = *std::move(read_tree);
        while (segment < tree->segments.size() && tree->segments[segment].text() != "MSH") {
            ++segment;
        }
        if (segment == tree->segments.size()) {  // "MSH" stood in the middle of a line
            tree.reset();
        }
    }

    /// A field as it was sent, delimiters and all.
    [[nodiscard]] std::string_view raw(std::uint32_t field) const
    {
        if (!tree) {
            return {};
        }
        const auto view = tree->select(tree->whole(segment), field);
        if (view.empty()) {
            return {};
        }
        const auto& first = tree->leaves[view.first];
        const auto& last = tree->leaves[view.last - 1];
        return tree->bytes.substr(first.begin, last.begin + last.size - first.begin);
    }

    [[nodiscard]] std::string_view component(std::uint32_t field, std::uint32_t number) const
    {
        if (!tree) {
            return {};
        }
        const auto view = tree->select(tree->select(tree->whole(segment), field), 1);
        const auto* const leaf = tree->head(tree->select(view, number));
        return leaf == nullptr ? std::string_view{} : tree->raw(*leaf);
    }
};

/// "PID-3[2].4.1 @byte 312" in its parts; what is no segment place has none.
struct Location {
    std::string segment;
    std::string sequence = "1";
    std::string field;
    std::string repetition;
    std::string component;
    std::string subcomponent;
};

/// Takes "[n]" from the front; 1 when there is none.
std::string take_index(std::string_view& text)
{
    if (!text.starts_with('[')) {
        return "1";
    }
    const auto close = std::min(text.find(']'), text.size() - 1);
    auto index = std::string(text.substr(1, close - 1));
    text.remove_prefix(close + 1);
    return index;
}

Location location_of(std::string_view where)
{
    Location location;
    auto place = where.substr(0, where.find(' '));
    const bool named = place.size() >= 3 && std::ranges::all_of(place.substr(0, 3), [](char c) {
                           return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
                       });
    if (!named) {
        return location;
    }
    location.segment = place.substr(0, 3);
    place.remove_prefix(3);
    location.sequence = take_index(place);
    if (!place.starts_with('-')) {
        return location;
    }
    place.remove_prefix(1);
    const auto end = std::min(place.find_first_of("[."), place.size());
    location.field = place.substr(0, end);
    place.remove_prefix(end);
    location.repetition = take_index(place);
    const auto parts = base::split(place, '.');
    location.component = parts.size() > 1 ? parts[1] : std::string_view{};
    location.subcomponent = parts.size() > 2 ? parts[2] : std::string_view{};
    return location;
}

/// Writes fields and components with the request's delimiters.
class Writer {
public:
    explicit Writer(const Delimiters& delimiters) : delimiters_(delimiters)
    {
        if (delimiters_.escape == '\0') {
            delimiters_.escape = '\\';
        }
    }

    void start(std::string_view segment) { out_.append(segment); }
    void raw(std::string_view field)
    {
        out_.push_back(delimiters_.field);
        out_.append(field);
    }
    void field(std::string_view text) { raw(escape(text, delimiters_)); }
    void components(std::initializer_list<std::string_view> parts)
    {
        std::string joined;
        for (const auto part : parts) {
            joined.append(escape(part, delimiters_)).push_back(delimiters_.component);
        }
        while (joined.ends_with(delimiters_.component)) {
            joined.pop_back();
        }
        raw(joined);
    }
    void end()
    {
        while (out_.ends_with(delimiters_.field)) {
            out_.pop_back();
        }
        out_.push_back('\r');
    }

    [[nodiscard]] const Delimiters& delimiters() const noexcept { return delimiters_; }
    [[nodiscard]] const std::string& text() const noexcept { return out_; }

private:
    Delimiters delimiters_;
    std::string out_;
};

std::string encoding_characters(const Delimiters& delimiters)
{
    std::string text{delimiters.component};
    for (const char c : {delimiters.repetition, delimiters.escape, delimiters.subcomponent}) {
        if (c != '\0') {
            text.push_back(c);
        }
    }
    return text;
}

/// Before 2.5 an ERR has one field, and a sender of that version cannot read another.
bool knows_err_2(std::string_view version)
{
    return version.empty() || version >= std::string_view("2.5");
}

std::string sentence(const std::string& summary, const std::string& expected, const char* word)
{
    return expected.empty() ? summary : summary + "; " + word + ": " + expected;
}

void write_error(Writer& writer, const base::Issue& issue, const std::string& trace, bool modern)
{
    const auto& row = base::info(issue.code);
    const auto& place = issue.where.empty() ? issue.path : issue.where;
    const auto at = location_of(issue.where);
    const auto code = std::to_string(row.hl7);
    writer.start("ERR");
    if (!modern) {
        const std::string part(
            1, writer.delimiters().subcomponent == '\0' ? '&' : writer.delimiters().subcomponent);
        const auto& marks = writer.delimiters();
        std::string field = at.segment;
        for (const auto& text : {at.sequence, at.field}) {
            field.append(1, marks.component).append(text);
        }
        field.append(1, marks.component).append(code).append(part);
        field.append(escape(row.en, marks)).append(part).append("HL70357");
        writer.raw(field);
        writer.end();
        return;
    }
    writer.field({});
    if (at.segment.empty()) {
        writer.field({});
    } else {
        writer.components(
            {at.segment, at.sequence, at.field, at.repetition, at.component, at.subcomponent});
    }
    writer.components({code, row.en, "HL70357"});
    writer.field(kSeverities[static_cast<std::size_t>(issue.severity)]);
    writer.components({row.id, row.en, "PUENTE"});
    writer.field({});
    writer.field(sentence(place + ": " + std::string(row.en), issue.expected.en, "expected") +
                 (trace.empty() ? "" : "; trace: " + trace));
    writer.field(sentence(std::string(row.es), issue.expected.es, "se esperaba"));
    writer.end();
}

/// HL7 table 0155; nothing stated beside a mode that is: never.
bool wants(std::string_view condition, AckCode outcome) noexcept
{
    const bool good = outcome == AckCode::aa;
    if (condition == "ER") {
        return !good;
    }
    return condition == "SU" ? good : !condition.empty() && condition != "NE";
}

}  // namespace

std::optional<AckCode> AckMode::answer(AckCode outcome) const noexcept
{
    if (!enhanced() || wants(application, outcome)) {
        return outcome;
    }
    if (!wants(accept, outcome)) {
        return std::nullopt;
    }
    constexpr std::array kAccept{AckCode::ca, AckCode::ce, AckCode::cr};
    return kAccept[static_cast<std::size_t>(outcome)];
}

AckMode ack_mode_of(std::string_view message)
{
    const RequestHeader request(message);
    const auto word = [&request](std::uint32_t field) {
        const auto text = request.component(field, 1);
        return std::string(text == "\"\"" ? std::string_view{} : text);
    };
    return {word(15), word(16)};
}

std::string control_id_of(std::string_view message)
{
    return std::string(RequestHeader(message).component(10, 1));
}

std::string acknowledge(std::string_view message, AckCode code, const base::Issues& issues,
                        const AckStamp& stamp)
{
    const RequestHeader request(message);
    Writer writer(request.tree ? request.tree->delimiters : Delimiters{});
    const auto version = request.component(12, 1);
    std::vector<const base::Issue*> errors;
    for (const auto& issue : issues) {
        if (issue.severity != base::Severity::information) {
            errors.push_back(&issue);
        }
    }
    std::ranges::stable_sort(errors, {}, [](const auto* issue) { return issue->severity; });
    errors.resize(std::min(errors.size(), kMostErrors));

    writer.start("MSH");
    writer.raw(encoding_characters(writer.delimiters()));
    for (const std::uint32_t field : {5U, 6U, 3U, 4U}) {  // what was the receiver sends now
        writer.raw(request.raw(field));
    }
    writer.field(stamp.time);
    writer.field({});
    writer.components({"ACK", request.component(9, 2), version >= "2.3.1" ? "ACK" : ""});
    writer.field(stamp.control_id);
    writer.raw(request.raw(11).empty() ? "P" : request.raw(11));
    writer.raw(version.empty() ? "2.5.1" : version);
    if (!errors.empty() && knows_err_2(version)) {
        for (int field = 13; field < 18; ++field) {
            writer.field({});
        }
        writer.field("UNICODE UTF-8");
    }
    writer.end();
    writer.start("MSA");
    writer.field(kCodes[static_cast<std::size_t>(code)]);
    writer.raw(request.raw(10));
    writer.end();
    for (const auto* issue : errors) {
        write_error(writer, *issue, stamp.trace, knows_err_2(version));
    }
    return writer.text();
}

}  // namespace mapping::hl7v2
