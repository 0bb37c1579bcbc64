#include "gateway/net/target.hpp"

#include "fhir_models/base/text.hpp"
#include "gateway/net/characters.hpp"

namespace gateway::net {
namespace {

using base::Failure;
using base::Result;

constexpr std::string_view kPathMarks = "-._~!$&'()*+,;=:@%/";

Result<std::string> decode_path(std::string_view raw)
{
    if (!consists_of(raw, kPathMarks)) {
        return refuse("target", "una ruta de RFC 3986", "a path of RFC 3986", raw);
    }
    std::string path;
    path.reserve(raw.size());
    for (std::size_t i = 0; i < raw.size(); ++i) {
        if (raw[i] != '%') {
            path.push_back(raw[i]);
            continue;
        }
        const int value = percent_value(raw, i);
        const char byte = static_cast<char>(value);
        if (value < 0 || byte == '/' || byte == '\\' || is_control(byte)) {
            return refuse("target", "escapes %XX de caracteres imprimibles que no separan",
                          "%XX escapes of printable characters that separate nothing", raw);
        }
        path.push_back(byte);
        i += 2;
    }
    if (base::find_invalid_utf8(path) != std::string::npos) {
        return refuse("target", "UTF-8", "UTF-8", raw);
    }
    return path;
}

Result<void> check_segments(std::string_view path)
{
    const auto segments = base::split(path.substr(1), '/');
    for (std::size_t i = 0; i < segments.size(); ++i) {
        const bool last = i + 1 == segments.size();
        if (segments[i] == "." || segments[i] == ".." || (segments[i].empty() && !last)) {
            return refuse("target", "una ruta sin segmentos vacíos, '.' ni '..'",
                          "a path without empty, '.' or '..' segments", path);
        }
    }
    return {};
}

Result<void> check_query(std::string_view query)
{
    for (std::size_t i = 0; i < query.size(); ++i) {
        const char c = query[i];
        const bool visible = c > ' ' && c < 0x7f && c != '#';
        if (!visible || (c == '%' && percent_value(query, i) < 0)) {
            return refuse("target", "una consulta de ASCII visible con escapes %XX",
                          "a query of visible ASCII with %XX escapes", query);
        }
    }
    return {};
}

}  // namespace

Result<Target> judge_target(std::string_view text)
{
    if (text.empty() || text.front() != '/') {
        return refuse("target", "una ruta que empieza con '/'", "a path that begins with '/'",
                      text);
    }
    const auto mark = text.find('?');
    auto path = decode_path(text.substr(0, mark));
    if (!path) {
        return Failure(path.error());
    }
    if (auto checked = check_segments(*path); !checked) {
        return Failure(checked.error());
    }
    Target target{*std::move(path), {}};
    if (mark != std::string_view::npos) {
        target.query = text.substr(mark + 1);
    }
    if (auto checked = check_query(target.query); !checked) {
        return Failure(checked.error());
    }
    return target;
}

}  // namespace gateway::net
