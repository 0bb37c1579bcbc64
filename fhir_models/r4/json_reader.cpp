#include "fhir_models/r4/json_reader.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <optional>
#include <unordered_set>
#include <vector>

#include "fhir_models/base/text.hpp"

#if defined(__SSE2__)
#define RAPIDJSON_SSE2
#endif
#include <rapidjson/reader.h>

namespace fhir::r4 {
namespace {

using base::Errc;
using base::Text;

/// RapidJSON reads 16 bytes at a time and may look past the end.
constexpr std::size_t kPadding = 16;
constexpr std::size_t kManyNames = 24;

struct Refusal {
    Errc code = Errc::malformed_json;
    std::size_t offset = 0;
    Text expected;
};

/// One object or array that is not closed yet.
struct Open {
    Node* node;
    Node* awaiting = nullptr;  ///< the property whose value comes next
    std::size_t names = 0;
    std::unique_ptr<std::unordered_set<std::string_view>> seen;  ///< only when there are many names
};

/// Builds the tree from RapidJSON's events. Texts stay where they stand in the buffer.
class Builder {
public:
    Builder(Document& document, const JsonLimits& limits, const rapidjson::InsituStringStream& in,
            bool escapes)
        : document_(document), limits_(limits), in_(in), escapes_(escapes)
    {
        open_.reserve(limits.depth < 64 ? limits.depth + 1 : 65);
    }

    [[nodiscard]] std::optional<Refusal>& refusal() { return refusal_; }

    bool Null() { return leaf(Kind::null, {}, tell() - 4); }
    bool Bool(bool value)
    {
        const std::string_view text = value ? "true" : "false";
        return leaf(Kind::boolean, text, tell() - text.size());
    }
    bool Int(int) { return false; }
    bool Uint(unsigned) { return false; }
    bool Int64(std::int64_t) { return false; }
    bool Uint64(std::uint64_t) { return false; }
    bool Double(double) { return false; }
    bool RawNumber(const char* text, rapidjson::SizeType size, bool)
    {
        return leaf(Kind::number, {text, size}, offset_of(text));
    }
    bool String(const char* text, rapidjson::SizeType size, bool)
    {
        const std::string_view value(text, size);
        return good_characters(value) && leaf(Kind::string, value, offset_of(text) - 1);
    }
    bool Key(const char* text, rapidjson::SizeType size, bool);
    bool StartObject() { return enter(Kind::object); }
    bool StartArray() { return enter(Kind::array); }
    bool EndObject(rapidjson::SizeType) { return leave(); }
    bool EndArray(rapidjson::SizeType) { return leave(); }

private:
    [[nodiscard]] std::size_t tell() const { return offset_of(in_.src_); }
    [[nodiscard]] std::size_t offset_of(const char* text) const
    {
        return static_cast<std::size_t>(text - in_.head_);
    }

    bool refuse(Errc code, std::size_t offset, Text expected)
    {
        refusal_ = Refusal{code, offset, std::move(expected)};
        return false;
    }

    /// Escapes can spell what the encoding forbids: U+0000 and half of a surrogate pair.
    bool good_characters(std::string_view text)
    {
        if (!escapes_) {
            return true;
        }
        if (text.find('\0') != std::string_view::npos) {
            return refuse(Errc::malformed_json, offset_of(text.data()),
                          {"texto sin U+0000", "text without U+0000"});
        }
        if (base::find_invalid_utf8(text) != std::string_view::npos) {
            return refuse(Errc::malformed_json, offset_of(text.data()),
                          {"pares sustitutos completos", "whole surrogate pairs"});
        }
        return true;
    }

    bool is_new(Open& object, std::string_view name);
    Node& place(Kind kind, std::string_view text, std::size_t offset);

    bool leaf(Kind kind, std::string_view text, std::size_t offset)
    {
        place(kind, text, offset);
        return true;
    }

    bool enter(Kind kind)
    {
        if (open_.size() >= limits_.depth) {
            const auto depth = std::to_string(limits_.depth);
            return refuse(
                Errc::limit_exceeded, tell(),
                {"a lo sumo " + depth + " niveles", "at most " + depth + " levels of nesting"});
        }
        open_.push_back({.node = &place(kind, {}, tell()), .seen = nullptr});
        return true;
    }

    bool leave()
    {
        open_.pop_back();
        return true;
    }

