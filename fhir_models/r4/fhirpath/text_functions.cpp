#include <algorithm>
#include <array>

#include "fhir_models/base/text.hpp"
#include "fhir_models/r4/fhirpath/evaluation.hpp"
#include "fhir_models/r4/regex.hpp"

namespace fhir::r4::fhirpath::functions {
namespace {

/// The input and up to two arguments as texts; nothing when one of them is nothing.
struct Texts {
    std::string_view input;
    std::array<std::string_view, 2> arguments;
};

std::optional<Texts> texts(Evaluation& evaluation, const Call& call)
{
    Texts out;
    const auto input = evaluation.single_text(call.input, call.term.offset);
    if (!input) {
        return std::nullopt;
    }
    out.input = *input;
    for (std::size_t i = 0; i < call.term.arguments.size(); ++i) {
        const auto argument =
            evaluation.single_text(evaluation.argument(call, i), call.term.offset);
        if (!argument) {
            return std::nullopt;
        }
        out.arguments[i] = *argument;
    }
    return out;
}

/// Characters are code points: bytes that do not continue one.
std::size_t characters(std::string_view text) noexcept
{
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

/// Byte offset of the n-th character, or the end.
std::size_t byte_of(std::string_view text, std::size_t character) noexcept
{
    std::size_t at = 0;
    while (at < text.size()) {
        const bool begins = (static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U;
        if (begins && character-- == 0) {
            break;
        }
        ++at;
    }
    return at;
}

Collection position(std::string_view text, std::size_t found)
{
    const auto none = found == std::string_view::npos;
    return one(Value::of(none ? -1 : static_cast<std::int64_t>(characters(text.substr(0, found)))));
}

Collection by_pattern(Evaluation& evaluation, const Call& call, bool whole)
{
    const auto given = texts(evaluation, call);
    if (!given) {
        return {};
    }
    const auto computed = call.term.pattern ? std::nullopt : Regex::compile(given->arguments[0]);
    const auto& pattern = call.term.pattern ? call.term.pattern : computed;
    if (!pattern) {
        return evaluation.fail(call.term.offset, {"una expresión regular", "a regular expression"});
    }
    return one(whole ? pattern->matches_whole(given->input) : pattern->finds_in(given->input));
}

}  // namespace

Collection index_of(Evaluation& evaluation, const Call& call)
{
    const auto given = texts(evaluation, call);
    return given ? position(given->input, given->input.find(given->arguments[0])) : Collection{};
}

Collection last_index_of(Evaluation& evaluation, const Call& call)
{
    const auto given = texts(evaluation, call);
    return given ? position(given->input, given->input.rfind(given->arguments[0])) : Collection{};
}

Collection substring(Evaluation& evaluation, const Call& call)
{
    const auto text = evaluation.single_text(call.input, call.term.offset);
    const auto from = evaluation.single_integer(evaluation.argument(call, 0), call.term.offset);
    if (!text || !from || *from < 0 || static_cast<std::size_t>(*from) >= characters(*text)) {
        return {};
    }
    auto out = text->substr(byte_of(*text, static_cast<std::size_t>(*from)));
    if (call.term.arguments.size() > 1) {
        const auto count =
            evaluation.single_integer(evaluation.argument(call, 1), call.term.offset);
        if (count) {
            out = *count <= 0 ? std::string_view{}
                              : out.substr(0, byte_of(out, static_cast<std::size_t>(*count)));
        }
    }
    return one(Value::string(out));
}

Collection starts_with(Evaluation& evaluation, const Call& call)
{
    const auto given = texts(evaluation, call);
    return given ? one(given->input.starts_with(given->arguments[0])) : Collection{};
}

Collection ends_with(Evaluation& evaluation, const Call& call)
{
    const auto given = texts(evaluation, call);
    return given ? one(given->input.ends_with(given->arguments[0])) : Collection{};
}

Collection contains(Evaluation& evaluation, const Call& call)
{
    const auto given = texts(evaluation, call);
    return given ? one(given->input.find(given->arguments[0]) != std::string_view::npos)
                 : Collection{};
}

Collection upper(Evaluation& evaluation, const Call& call)
{
    const auto given = texts(evaluation, call);
    return given ? one(evaluation.text(r4::to_upper(given->input))) : Collection{};
}

Collection lower(Evaluation& evaluation, const Call& call)
{
    const auto given = texts(evaluation, call);
    return given ? one(evaluation.text(r4::to_lower(given->input))) : Collection{};
}

Collection replace(Evaluation& evaluation, const Call& call)
{
    const auto given = texts(evaluation, call);
    if (!given) {
        return {};
    }
    const auto [what, by] = given->arguments;
    std::string out;
    std::size_t at = 0;
    if (what.empty()) {  // between all characters
        out = by;
        for (; at < given->input.size();) {
            const auto size = byte_of(given->input.substr(at), 1);
            out.append(given->input.substr(at, size)).append(by);
            at += size;
        }
        return one(evaluation.text(std::move(out)));
    }
    for (auto found = given->input.find(what); found != std::string_view::npos;
         found = given->input.find(what, at)) {
        out.append(given->input.substr(at, found - at)).append(by);
        at = found + what.size();
    }
    out.append(given->input.substr(at));
    return one(evaluation.text(std::move(out)));
}

Collection matches(Evaluation& evaluation, const Call& call)
{
    return by_pattern(evaluation, call, false);
}

Collection matches_full(Evaluation& evaluation, const Call& call)
{
    return by_pattern(evaluation, call, true);
}

Collection replace_matches(Evaluation& evaluation, const Call& call)
{
    const auto given = texts(evaluation, call);
    if (!given) {
        return {};
    }
    if (given->arguments[0].empty()) {
        return one(Value::string(given->input));
    }
    const auto pattern = Regex::compile(given->arguments[0]);
    if (!pattern) {
        return evaluation.fail(call.term.offset, {"una expresión regular", "a regular expression"});
    }
    return one(evaluation.text(pattern->replace_all(given->input, given->arguments[1])));
}

Collection length(Evaluation& evaluation, const Call& call)
{
    const auto given = texts(evaluation, call);
    return given ? one(Value::of(static_cast<std::int64_t>(characters(given->input))))
                 : Collection{};
}

Collection to_chars(Evaluation& evaluation, const Call& call)
{
    const auto given = texts(evaluation, call);
    Collection out;
    for (std::size_t at = 0; given && at < given->input.size();) {
        const auto size = byte_of(given->input.substr(at), 1);
        out.push_back(Value::string(given->input.substr(at, size)));
        at += size;
    }
    return out;
}

Collection split(Evaluation& evaluation, const Call& call)
{
    const auto given = texts(evaluation, call);
    Collection out;
    if (!given) {
        return out;
    }
    const auto separator = given->arguments[0];
    for (std::size_t at = 0;;) {
        const auto end =
            separator.empty() ? std::string_view::npos : given->input.find(separator, at);
        out.push_back(Value::string(given->input.substr(at, end - at)));
        if (end == std::string_view::npos) {
            return out;
        }
        at = end + separator.size();
    }
}

Collection join(Evaluation& evaluation, const Call& call)
{
    std::string_view separator;
    if (!call.term.arguments.empty()) {
        separator =
            evaluation.single_text(evaluation.argument(call, 0), call.term.offset).value_or("");
    }
    std::string out;
    bool first = true;
    for (const auto& item : call.input) {
        const auto value = to_system(item);
        if (value.kind != ValueKind::string) {
            continue;
        }
        out.append(first ? "" : separator).append(value.text);
        first = false;
    }
    return call.input.empty() ? Collection{} : one(evaluation.text(std::move(out)));
}

Collection trim(Evaluation& evaluation, const Call& call)
{
    const auto given = texts(evaluation, call);
    return given ? one(Value::string(base::trim(given->input))) : Collection{};
}

}  // namespace fhir::r4::fhirpath::functions
