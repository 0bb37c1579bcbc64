#include <algorithm>
#include <cstdio>
#include <deque>
#include <future>
#include <map>

#include "fhir_models/r4/json_writer.hpp"
#include "gateway/app/clock.hpp"
#include "gateway/app/commands.hpp"
#include "gateway/app/files.hpp"
#include "gateway/app/findings.hpp"
#include "gateway/app/packages.hpp"
#include "gateway/exchange/acknowledgement.hpp"
#include "mapping/hl7v2/outgoing.hpp"
#include "mapping/translate.hpp"

namespace gateway::app {
namespace {

/// The most frequent first.
void print(const Summary& summary)
{
    std::vector<std::pair<std::size_t, std::string>> rows;
    for (const auto& [what, times] : summary) {
        rows.emplace_back(times, what);
    }
    std::ranges::sort(rows, std::greater<>{});
    for (const auto& [times, what] : rows) {
        std::printf("%zu\t%s\n", times, what.c_str());
    }
}

/// What one file gave, in the order of its records.
struct Output {
    std::string out;
    std::string err;
    Summary summary;
    Findings findings;
    bool refused = false;
};

using Flush = std::function<void(Output&)>;

void append_lineage(const mapping::Translation& translation, std::string_view file,
                    std::string& out)
{
    for (const auto& entry : translation.lineage()) {
        out.append("{\"file\":");
        fhir::r4::write_json_string(file, out);
        out.append(",\"record\":").append(std::to_string(translation.record));
        for (const auto& [name, text] :
             {std::pair<std::string_view, const std::string&>{"target", entry.target},
              {"source", entry.source},
              {"rule", entry.rule}}) {
            out.append(",\"").append(name).append("\":");
            fhir::r4::write_json_string(text, out);
        }
        out.append("}\n");
    }
}

void append_leaves(const mapping::LeafLedger& leaves, std::string& out)
{
    out.append(std::to_string(leaves.parsed))
        .append(" ")
        .append(std::to_string(leaves.mapped))
        .append(" ");
    out.append(std::to_string(leaves.ignored))
        .append(" ")
        .append(std::to_string(leaves.reported))
        .append("\n");
}

/// The Bundle as a message for receivers that speak only HL7 v2.
void append_hl7v2(const mapping::Translator& translator, const std::string& message,
                  mapping::Translation& translation, std::string& out)
{
    const auto written = translator.to_hl7v2(
        translation.bundle.root(), message,
        {.time = exchange::to_dtm(now()), .control_id = translation.control_id, .receiver = {}});
    if (written) {
        out.append(*written);
    } else {
        translation.issues.push_back(base::to_issue(written.error()));
    }
}

void write_record(const mapping::Translator& translator, const TranslateOptions& options,
                  const std::string& file, mapping::Translation& translation, Output& output)
{
    validate_record(translation);
    if (!options.report.empty()) {
        output.findings.add(translation);
        output.refused = output.findings.refused() > 0;
        return;
    }
    if (options.explain) {
        append_lineage(translation, file, output.out);
    } else if (options.leaves) {
        append_leaves(translation.leaves, output.out);
    } else if (options.summary) {
        count(translation, output.summary);
    } else if (!options.to.empty() && !translation.refused()) {
        append_hl7v2(translator, options.to, translation, output.out);
    } else if (!translation.refused()) {
        fhir::r4::write_json(translation.bundle.root(), output.out);
        output.out.push_back('\n');
    }
    for (const auto& issue : translation.issues) {
        append_issue(output.err, issue, file, translation.record);
    }
    output.refused =
        output.refused || translation.refused() || base::has_errors(translation.issues);
}

Output translate_file(const mapping::Translator& translator, const mapping::Request& request,
                      const TranslateOptions& options, const std::string& file, const Flush& flush)
{
    Output output;
    const auto bytes = read_file(file);
    auto done = bytes ? translator.translate(*bytes, request,
                                             [&](mapping::Translation&& translation) {
                                                 write_record(translator, options, file,
                                                              translation, output);
                                                 flush(output);
                                             })
                      : base::Result<void>(base::Failure(bytes.error()));
    if (!done) {
        const auto issue = base::to_issue(done.error(), base::Severity::fatal);
        append_issue(output.err, issue, file, 0);
        output.findings.add(issue, "file");
        output.refused = true;
    }
    if (!options.report.empty()) {
        output.findings.close();
        output.out = options.report == "csv"    ? output.findings.to_csv(file)
                     : options.report == "json" ? output.findings.to_json(file)
                                                : output.findings.to_table(file);
    }
    return output;
}

void print(Output& output)
{
    std::fwrite(output.out.data(), 1, output.out.size(), stdout);
    std::fwrite(output.err.data(), 1, output.err.size(), stderr);
    output.out.clear();
    output.err.clear();
}

base::Result<mapping::Request> request_of(const TranslateOptions& options)
{
    mapping::Request request{.format = {},
                             .profile = options.profile,
                             .default_zone = options.zone,
                             .undeclared_charset = options.charset,
                             .media_type = {}};
    if (options.as == "hl7v2") {
        request.format = mapping::Format::hl7v2;
    } else if (options.as == "giis") {
        request.format = mapping::Format::giis;
    } else if (options.as == "fhir") {
        request.format = mapping::Format::fhir_json;
    } else if (!options.as.empty()) {
        return base::fail(base::Errc::wrong_usage, "--as",
                          {"hl7v2, giis o fhir", "hl7v2, giis or fhir"});
    }
    return request;
}

}  // namespace

int translate(const TranslateOptions& options)
{
    const auto request = request_of(options);
    if (!request) {
        return complain(request.error());
    }
    const auto files = files_of(options.paths);
    if (!files) {
        return complain(files.error());
    }
    const auto translator = load_translator(options.packages);
    if (!translator) {
        return kRefused;
    }
    bool refused = false;
    Summary summary;
    if (options.report == "csv") {
        std::fputs(Findings::kCsvHeader.data(), stdout);
    }
    Progress progress("translate", files->size());
    const auto finish = [&](Output output) {
        print(output);
        for (const auto& [what, times] : output.summary) {
            summary[what] += times;
        }
        refused = refused || output.refused;
        progress.step();
    };
    if (options.jobs <= 1 || files->size() == 1) {
        for (const auto& file : *files) {
            const auto flush = [](Output& output) { print(output); };
            finish(translate_file(*translator, *request, options, file, flush));
        }
        print(summary);
        return refused ? kRefused : kDone;
    }
    std::deque<std::future<Output>> running;  // printed in the order of the files
    for (const auto& file : *files) {
        if (running.size() == options.jobs) {
            finish(running.front().get());
            running.pop_front();
        }
        running.push_back(std::async(std::launch::async, [&, file] {
            return translate_file(*translator, *request, options, file, [](Output&) {});
        }));
    }
    for (auto& output : running) {
        finish(output.get());
    }
    print(summary);
    return refused ? kRefused : kDone;
}

}  // namespace gateway::app
