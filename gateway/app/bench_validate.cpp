#include "fhir_models/r4/json_reader.hpp"
#include "fhir_models/r4/json_writer.hpp"
#include "fhir_models/r4/validate.hpp"
#include "gateway/app/bare_json.hpp"
#include "gateway/app/bench.hpp"
#include "gateway/app/commands.hpp"
#include "gateway/app/files.hpp"
#include "mapping/translate.hpp"

namespace gateway::app {
namespace {

using Texts = std::vector<std::string>;

constexpr std::size_t kInvented = 200;

/// Without paths: the Bundles our own translator makes of invented messages.
base::Result<Texts> invented_bundles()
{
    const auto translator = mapping::Translator::built_in();
    if (!translator) {
        return base::Failure(translator.error());
    }
    Texts texts;
    for (std::size_t i = 0; i < kInvented; ++i) {
        const auto done =
            translator->translate(invented_adt(i), {}, [&](mapping::Translation&& translation) {
                texts.push_back(fhir::r4::to_pretty_json(translation.bundle.root()));
            });
        if (!done) {
            return base::Failure(done.error());
        }
    }
    return texts;
}

base::Result<Texts> texts_of(const std::vector<std::string>& paths)
{
    if (paths.empty()) {
        return invented_bundles();
    }
    const auto files = files_of(paths);
    if (!files) {
        return base::Failure(files.error());
    }
    Texts texts;
    for (const auto& file : *files) {
        auto bytes = read_file(file);
        if (!bytes) {
            return base::Failure(bytes.error());
        }
        texts.push_back(*std::move(bytes));
    }
    return texts;
}

/// Resources in the texts: the entries of a Bundle and the Bundle itself, or the one resource.
double count_resources(const Texts& texts)
{
    std::size_t count = 0;
    for (const auto& text : texts) {
        if (const auto document = fhir::r4::read_json(text)) {
            const auto* entries = document->root().find("entry");
            count += 1 + (entries == nullptr ? 0 : entries->size());
        }
    }
    return static_cast<double>(count);
}

Texts minified(const Texts& texts)
{
    Texts out;
    for (const auto& text : texts) {
        if (const auto document = fhir::r4::read_json(text)) {
            out.push_back(fhir::r4::to_json(document->root()));
        }
    }
    return out;
}

Figures measure(const Texts& texts, double window)
{
    const auto each = [&](auto work) {
        return rounds_per_cpu_second(window, [&] {
            for (const auto& text : texts) {
                work(text);
            }
        });
    };
    double bytes = 0;
    for (const auto& text : texts) {
        bytes += static_cast<double>(text.size());
    }
    const double mib = bytes / (1024 * 1024);
    const double bare = each([](const std::string& text) { static_cast<void>(scan_json(text)); });
    const double read =
        each([](const std::string& text) { static_cast<void>(fhir::r4::read_json(text)); });
    const double validated = each([](const std::string& text) {
        if (const auto document = fhir::r4::read_json(text)) {
            static_cast<void>(fhir::r4::validate(document->root()));
        }
    });
    Figures limits;
    limits.add("sax_reader_mib_per_s", bare * mib);
    limits.add("tree_reader_mib_per_s", read * mib);
    Figures figures;
    figures.add("resources_per_s", validated * count_resources(texts));
    figures.add("mib_per_s", validated * mib);
    figures.add("limits", limits);
    figures.add("share", validated / bare);
    return figures;
}

}  // namespace

int bench_validate(const BenchOptions& options)
{
    const auto texts = texts_of(options.paths);
    if (!texts) {
        return complain(texts.error());
    }
    const double window = static_cast<double>(options.seconds) / 6;
    auto figures = measure(*texts, window);
    figures.add("minified", measure(minified(*texts), window));
    figures.add("rss_mib", resident_mib("self", "VmHWM:"));
    figures.print(options.json);
    return kDone;
}

}  // namespace gateway::app
