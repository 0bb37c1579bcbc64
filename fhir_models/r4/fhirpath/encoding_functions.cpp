#include <algorithm>

#include "fhir_models/base/bytes.hpp"
#include "fhir_models/r4/fhirpath/evaluation.hpp"
#include "fhir_models/r4/json_reader.hpp"
#include "fhir_models/r4/json_writer.hpp"

namespace fhir::r4::fhirpath::functions {
namespace {

struct Entity {
    std::string_view text;
    std::string_view entity;
};

constexpr Entity kEntities[] = {
    {"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}, {"'", "&#39;"},
};

struct Request {
    std::string_view text;
    std::string_view form;
};

std::optional<Request> request(Evaluation& evaluation, const Call& call)
{
    const auto text = evaluation.single_text(call.input, call.term.offset);
    const auto form = evaluation.single_text(evaluation.argument(call, 0), call.term.offset);
    return text && form ? std::optional(Request{*text, *form}) : std::nullopt;
}

Collection answer(Evaluation& evaluation, std::optional<std::string> text)
{
    return text ? one(evaluation.text(*std::move(text))) : Collection{};
}

/// base64 with the letters of URLs, padded.
std::string swapped(std::string text, bool to_url)
{
    std::ranges::replace(text, to_url ? '+' : '-', to_url ? '-' : '+');
    std::ranges::replace(text, to_url ? '/' : '_', to_url ? '_' : '/');
    return text;
}

std::string escaped_html(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        const auto* const row =
            std::ranges::find(kEntities, std::string_view(&c, 1), &Entity::text);
        out.append(row == std::end(kEntities) ? std::string_view(&c, 1) : row->entity);
    }
    return out;
}

std::string unescaped_html(std::string_view text)
{
    std::string out;
    while (!text.empty()) {
        const auto* const row = std::ranges::find_if(
            kEntities, [&](const Entity& known) { return text.starts_with(known.entity); });
        const bool known = row != std::end(kEntities);
        out.append(known ? row->text : text.substr(0, 1));
        text.remove_prefix(known ? row->entity.size() : 1);
    }
    return out;
}

}  // namespace

Collection encode(Evaluation& evaluation, const Call& call)
{
    const auto given = request(evaluation, call);
    if (!given) {
        return {};
    }
    if (given->form == "hex") {
        return answer(evaluation, base::to_hex(given->text));
    }
    if (given->form == "base64" || given->form == "urlbase64") {
        return answer(evaluation,
                      swapped(base::to_base64(given->text), given->form == "urlbase64"));
    }
    return {};
}

Collection decode(Evaluation& evaluation, const Call& call)
{
    const auto given = request(evaluation, call);
    if (!given) {
        return {};
    }
    if (given->form == "hex") {
        return answer(evaluation, base::from_hex(given->text));
    }
    if (given->form == "base64" || given->form == "urlbase64") {
        const std::string text(given->text);
        return answer(evaluation,
                      base::from_base64(given->form == "base64" ? text : swapped(text, false)));
    }
    return {};
}

Collection escape(Evaluation& evaluation, const Call& call)
{
    const auto given = request(evaluation, call);
    if (!given) {
        return {};
    }
    if (given->form == "html") {
        return answer(evaluation, escaped_html(given->text));
    }
    if (given->form == "json") {
        std::string out;
        write_json_string(given->text, out);
        return answer(evaluation, out.substr(1, out.size() - 2));
    }
    return {};
}

Collection unescape(Evaluation& evaluation, const Call& call)
{
    const auto given = request(evaluation, call);
    if (!given) {
        return {};
    }
    if (given->form == "html") {
        return answer(evaluation, unescaped_html(given->text));
    }
    if (given->form == "json") {
        const auto document = read_json("\"" + std::string(given->text) + "\"");
        return one(document ? evaluation.text(std::string(document->root().text))
                            : Value::string(given->text));  // nothing to unescape
    }
    return {};
}

}  // namespace fhir::r4::fhirpath::functions
