#include "mapping/hl7v2/reader.hpp"

#include <algorithm>
#include <map>

#include "fhir_models/base/text.hpp"

namespace mapping::hl7v2 {
namespace {

using base::Errc;

constexpr std::uint32_t kLastNumber = 1U << 24U;

bool is_name_character(char c) noexcept
{
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_header(std::string_view name) noexcept
{
    return name == "MSH" || name == "FHS" || name == "BHS";
}

/// What separates segments: CR as the standard says, LF when the sender uses no CR.
char terminator_of(std::string_view text) noexcept
{
    return text.find('\r') == std::string_view::npos ? '\n' : '\r';
}

std::size_t skip_line_feeds(std::string_view text, std::size_t at, std::size_t end) noexcept
{
    while (at < end && (text[at] == '\n' || text[at] == '\r')) {
        ++at;
    }
    return at;
}

base::Result<Delimiters> read_delimiters(std::string_view bytes, std::size_t msh)
{
    const auto place = "MSH @byte " + std::to_string(msh);
    const auto refuse = [&](base::Text expected) {
        return base::fail(Errc::malformed_source, place, std::move(expected),
                          base::kind_of(bytes.substr(msh, 8)));
    };
    if (bytes.size() < msh + 6) {
        return refuse({"MSH con sus delimitadores", "MSH with its delimiters"});
    }
    Delimiters found;
    found.field = bytes[msh + 3];
    const auto end = bytes.find_first_of(std::string{found.field, '\r', '\n'}, msh + 4);
    const auto encoding = bytes.substr(msh + 4, end - msh - 4);
    const auto usable = [](char c) {
        return c > ' ' && c != 0x7f && !is_name_character(c) && !(c >= 'a' && c <= 'z');
    };
    if (!usable(found.field) || encoding.empty()) {
        return refuse({"un separador de campos y caracteres de codificación en MSH-1 y MSH-2",
                       "a field separator and encoding characters in MSH-1 and MSH-2"});
    }
    found.component = encoding[0];
    found.repetition = encoding.size() > 1 ? encoding[1] : '\0';
    found.escape = encoding.size() > 2 ? encoding[2] : '\0';
    found.subcomponent = encoding.size() > 3 ? encoding[3] : '\0';
    if (encoding.size() > 4 && encoding[2] == encoding[3]) {
        found.subcomponent = encoding[4];  // "^~\\&": an escape character escaped by its writer
    }
    std::string all{found.field};
    for (const char c : {found.component, found.repetition, found.escape, found.subcomponent}) {
        if (c != '\0' && (!usable(c) || all.find(c) != std::string::npos)) {
            return refuse({"delimitadores distintos entre sí y que no sean letras ni dígitos",
                           "delimiters that differ and are neither letters nor digits"});
        }
        all.push_back(c);
    }
    return found;
}

/// Fills a SourceTree from the lines of one message.
class Reader {
public:
    explicit Reader(SourceTree& tree) : tree_(tree) {}

    void read_line(std::size_t begin, std::size_t end)
    {
        const auto line = tree_.bytes.substr(begin, end - begin);
        Segment segment;
        segment.begin = static_cast<std::uint32_t>(begin);
        segment.first = static_cast<std::uint32_t>(tree_.leaves.size());
        const bool named =
            line.size() >= 3 &&
            std::ranges::all_of(line.substr(0, 3), [](char c) { return is_name_character(c); }) &&
            (line.size() == 3 || line[3] == tree_.delimiters.field);
        const auto number = static_cast<std::uint32_t>(tree_.segments.size());
        if (named) {
            std::copy_n(line.begin(), 3, segment.name.begin());
            segment.occurrence = ++seen_[segment.name];
            read_fields(number, begin, end, is_header(segment.text()));
        } else {
            segment.name = {'?', '?', '?'};
            segment.occurrence = ++seen_[segment.name];
            segment.readable = false;
            add({}, number, begin, end);
        }
        segment.last = static_cast<std::uint32_t>(tree_.leaves.size());
        tree_.segments.push_back(segment);
    }

private:
    void read_fields(std::uint32_t segment, std::size_t begin, std::size_t end, bool header)
    {
        std::size_t at = begin + 4;
        Address address{.field = 1, .repetition = 1, .component = 1, .subcomponent = 1};
        if (header && at <= end) {  // the delimiters themselves are fields 1 and 2
            add(address, segment, begin + 3, begin + 4);
            const auto stop = std::min(tree_.bytes.find(tree_.delimiters.field, at), end);
            address.field = 2;
            add(address, segment, at, stop);
            at = stop + 1;
            address.field = 3;
        }
        for (; at <= end; ++address.field) {
            const auto stop = std::min(tree_.bytes.find(tree_.delimiters.field, at), end);
            read_repetitions(address, segment, at, stop);
            at = stop + 1;
        }
    }

    void read_repetitions(Address address, std::uint32_t segment, std::size_t begin,
                          std::size_t end)
    {
        const auto& marks = tree_.delimiters;
        address.repetition = address.component = address.subcomponent = 1;
        std::size_t from = begin;
        for (std::size_t at = begin; at <= end; ++at) {
            const char c = at < end ? tree_.bytes[at] : marks.repetition;
            if (at == end || c == marks.repetition) {
                add(address, segment, from, at);
                step(address.repetition);
                address.component = address.subcomponent = 1;
                from = at + 1;
            } else if (c == marks.component) {
                add(address, segment, from, at);
                step(address.component);
                address.subcomponent = 1;
                from = at + 1;
            } else if (c == marks.subcomponent && c != '\0') {
                add(address, segment, from, at);
                step(address.subcomponent);
                from = at + 1;
            }
        }
    }

    static void step(std::uint32_t& number) noexcept { number = std::min(number + 1, kLastNumber); }

    void add(const Address& address, std::uint32_t segment, std::size_t begin, std::size_t end)
    {
        if (end <= begin) {
            return;
        }
        const auto text = tree_.bytes.substr(begin, end - begin);
        const char escape = tree_.delimiters.escape;
        tree_.leaves.push_back({.at = address,
                                .segment = segment,
                                .begin = static_cast<std::uint32_t>(begin),
                                .size = static_cast<std::uint32_t>(end - begin),
                                .escaped = escape != '\0' && address.field > 0 &&
                                           text.find(escape) != std::string_view::npos,
                                .null = text == "\"\""});
    }

    SourceTree& tree_;
    std::map<std::array<char, 3>, std::uint32_t> seen_;
};

const Leaf* find_leaf(const SourceTree& tree, std::string_view segment, std::uint32_t field)
{
    for (std::uint32_t i = 0; i < tree.segments.size(); ++i) {
        if (tree.segments[i].text() == segment) {
            return tree.head(tree.select(tree.whole(i), field));
        }
    }
    return nullptr;
}

void add_issue(SourceTree& tree, base::Severity severity, Errc code, std::string where,
               base::Text expected)
{
    tree.issues.push_back(
        {severity, code, std::move(where), {}, {}, std::move(expected), base::Text{}});
}

/// MSH-18 says the set; nothing there: UTF-8 when the bytes are valid, else what the agreement
/// says.
void decide_charset(SourceTree& tree, std::string_view text, std::string_view undeclared)
{
    const bool ascii = is_ascii(text);
    const bool valid = base::find_invalid_utf8(text) == std::string_view::npos;
    const auto* declared = find_leaf(tree, "MSH", 18);
    if (declared == nullptr || declared->null) {
        const auto agreed = charset_named(undeclared);
        tree.charset = valid ? Charset::utf8 : agreed.value_or(Charset::undecided);
        if (!valid && !agreed) {
            add_issue(tree, base::Severity::error, Errc::wrong_charset, "MSH-18",
                      {"el juego de caracteres en MSH-18: los bytes no son UTF-8",
                       "the character set in MSH-18: the bytes are not UTF-8"});
        }
        return;
    }
    const auto named = charset_named(tree.raw(*declared));
    tree.charset = named.value_or(Charset::undecided);
    const auto place = place_of(tree, *declared);
    if (named && hides_delimiters(*named)) {  // as_utf8 has turned it
        tree.charset = Charset::utf8;
        add_issue(tree, base::Severity::information, Errc::wrong_charset, place,
                  {"que los lugares se cuenten en los bytes de UTF-8",
                   "that places count the bytes of UTF-8"});
        return;
    }
    if (!named && !ascii) {
        add_issue(tree, base::Severity::error, Errc::wrong_charset, place,
                  {"un juego de la tabla HL7 0211", "a set of HL7 table 0211"});
    } else if ((named == Charset::latin1 || named == Charset::latin2 || named == Charset::latin9) &&
               !ascii && valid) {  // letters of these sets do not stand together like that
        tree.charset = Charset::utf8;
        add_issue(tree, base::Severity::warning, Errc::wrong_charset, place,
                  {"UNICODE UTF-8: los bytes son UTF-8", "UNICODE UTF-8: the bytes are UTF-8"});
    } else if (tree.charset == Charset::ascii && !ascii && valid) {
        tree.charset = Charset::utf8;
        add_issue(tree, base::Severity::warning, Errc::wrong_charset, place,
                  {"UNICODE UTF-8: hay bytes fuera de ASCII",
                   "UNICODE UTF-8: there are bytes outside ASCII"});
    }
}

}  // namespace

base::Result<std::optional<std::string>> as_utf8(std::string_view bytes)
{
    auto charset = Charset::undecided;
    const auto starts = [&](std::string_view mark) { return bytes.starts_with(mark); };
    using namespace std::string_view_literals;
    if (starts("\xFF\xFE\0\0"sv) || starts("\0\0\xFE\xFF"sv)) {
        charset = Charset::utf32;
    } else if (starts("\xFF\xFE"sv) || starts("\xFE\xFF"sv)) {
        charset = Charset::utf16;
    } else if (const auto msh = bytes.find("MSH"); msh != std::string_view::npos) {
        const auto line = bytes.substr(msh, bytes.find_first_of("\r\n", msh) - msh);
        const auto fields =
            line.size() > 3 ? base::split(line, line[3]) : std::vector<std::string_view>{};
        for (const auto set : base::split(fields.size() > 17 ? fields[17] : "", '~')) {
            const auto named = charset_named(set);
            charset = named && hides_delimiters(*named) ? *named : charset;
        }
    }
    if (charset == Charset::undecided) {
        return std::nullopt;
    }
    auto text = to_utf8(bytes, charset);
    if (!text) {
        return base::fail(Errc::wrong_charset, "MSH-18",
                          {"texto del juego declarado", "text of the declared set"});
    }
    return text;
}

base::Result<std::vector<MessageBounds>> find_messages(std::string_view bytes)
{
    std::size_t at = bytes.starts_with("\xEF\xBB\xBF") ? 3 : 0;
    while (at < bytes.size() && static_cast<unsigned char>(bytes[at]) <= ' ') {
        ++at;  // blank lines, and the start byte of an MLLP frame
    }
    if (at == bytes.size()) {
        return base::fail(Errc::empty_source, "@byte 0",
                          {"un mensaje HL7 v2", "an HL7 v2 message"});
    }
    std::vector<MessageBounds> found;
    std::size_t begin = at;  // of the record being gathered
    bool has_message = false;
    std::string_view header;  // how the first MSH begins: MSH and its delimiters
    while (at < bytes.size()) {
        const auto line = bytes.substr(at);
        const bool msh =
            line.starts_with("MSH") && (header.empty() || line.substr(0, 4) == header.substr(0, 4));
        const bool opens = line.starts_with("FHS") || line.starts_with("BHS");
        if (msh && header.empty()) {
            header = line.substr(0, 8);
        }
        if ((msh || opens) && has_message) {
            found.push_back({begin, at});
            begin = at;
            has_message = false;
        }
        has_message = has_message || msh;
        const auto end = bytes.find_first_of("\r\n", at);
        at = end == std::string_view::npos ? bytes.size()
                                           : skip_line_feeds(bytes, end, bytes.size());
    }
    if (!has_message && found.empty()) {
        return base::fail(Errc::malformed_source, "@byte " + std::to_string(begin),
                          {"un segmento MSH", "an MSH segment"},
                          base::kind_of(bytes.substr(begin, 3)));
    }
    if (has_message) {
        found.push_back({begin, bytes.size()});
    } else {
        found.back().end = bytes.size();
    }
    return found;
}

base::Result<SourceTree> read(std::string_view bytes, const MessageBounds& bounds,
                              std::string_view undeclared_charset)
{
    const auto text = bytes.substr(0, bounds.end);
    const char terminator = terminator_of(text.substr(bounds.begin));
    std::size_t msh = bounds.begin;
    while (msh < bounds.end && !text.substr(msh).starts_with("MSH")) {  // past FHS and BHS
        msh = skip_line_feeds(text, std::min(text.find_first_of("\r\n", msh), bounds.end),
                              bounds.end);
    }
    const auto delimiters = read_delimiters(text, msh);
    if (!delimiters) {
        return base::Failure(delimiters.error());
    }
    SourceTree tree;
    tree.bytes = text;
    tree.delimiters = *delimiters;
    tree.leaves.reserve(text.size() / 16);
    Reader reader(tree);
    std::size_t at = bounds.begin;
    while (at < bounds.end) {
        auto end = std::min(text.find(terminator, at), bounds.end);
        const auto next = end + 1;
        if (terminator == '\n' || (end == bounds.end && end > at)) {
            while (end > at &&
                   (text[end - 1] == '\r' || text[end - 1] == '\n' || text[end - 1] == '\x1c')) {
                --end;  // the end of the last line, or of an MLLP frame
            }
        }
        while (at < end && text[at] == '\n') {
            ++at;  // CRLF
        }
        while (end > at && text[end - 1] == '\x1c') {
            --end;  // the end of an MLLP frame
        }
        if (end > at) {
            reader.read_line(at, end);
        }
        at = next;
    }
    tree.states.assign(tree.leaves.size(), LeafState::unseen);
    const auto message = text.substr(bounds.begin);
    decide_charset(tree, message, undeclared_charset);
    tree.plain = tree.charset == Charset::utf8
                     ? base::find_invalid_utf8(message) == std::string_view::npos
                     : is_ascii(message);
    return tree;
}

}  // namespace mapping::hl7v2
