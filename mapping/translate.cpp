#include "mapping/translate.hpp"

#include <algorithm>

#include "fhir_models/base/bytes.hpp"
#include "fhir_models/base/text.hpp"
#include "mapping/built_in.hpp"
#include "mapping/engine.hpp"
#include "mapping/fhir_json.hpp"
#include "mapping/giis/reader.hpp"
#include "mapping/hl7v2/reader.hpp"
#include "mapping/record.hpp"
#include "mapping/trace.hpp"

namespace mapping {
namespace {

namespace r4 = fhir::r4;

std::string text_at(const SourceTree& source, std::string_view segment, std::uint32_t field,
                    std::uint32_t component)
{
    for (std::uint32_t i = 0; i < source.segments.size(); ++i) {
        if (source.segments[i].text() == segment) {
            const auto view = source.select(source.select(source.whole(i), field), 1);
            const auto* const leaf = source.head(source.select(view, component));
            return leaf == nullptr ? std::string{} : text_of(source, *leaf).value_or(std::string{});
        }
    }
    return {};
}

/// The structure a message is read by: its event, what it says of itself, its type, any.
/// An event of the sender's own (Z..) needs a structure in MSH-9.3 or a package that declares it:
/// its type alone does not tell what it means.
std::string structure_of(const Plan& plan, const SourceTree& source)
{
    const auto type = text_at(source, "MSH", 9, 1);
    auto event = text_at(source, "MSH", 9, 2);
    auto stated = text_at(source, "MSH", 9, 3);
    if (event.empty()) {
        event = text_at(source, "EVN", 1, 1);
    }
    if (plan.profiles.contains(stated)) {
        return stated;
    }
    if (event.starts_with('Z') && stated.empty() && !plan.events.contains(type + "^" + event)) {
        return {};
    }
    for (const auto& name : {type + "^" + event, type + "^*", std::string("*")}) {
        if (const auto known = plan.events.find(name); known != plan.events.end()) {
            return known->second;
        }
    }
    return {};
}

}  // namespace

struct Translator::State {
    std::shared_ptr<const Plan> plan;
    std::vector<std::string> labels;

    void translate_message(SourceTree source, std::string_view record, const Request& request,
                           Translation& translation) const
    {
        translation.control_id = text_at(source, "MSH", 10, 1);
        translation.profile = structure_of(*plan, source);
        const auto profile = plan->profiles.find(translation.profile);
        if (profile == plan->profiles.end()) {
            refuse(std::move(source),
                   {base::Severity::error,
                    base::Errc::unknown_event,
                    "MSH-9",
                    {},
                    {},
                    {"un tipo de mensaje y evento conocidos, o declarados en un paquete",
                     "a known message type and event, or ones a package declares"},
                    base::Text{}},
                   translation);
            return;
        }
        map_record(plan, profile->second, std::move(source), record, request.default_zone,
                   translation);
    }

    base::Result<void> translate_messages(std::string_view bytes, const Request& request,
                                          const Sink& sink) const
    {
        const auto turned = hl7v2::as_utf8(bytes);
        if (!turned) {
            return base::Failure(turned.error());
        }
        bytes = *turned ? std::string_view(**turned) : bytes;
        const auto messages = hl7v2::find_messages(bytes);
        if (!messages) {
            return base::Failure(messages.error());
        }
        for (std::size_t i = 0; i < messages->size(); ++i) {
            const auto& bounds = (*messages)[i];
            Translation translation;
            translation.record = i + 1;
            translation.place = "message " + std::to_string(i + 1);
            auto source = hl7v2::read(bytes, bounds, request.undeclared_charset);
            if (!source && messages->size() == 1) {
                return base::Failure(source.error());
            }
            if (!source) {
                refuse({}, base::to_issue(source.error()), translation);
            } else {
                translate_message(*std::move(source),
                                  bytes.substr(bounds.begin, bounds.end - bounds.begin), request,
                                  translation);
            }
            sink(std::move(translation));
        }
        return {};
    }

    /// The GIIS profile of a file: the one asked for, else the one whose names its first line has.
    [[nodiscard]] std::string guide_of(std::string_view bytes, const Request& request) const
    {
        std::string best;
        std::size_t most = 0;
        for (const auto& [name, columns] : plan->columns) {
            if (!request.profile.empty() && name != request.profile) {
                continue;
            }
            const auto match = giis::match_header(bytes, columns);
            const auto score = match.named + (match.columns == columns.size() ? 1 : 0);
            if (score > most || !request.profile.empty()) {
                most = score;
                best = name;
            }
        }
        return best;
    }

