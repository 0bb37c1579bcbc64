#include "fhir_models/r4/json_writer.hpp"

#include <array>
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

void new_line(std::string& out, std::size_t depth)
{
    out.push_back('\n');
    out.append(depth * 2, ' ');
}

/// Opens an object or array, or writes a leaf whole.
void write_value(const Node& node, std::string& out)
{
    switch (node.kind) {
        case Kind::null:
            out.append("null");
            break;
        case Kind::boolean:
        case Kind::number:
            out.append(node.text);
            break;
        case Kind::string:
            write_json_string(node.text, out);
            break;
        case Kind::array:
            out.push_back('[');
            break;
        case Kind::object:
            out.push_back('{');
            break;
    }
}

bool is_branch(const Node& node)
{
    return node.kind == Kind::object || node.kind == Kind::array;
}

/// No recursion: how deep a tree is, is data.
void write(const Node& top, std::string& out, bool pretty)
{
    struct Open {
        const Node* node;
        const Node* next;
    };
    write_value(top, out);
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
            out.push_back(node->kind == Kind::object ? '}' : ']');
            open.pop_back();
            continue;
        }
        const auto& child = *next;
        if (&child != node->first) {
            out.push_back(',');
        }
        if (pretty) {
            new_line(out, open.size());
        }
        if (node->kind == Kind::object) {
            write_json_string(child.name, out);
            out.append(pretty ? ": " : ":");
        }
        next = child.next;
        write_value(child, out);
        if (is_branch(child)) {
            open.push_back({&child, child.first});
        }
    }
}

}  // namespace

void write_json_string(std::string_view text, std::string& out)
{
    constexpr std::string_view kHex = "0123456789abcdef";
    out.push_back('"');
    std::size_t plain = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const char escape = kEscapes[byte];
        if (escape == 0) {
            continue;
        }
        out.append(text, plain, i - plain);
        plain = i + 1;
        out.push_back('\\');
        out.push_back(escape);
        if (escape == 'u') {
            out.append("00").append(1, kHex[byte >> 4U]).append(1, kHex[byte & 0xFU]);
        }
    }
    out.append(text, plain, text.size() - plain);
    out.push_back('"');
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