    Document& document_;
    const JsonLimits& limits_;
    const rapidjson::InsituStringStream& in_;
    bool escapes_;
    std::vector<Open> open_;
    std::optional<Refusal> refusal_;
};

bool Builder::Key(const char* text, rapidjson::SizeType size, bool)
{
    const std::string_view name(text, size);
    if (!good_characters(name)) {
        return false;
    }
    auto& object = open_.back();
    if (!is_new(object, name)) {
        return refuse(Errc::malformed_json, offset_of(text) - 1,
                      {"cada nombre una sola vez", "each name once"});
    }
    object.awaiting = &document_.add(*object.node, name, Kind::null);
    return true;
}

bool Builder::is_new(Open& object, std::string_view name)
{
    if (++object.names <= kManyNames) {
        return object.node->find(name) == nullptr;
    }
    if (object.seen == nullptr) {
        object.seen = std::make_unique<std::unordered_set<std::string_view>>();
        for (const auto& child : *object.node) {
            object.seen->insert(child.name);
        }
    }
    return object.seen->insert(name).second;
}

Node& Builder::place(Kind kind, std::string_view text, std::size_t offset)
{
    Node* node = &document_.root();
    if (!open_.empty()) {
        auto& parent = open_.back();
        node = parent.awaiting != nullptr ? parent.awaiting
                                          : &document_.add(*parent.node, {}, Kind::null);
        parent.awaiting = nullptr;
    }
    node->kind = kind;
    node->text = text;
    node->offset = static_cast<std::uint32_t>(offset);
    return *node;
}

Text words(rapidjson::ParseErrorCode code)
{
    using namespace rapidjson;
    switch (code) {
        case kParseErrorDocumentEmpty:
            return {"un valor JSON", "a JSON value"};
        case kParseErrorDocumentRootNotSingular:
            return {"nada después del valor", "nothing after the value"};
        case kParseErrorObjectMissName:
            return {"un nombre entre comillas", "a name in quotes"};
        case kParseErrorObjectMissColon:
            return {"dos puntos", "a colon"};
        case kParseErrorObjectMissCommaOrCurlyBracket:
            return {"una coma o una llave que cierre", "a comma or a closing brace"};
        case kParseErrorArrayMissCommaOrSquareBracket:
            return {"una coma o un corchete que cierre", "a comma or a closing bracket"};
        case kParseErrorStringUnicodeEscapeInvalidHex:
            return {"cuatro dígitos hexadecimales tras \\u", "four hexadecimal digits after \\u"};
        case kParseErrorStringUnicodeSurrogateInvalid:
            return {"pares sustitutos completos", "whole surrogate pairs"};
        case kParseErrorStringEscapeInvalid:
            return {"un escape de JSON", "an escape of JSON; no bare control character"};
        case kParseErrorStringMissQuotationMark:
            return {"comillas que cierren el texto", "a closing quotation mark"};
        case kParseErrorNumberTooBig:
            return {"un número de menos de 308 cifras", "a number of fewer than 308 digits"};
        case kParseErrorNumberMissFraction:
            return {"cifras tras el punto", "digits after the point"};
        case kParseErrorNumberMissExponent:
            return {"cifras en el exponente", "digits in the exponent"};
        default:
            return {"un valor JSON", "a JSON value"};
    }
}

base::Failure refuse(std::string_view bytes, const Refusal& refusal)
{
    const auto [line, column] = line_column(bytes, refusal.offset);
    return base::fail(refusal.code,
                      "line " + std::to_string(line) + ", column " + std::to_string(column),
                      refusal.expected);
}

/// Offset of the first control character JSON has no place for, or npos. RapidJSON 1.1.0 ends at
/// U+0000, and its fast scan of strings lets U+001A to U+001F pass.
std::size_t find_control(std::string_view bytes)
{
    const auto is_control = [](char byte) {
        const auto c = static_cast<unsigned char>(byte);
        return c < 0x20 && c != '\t' && c != '\n' && c != '\r';
    };
    bool any = false;
    for (const char byte : bytes) {  // without a way out, so that it runs 16 bytes at a time
        any |= is_control(byte);
    }
    return any ? static_cast<std::size_t>(std::ranges::find_if(bytes, is_control) - bytes.begin())
               : std::string_view::npos;
}

/// What is wrong with the bytes before any of them is read as JSON.
std::optional<Refusal> first_look(std::string_view bytes, const JsonLimits& limits)
{
    const auto most =
        std::min(limits.bytes, std::size_t{std::numeric_limits<std::uint32_t>::max()} - kPadding);
    if (bytes.size() > most) {
        const auto size = std::to_string(most);
        return Refusal{Errc::limit_exceeded,
                       most,
                       {"a lo sumo " + size + " bytes", "at most " + size + " bytes"}};
    }
    if (const auto control = find_control(bytes); control != std::string_view::npos) {
        return Refusal{Errc::malformed_json,
                       control,
                       {"texto sin caracteres de control", "text without bare control characters"}};
    }
    if (const auto wrong = base::find_invalid_utf8(bytes); wrong != std::string_view::npos) {
        return Refusal{Errc::malformed_json, wrong, {"UTF-8", "UTF-8"}};
    }
    return std::nullopt;
}

}  // namespace

base::Result<Document> read_json(std::string_view bytes, const JsonLimits& limits)
{
    if (const auto refusal = first_look(bytes, limits)) {
        return refuse(bytes, *refusal);
    }
    auto copy = std::make_unique_for_overwrite<char[]>(bytes.size() + kPadding);
    std::ranges::copy(bytes, copy.get());
    std::fill_n(copy.get() + bytes.size(), kPadding, '\0');

    Document document;
    auto* const buffer =
        const_cast<char*>(document.adopt(std::move(copy), bytes.size() + kPadding).data());
    rapidjson::InsituStringStream in(buffer);
    if (bytes.starts_with("\xEF\xBB\xBF")) {
        in.src_ += 3;  // a byte order mark is no part of the text (RFC 8259 §8.1)
    }
    Builder builder(document, limits, in, bytes.find("\\u") != std::string_view::npos);
    // The encoding was checked above, so that strings are scanned 16 bytes at a time.
    constexpr unsigned kFlags = rapidjson::kParseInsituFlag | rapidjson::kParseIterativeFlag |
                                rapidjson::kParseNumbersAsStringsFlag;
    rapidjson::Reader reader;
    const auto result = reader.Parse<kFlags>(in, builder);
    if (builder.refusal()) {
        return refuse(bytes, *builder.refusal());
    }
    if (result.IsError()) {
        return refuse(bytes, {Errc::malformed_json, result.Offset(), words(result.Code())});
    }
    return document;
}

LineColumn line_column(std::string_view bytes, std::size_t offset) noexcept
{
    const auto before = bytes.substr(0, std::min(offset, bytes.size()));
    const auto lines = static_cast<std::size_t>(std::ranges::count(before, '\n'));
    const auto newline = before.rfind('\n');
    const auto begin = newline == std::string_view::npos ? 0 : newline + 1;
    return {lines + 1, before.size() - begin + 1};
}

}  // namespace fhir::r4
