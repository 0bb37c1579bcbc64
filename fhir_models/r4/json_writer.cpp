#include "fhir_models/r4/json_writer.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <vector>

namespace fhir::r4 {
namespace {

/// What stands after the backslash; 'u' means four hexadecimal digits, 0 that no escape is needed.
constexpr std::array<char, 256> kEscapes = [] {
    std::array<char, 256> escapes{};
    for (std::size_t control = 0; control < 0x20; ++control) {
        escapes[control] = 'u';
    }
    escapes['\b'] = 'b';
    escapes['\f'] = 'f';
    escapes['\n'] = 'n';
    escapes['\r'] = 'r';
    escapes['\t'] = 't';
    escapes['"'] = '"';
    escapes['\\'] = '\\';
    return escapes;
}();

/// memcpy for the few bytes most pieces have, without a call.
void copy(char* to, const char* from, std::size_t size)
{
    if (size > 16) {
        std::memcpy(to, from, size);
    } else if (size >= 8) {  // two words that may overlap
        std::memcpy(to, from, 8);
        std::memcpy(to + size - 8, from + size - 8, 8);
    } else {
        while (size-- > 0) {
            *to++ = *from++;
        }
    }
}

/// Gathers the many small pieces of a text, so that they are appended a few thousand bytes at once.
class Sink {
public:
    explicit Sink(std::string& out) : out_(out) {}
    ~Sink() { out_.append(gathered_.data(), used_); }
    Sink(const Sink&) = delete;
    Sink& operator=(const Sink&) = delete;

    void put(char byte)
    {
        if (used_ == gathered_.size()) {
            flush();
        }
        gathered_[used_++] = byte;
    }

    void put(std::string_view bytes)
    {
        if (bytes.size() > gathered_.size() - used_) {
            flush();
        }
        if (bytes.size() > gathered_.size()) {
            out_.append(bytes);
            return;
        }
        copy(gathered_.data() + used_, bytes.data(), bytes.size());
        used_ += bytes.size();
    }

private:
    void flush()
    {
        out_.append(gathered_.data(), used_);
        used_ = 0;
    }

    std::string& out_;
    std::array<char, 4096> gathered_;  // what used_ does not count is never read
    std::size_t used_ = 0;
};

constexpr std::uint64_t kOnes = 0x0101010101010101U;
constexpr std::uint64_t kHighs = 0x8080808080808080U;

/// The high bit of each byte that needs an escape; bits above the first such byte say nothing.
std::uint64_t escapes_in(const char* eight)
{
    static_assert(std::endian::native == std::endian::little);
    std::uint64_t word = 0;
    std::memcpy(&word, eight, sizeof word);
    const auto quotes = word ^ (kOnes * '"');
    const auto slashes = word ^ (kOnes * '\\');
    return (((word - kOnes * 0x20U) & ~word) | ((quotes - kOnes) & ~quotes) |
            ((slashes - kOnes) & ~slashes)) &
           kHighs;
}

/// Index of the first byte from `at` on that needs an escape; the size when none does.
std::size_t next_escape(std::string_view text, std::size_t at)
{
    for (; at + 8 <= text.size(); at += 8) {
        if (const auto found = escapes_in(text.data() + at); found != 0) {
            return at + static_cast<std::size_t>(std::countr_zero(found)) / 8;
        }
    }
    while (at < text.size() && kEscapes[static_cast<unsigned char>(text[at])] == 0) {
        ++at;
    }
    return at;
}

void put_string(std::string_view text, Sink& out)
{
    constexpr std::string_view kHex = "0123456789abcdef";
    out.put('"');
    std::size_t plain = 0;
    for (auto at = next_escape(text, 0); at < text.size(); at = next_escape(text, plain)) {
        const auto byte = static_cast<unsigned char>(text[at]);
        out.put(text.substr(plain, at - plain));
        plain = at + 1;
        out.put('\\');
        out.put(kEscapes[byte]);
        if (kEscapes[byte] == 'u') {
            out.put("00");
            out.put(kHex[byte >> 4U]);
            out.put(kHex[byte & 0xFU]);
        }
    }
    out.put(text.substr(plain));
    out.put('"');
}

void new_line(Sink& out, std::size_t depth)
{
    out.put('\n');
    while (depth-- > 0) {
        out.put("  ");
    }
}

/// Opens an object or array, or writes a leaf whole.
void put_value(const Node& node, Sink& out)
{
    switch (node.kind) {
        case Kind::null:
            out.put("null");
            break;
        case Kind::boolean:
        case Kind::number:
            out.put(node.text);
            break;
        case Kind::string:
            put_string(node.text, out);
            break;
        case Kind::array:
            out.put('[');
            break;
        case Kind::object:
            out.put('{');
            break;
    }
}

bool is_branch(const Node& node)
{
    return node.kind == Kind::object || node.kind == Kind::array;
}

/// No recursion: how deep a tree is, is data.
void write(const Node& top, std::string& text, bool pretty)
{
    struct Open {
        const Node* node;
        const Node* next;
    };
    Sink out(text);
    put_value(top, out);
    std::vector<Open> open;
    if (is_branch(top)) {
        open.push_back({&top, top.first});
    }
    while (!open.empty()) {
        auto& [node, next] = open.back();
        if (next == nullptr) {
            if (pretty && node->first != nullptr) {
                new_line(out, open.size() - 1);
            }
            out.put(node->kind == Kind::object ? '}' : ']');
            open.pop_back();
            continue;
        }
        const auto& child = *next;
        if (&child != node->first) {
            out.put(',');
        }
        if (pretty) {
            new_line(out, open.size());
        }
        if (node->kind == Kind::object) {
            put_string(child.name, out);
            out.put(pretty ? std::string_view(": ") : ":");
        }
        next = child.next;
        put_value(child, out);
        if (is_branch(child)) {
            open.push_back({&child, child.first});
        }
    }
}

}  // namespace

void write_json_string(std::string_view text, std::string& out)
{
    Sink sink(out);
    put_string(text, sink);
}

void write_json(const Node& node, std::string& out)
{
    write(node, out, false);
}

std::string to_json(const Node& node)
{
    std::string out;
    write(node, out, false);
    return out;
}

std::string to_pretty_json(const Node& node)
{
    std::string out;
    write(node, out, true);
    return out;
}

}  // namespace fhir::r4
