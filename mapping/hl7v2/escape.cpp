#include "mapping/hl7v2/escape.hpp"

#include "fhir_models/base/bytes.hpp"

namespace mapping::hl7v2 {
namespace {

/// Appends what the sequence between two escape characters stands for; false: nobody knows it.
bool resolve(std::string_view sequence, const Delimiters& delimiters, std::string& out)
{
    if (sequence.size() == 1) {
        switch (sequence[0]) {
            case 'F':
                out.push_back(delimiters.field);
                return true;
            case 'S':
                out.push_back(delimiters.component);
                return true;
            case 'T':
                out.push_back(delimiters.subcomponent);
                return true;
            case 'R':
                out.push_back(delimiters.repetition);
                return true;
            case 'E':
                out.push_back(delimiters.escape);
                return true;
            case 'H':  // highlighting begins, and ends: no text
            case 'N':
                return true;
            default:
                return false;
        }
    }
    if (sequence.starts_with('X')) {
        const auto bytes = base::from_hex(sequence.substr(1));
        if (!bytes) {
            return false;
        }
        out.append(*bytes);
        return true;
    }
    if (sequence.starts_with(".br") || sequence.starts_with(".sp")) {
        out.push_back('\n');
        return true;
    }
    for (const auto* command : {".in", ".ti", ".fi", ".nf", ".ce", ".sk"}) {
        if (sequence.starts_with(command)) {
            if (sequence.starts_with(".sk")) {
                out.push_back(' ');
            }
            return true;
        }
    }
    return false;
}

/// "C2842", "M2442".
bool changes_charset(std::string_view sequence)
{
    return sequence.size() >= 5 && (sequence[0] == 'C' || sequence[0] == 'M') &&
           base::from_hex(sequence.substr(1)).has_value();
}

}  // namespace

std::string unescape(std::string_view raw, const Delimiters& delimiters)
{
    std::string out;
    out.reserve(raw.size());
    std::size_t at = 0;
    while (at < raw.size()) {
        const auto begin = raw.find(delimiters.escape, at);
        out.append(raw.substr(at, begin - at));
        if (begin == std::string_view::npos) {
            break;
        }
        const auto end = raw.find(delimiters.escape, begin + 1);
        if (end == std::string_view::npos) {
            out.append(raw.substr(begin));
            break;
        }
        if (resolve(raw.substr(begin + 1, end - begin - 1), delimiters, out)) {
            at = end + 1;
        } else {
            out.append(raw.substr(begin, end - begin));  // its end may begin the next sequence
            at = end;
        }
    }
    return out;
}

std::optional<std::string> decode(std::string_view raw, const Delimiters& delimiters,
                                  Charset charset)
{
    std::string out;
    auto current = charset;
    std::string lead;  // what ISO 2022 writes before text of a set of two bytes
    std::size_t at = 0;
    while (at <= raw.size()) {
        auto next = raw.find(delimiters.escape, at);
        auto end = next;
        while (next != std::string_view::npos) {
            end = raw.find(delimiters.escape, next + 1);
            const auto sequence = raw.substr(next + 1, end - next - 1);
            if (end == std::string_view::npos || changes_charset(sequence)) {
                break;
            }
            std::string ignored;  // another sequence ends where it ends, as in unescape
            next =
                raw.find(delimiters.escape, resolve(sequence, delimiters, ignored) ? end + 1 : end);
            end = next;
        }
        const bool changes = end != std::string_view::npos;
        const auto run = raw.substr(at, changes ? next - at : raw.size() - at);
        const auto text = to_utf8(lead + unescape(run, delimiters), current);
        if (!text) {
            return std::nullopt;
        }
        out.append(*text);
        if (!changes) {
            break;
        }
        const auto hex = raw.substr(next + 2, end - next - 2);
        const auto bytes = base::from_hex(hex);
        const auto designated = charset_designated(hex);
        lead.clear();
        if (hex == "2842") {  // back to ASCII: the set of the message
            current = charset;
        } else if (designated) {
            current = *designated;
        } else if (bytes && raw[next + 1] == 'M') {
            current =
                Charset::japanese;  // ISO-2022-JP-2 knows the sets of two bytes by their names
            lead = "\x1b" + *bytes;
        } else {
            out.append(raw.substr(next, end + 1 - next));
        }
        at = end + 1;
    }
    return out;
}

std::string escape(std::string_view text, const Delimiters& delimiters)
{
    std::string out;
    out.reserve(text.size());
    const auto put = [&](std::string_view sequence) {
        out.push_back(delimiters.escape);
        out.append(sequence);
        out.push_back(delimiters.escape);
    };
    for (const char c : text) {
        if (c == delimiters.field) {
            put("F");
        } else if (c == delimiters.component) {
            put("S");
        } else if (c == delimiters.subcomponent) {
            put("T");
        } else if (c == delimiters.repetition) {
            put("R");
        } else if (c == delimiters.escape) {
            put("E");
        } else if (c == '\r' || c == '\n') {
            put(".br");
        } else {
            out.push_back(c);
        }
    }
    return out;
}

}  // namespace mapping::hl7v2
