#include "fhir_models/r4/narrative.hpp"

#include <algorithm>
#include <vector>

#include "fhir_models/r4/scan.hpp"

namespace fhir::r4 {
namespace {

constexpr std::string_view kNamespace = "http://www.w3.org/1999/xhtml";
constexpr std::size_t kDeepest = 256;

constexpr std::string_view kElements[] = {
    "a",  "abbr",    "acronym", "address", "area",   "b",        "bdo", "big",   "blockquote",
    "br", "caption", "cite",    "code",    "col",    "colgroup", "dd",  "dfn",   "div",
    "dl", "dt",      "em",      "h1",      "h2",     "h3",       "h4",  "h5",    "h6",
    "hr", "i",       "img",     "kbd",     "li",     "map",      "ol",  "p",     "pre",
    "q",  "samp",    "small",   "span",    "strong", "sub",      "sup", "table", "tbody",
    "td", "tfoot",   "th",      "thead",   "tr",     "tt",       "ul",  "var",
};

/// On every element.
constexpr std::string_view kAttributes[] = {
    "title",     "style",    "class",   "id",    "idref",   "lang",    "xml:lang", "dir",
    "accesskey", "tabindex", "span",    "width", "align",   "valign",  "char",     "charoff",
    "abbr",      "axis",     "headers", "scope", "rowspan", "colspan", "xmlns",
};

struct Own {
    std::string_view element;
    std::string_view attribute;
};

constexpr Own kOwnAttributes[] = {
    {"a", "href"},
    {"a", "name"},
    {"a", "charset"},
    {"a", "type"},
    {"a", "hreflang"},
    {"a", "rel"},
    {"a", "rev"},
    {"a", "shape"},
    {"a", "coords"},
    {"a", "target"},
    {"img", "src"},
    {"img", "alt"},
    {"img", "border"},
    {"img", "longdesc"},
    {"img", "height"},
    {"img", "usemap"},
    {"img", "ismap"},
    {"map", "name"},
    {"area", "shape"},
    {"area", "coords"},
    {"area", "href"},
    {"area", "nohref"},
    {"area", "alt"},
    {"blockquote", "cite"},
    {"q", "cite"},
    {"table", "summary"},
    {"table", "border"},
    {"table", "frame"},
    {"table", "rules"},
    {"table", "cellspacing"},
    {"table", "cellpadding"},
    {"pre", "xml:space"},
    {"td", "nowrap"},
    {"ol", "start"},
    {"ol", "type"},
    {"ul", "type"},
};

bool is_blank(char c) noexcept
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool is_name(char c) noexcept
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == ':' ||
           c == '-' || c == '_' || c == '.';
}

bool may_stand(std::string_view element, std::string_view attribute)
{
    return std::ranges::count(kAttributes, attribute) > 0 ||
           std::ranges::any_of(kOwnAttributes, [&](const Own& own) {
               return own.element == element && own.attribute == attribute;
           });
}

/// Reads a fragment of XML and stops at the first thing a narrative may not have.
class Reader {
public:
    explicit Reader(std::string_view text) : text_(text) {}

    [[nodiscard]] bool shows_something() const { return content_; }

    [[nodiscard]] bool good()
    {
        skip_blanks();
        if (!text_.substr(at_).starts_with("<div")) {
            return false;
        }
        while (at_ < text_.size()) {
            if (!(text_[at_] == '<' ? markup() : characters())) {
                return false;
            }
        }
        return open_.empty();
    }

private:
    void skip_blanks()
    {
        while (at_ < text_.size() && is_blank(text_[at_])) {
            ++at_;
        }
    }
    [[nodiscard]] bool take(std::string_view what)
    {
        const bool fits = text_.substr(at_).starts_with(what);
        at_ += fits ? what.size() : 0;
        return fits;
    }
    [[nodiscard]] std::string_view take_name()
    {
        const auto begin = at_;
        while (at_ < text_.size() && is_name(text_[at_])) {
            ++at_;
        }
        return text_.substr(begin, at_ - begin);
    }

    [[nodiscard]] bool markup()
    {
        if (take("<!--")) {
            const auto end = text_.find("-->", at_);
            at_ = end == std::string_view::npos ? text_.size() : end + 3;
            return end != std::string_view::npos;
        }
        return take("</") ? close() : open();
    }

    [[nodiscard]] bool close()
    {
        const auto name = take_name();
        skip_blanks();
        if (open_.empty() || open_.back() != name || !take(">")) {
            return false;
        }
        open_.pop_back();
        if (open_.empty()) {
            skip_blanks();
            return at_ == text_.size();  // one div
        }
        return true;
    }

    [[nodiscard]] bool open()
    {
        ++at_;
        const auto name = take_name();
        if (std::ranges::count(kElements, name) == 0 || open_.size() >= kDeepest) {
            return false;
        }
        content_ = content_ || name == "img";
        for (;;) {
            const auto before = at_;
            skip_blanks();
            if (take("/>")) {
                return !open_.empty() || at_ == text_.size();
            }
            if (take(">")) {
                open_.push_back(name);
                return true;
            }
            if (before == at_ || !attribute(name)) {
                return false;
            }
        }
    }

    [[nodiscard]] bool attribute(std::string_view element)
    {
        const auto name = take_name();
        skip_blanks();
        const bool equals = take("=");
        skip_blanks();
        const char quote = at_ < text_.size() ? text_[at_] : '\0';
        const auto end = text_.find(quote, at_ + 1);
        if (!equals || (quote != '"' && quote != '\'') || end == std::string_view::npos) {
            return false;
        }
        const auto value = text_.substr(at_ + 1, end - at_ - 1);
        at_ = end + 1;
        const bool script = value.starts_with("javascript:");
        const bool foreign = name == "xmlns" && value != kNamespace;
        return may_stand(element, name) && !foreign && !script &&
               value.find('<') == std::string_view::npos;
    }

    /// Text up to the next markup; a reference has a name or number and ends with a semicolon.
    [[nodiscard]] bool characters()
    {
        for (; at_ < text_.size() && text_[at_] != '<'; ++at_) {
            content_ = content_ || !is_blank(text_[at_]);
            if (text_[at_] != '&') {
                continue;
            }
            ++at_;
            (void)take("#");
            const auto name = take_name();
            if (name.empty() || at_ >= text_.size() || text_[at_] != ';') {
                return false;
            }
        }
        return !open_.empty();
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::vector<std::string_view> open_;
    bool content_ = false;
};

}  // namespace

Narrative judge_narrative(std::string_view xhtml)
{
    Reader reader(xhtml);
    if (!reader.good()) {
        return Narrative::forbidden;
    }
    return reader.shows_something() ? Narrative::good : Narrative::empty;
}

}  // namespace fhir::r4
