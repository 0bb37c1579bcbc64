#include <cstdio>
#include <thread>

#include "fhir_models/national/identity.hpp"
#include "fhir_models/national/minimum_dataset.hpp"
#include "fhir_models/r4/json_writer.hpp"
#include "fhir_models/r4/validate.hpp"
#include "gateway/app/bare_json.hpp"
#include "gateway/app/bench.hpp"
#include "gateway/app/commands.hpp"
#include "gateway/app/files.hpp"
#include "mapping/translate.hpp"

namespace gateway::app {
namespace {

constexpr std::size_t kInvented = 200;

std::vector<std::string> invented_messages()
{
    std::vector<std::string> messages;
    for (std::size_t i = 0; i < kInvented; ++i) {
        messages.push_back(i % 4 == 3 ? invented_oru(i) : invented_adt(i));
    }
    return messages;
}

base::Result<std::vector<std::string>> messages_of(const std::vector<std::string>& paths)
{
    if (paths.empty()) {
        return invented_messages();
    }
    const auto files = files_of(paths);
    if (!files) {
        return base::Failure(files.error());
    }
    std::vector<std::string> messages;
    for (const auto& file : *files) {
        auto bytes = read_file(file);
        if (!bytes) {
            return base::Failure(bytes.error());
        }
        messages.push_back(*std::move(bytes));
    }
    return messages;
}

/// One pass over all messages; gives how many records came out and keeps their JSON.
std::size_t pass(const mapping::Translator& translator, const std::vector<std::string>& messages,
                 bool checked, std::vector<std::string>* kept)
{
    std::size_t records = 0;
    std::string json;
    for (const auto& message : messages) {
        const auto done =
            translator.translate(message, {}, [&](mapping::Translation&& translation) {
                ++records;
                const auto& bundle = translation.bundle.root();
                if (checked) {
                    static_cast<void>(fhir::r4::validate(bundle));
                    static_cast<void>(fhir::national::check_identity(bundle));
                    static_cast<void>(fhir::national::check_minimum_dataset(bundle));
                }
                json.clear();
                fhir::r4::write_json(bundle, json);
                if (kept != nullptr) {
                    kept->push_back(json);
                }
            });
        static_cast<void>(done);  // an unreadable file counts as the time it took
    }
    return records;
}

std::size_t total_bytes(const std::vector<std::string>& texts)
{
    std::size_t bytes = 0;
    for (const auto& text : texts) {
        bytes += text.size();
    }
    return bytes;
}

}  // namespace

int bench_translate(const BenchOptions& options)
{
    const auto messages = messages_of(options.paths);
    if (!messages) {
        return complain(messages.error());
    }
    const auto translator = mapping::Translator::built_in();
    if (!translator) {
        return complain(translator.error());
    }
    std::vector<std::string> bundles;
    const auto records = static_cast<double>(pass(*translator, *messages, false, &bundles));
    const double window = static_cast<double>(options.seconds) / 3;
    const double mapped =
        rounds_per_cpu_second(window, [&] { pass(*translator, *messages, false, nullptr); });
    const double checked =
        rounds_per_cpu_second(window, [&] { pass(*translator, *messages, true, nullptr); });
    const double bare = rounds_per_cpu_second(window, [&] {
        for (const auto& bundle : bundles) {
            static_cast<void>(scan_json(bundle));
        }
    });
    constexpr double kMiB = 1024 * 1024;
    const auto mib = static_cast<double>(total_bytes(*messages)) / kMiB;
    Figures limits;
    limits.add("sax_reader_records_per_s", bare * records);
    limits.add("sax_reader_mib_per_s", bare * static_cast<double>(total_bytes(bundles)) / kMiB);
    Figures figures;
    figures.add("bench", std::string("translate, per core, leaf ledger on"));
    figures.add("messages", records);
    figures.add("messages_per_s", mapped * records);
    figures.add("mib_per_s", mapped * mib);
    figures.add("validated_messages_per_s", checked * records);
    figures.add("validated_mib_per_s", checked * mib);
    figures.add("rss_mib", resident_mib("self", "VmHWM:"));
    figures.add("limits", limits);
    figures.add("share", mapped / bare);
    figures.print(options.json);
    return kDone;
}

}  // namespace gateway::app