    base::Result<void> translate_rows(std::string_view bytes, const Request& request,
                                      const Sink& sink) const
    {
        if (base::trim(bytes).empty()) {
            return base::fail(base::Errc::empty_source, "row 1",
                              {"un renglón de datos", "a row of data"});
        }
        const auto guide = guide_of(bytes, request);
        const auto profile = plan->profiles.find(guide);
        if (guide.empty() || profile == plan->profiles.end()) {
            return base::fail(base::Errc::unsupported_format, "row 1",
                              {"una guía GIIS conocida", "a known GIIS guide"});
        }
        const auto& columns = plan->columns.at(guide);
        if (auto order = giis::check_order(bytes, columns); !order) {
            return order;
        }
        const auto checks = plan->checks.find(guide);
        giis::Rows rows(bytes);
        const bool header = rows.take_header(columns);
        SourceTree tree;
        for (std::size_t record = 1; rows.next(tree); ++record) {
            Translation translation;
            translation.record = record;
            translation.place = "row " + std::to_string(tree.row);
            translation.profile = guide;
            translation.control_id = std::to_string(tree.row);
            translation.package = plan->packages[profile->second.package].label();
            if (record == 1) {
                note_file(rows, header, tree);
            }
            const auto& segment = tree.segments.front();
            const auto row = bytes.substr(
                segment.begin, bytes.find_first_of("\r\n", segment.begin) - segment.begin);
            translation.offset = segment.begin;
            translation.size = row.size();
            if (rows.columns() != columns.size()) {
                const auto count = std::to_string(columns.size());
                refuse(tree,
                       {base::Severity::error,
                        base::Errc::wrong_column_count,
                        place_of(tree, segment),
                        {},
                        {},
                        {count + " columnas", count + " columns"},
                        {std::to_string(rows.columns()) + " columnas",
                         std::to_string(rows.columns()) + " columns"}},
                       translation);
            } else {
                if (checks != plan->checks.end()) {
                    checks->second.check(tree, tree.issues);
                }
                map_record(plan, profile->second, tree, row, request.default_zone, translation);
            }
            sink(std::move(translation));
        }
        return {};
    }

    static void note_file(const giis::Rows& rows, bool header, SourceTree& tree)
    {
        if (rows.is_utf8()) {
            tree.issues.push_back(
                {base::Severity::warning,
                 base::Errc::wrong_charset,
                 "row 1",
                 {},
                 {},
                 {"windows-1252: los bytes son UTF-8", "windows-1252: the bytes are UTF-8"},
                 base::Text{}});
        }
        if (!header) {
            tree.issues.push_back({base::Severity::warning,
                                   base::Errc::malformed_source,
                                   "row 1",
                                   {},
                                   {},
                                   {"el encabezado con los nombres de las variables",
                                    "the header with the names of the variables"},
                                   base::Text{}});
        }
    }
};

base::Result<Translator> Translator::built_in()
{
    auto loaded = load({});
    if (!loaded) {
        return base::Failure(base::first_error(loaded.error()));
    }
    return *std::move(loaded);
}

tl::expected<Translator, base::Issues> Translator::load(std::span<const PackageFile> overlays)
{
    std::vector<PackageFile> files;
    for (const auto& file : built_in_files()) {
        files.push_back({std::string(file.name), std::string(file.text)});
    }
    files.insert(files.end(), overlays.begin(), overlays.end());
    base::Issues faults;
    auto packages = read_packages(files, faults);
    auto plan = std::make_shared<Plan>(compile(std::move(packages), faults));
    if (!faults.empty()) {
        return tl::unexpected(std::move(faults));
    }
    auto state = std::make_shared<State>();
    for (const auto& package : plan->packages) {
        state->labels.push_back(package.label());
    }
    state->plan = std::move(plan);
    return Translator(std::move(state));
}

base::Result<void> Translator::translate(std::string_view bytes, const Request& request,
                                         const Sink& sink) const
{
    const auto format = request.format ? request.format : detect(bytes, request.media_type);
    if (base::trim(bytes).empty()) {
        return base::fail(base::Errc::empty_source, "@byte 0", {"contenido", "content"});
    }
    if (!format) {
        return base::fail(base::Errc::unsupported_format, "@byte 0",
                          {"HL7 v2, GIIS o FHIR R4 en JSON", "HL7 v2, GIIS or FHIR R4 in JSON"},
                          base::kind_of(bytes.substr(0, 3)));
    }
    switch (*format) {
        case Format::hl7v2:
            return state_->translate_messages(bytes, request, sink);
        case Format::giis:
            return state_->translate_rows(bytes, request, sink);
        case Format::fhir_json:
            break;
    }
    auto translation = read_fhir(bytes);
    if (!translation) {
        return base::Failure(translation.error());
    }
    sink(*std::move(translation));
    return {};
}

base::Result<std::string> Translator::to_hl7v2(const r4::Node& bundle, std::string_view message,
                                               const hl7v2::OutStamp& stamp) const
{
    return state_->plan->outgoing.write(bundle, message, stamp);
}

const std::string& Translator::plan_digest() const noexcept
{
    return state_->plan->digest;
}

const std::vector<std::string>& Translator::packages() const noexcept
{
    return state_->labels;
}

}  // namespace mapping
