#include <array>

#include "fhir_models/base/text.hpp"
#include "mapping/translate.hpp"

namespace mapping {
namespace {

struct MediaType {
    std::string_view name;
    Format format;
};

/// HL7 over HTTP is written three ways by its own users; GIIS files come as plain text.
constexpr std::array kMediaTypes{
    MediaType{"application/hl7-v2+er7", Format::hl7v2},
    MediaType{"x-application/hl7-v2+er7", Format::hl7v2},
    MediaType{"application/hl7-v2", Format::hl7v2},
    MediaType{"text/vnd.hl7", Format::hl7v2},
    MediaType{"application/fhir+json", Format::fhir_json},
    MediaType{"application/json", Format::fhir_json},
    MediaType{"application/vnd.mx.giis", Format::giis},
};

std::string_view first_line(std::string_view bytes)
{
    return bytes.substr(0, bytes.find_first_of("\r\n"));
}

}  // namespace

std::optional<Format> detect(std::string_view bytes, std::string_view media_type)
{
    const auto name = base::trim(media_type.substr(0, media_type.find(';')));
    for (const auto& known : kMediaTypes) {
        if (base::equals_ignoring_case(known.name, name)) {
            return known.format;
        }
    }
    if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) {
        return Format::hl7v2;  // UTF-16 or UTF-32: of the formats, only HL7 v2 knows them
    }
    if (bytes.starts_with("\xEF\xBB\xBF")) {
        bytes.remove_prefix(3);
    }
    while (!bytes.empty() && (static_cast<unsigned char>(bytes.front()) <= ' ')) {
        bytes.remove_prefix(1);
    }
    for (const auto* header : {"MSH", "FHS", "BHS"}) {
        if (bytes.starts_with(header)) {
            return Format::hl7v2;
        }
    }
    if (bytes.starts_with('{')) {
        return Format::fhir_json;
    }
    if (first_line(bytes).find('|') != std::string_view::npos) {
        return Format::giis;
    }
    return std::nullopt;
}

}  // namespace mapping
