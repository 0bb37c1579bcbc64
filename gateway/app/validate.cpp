#include "fhir_models/r4/validate.hpp"

#include <cstdio>

#include "fhir_models/base/text.hpp"
#include "fhir_models/national/profiles.hpp"
#include "fhir_models/r4/json_reader.hpp"
#include "fhir_models/r4/json_writer.hpp"
#include "fhir_models/r4/operation_outcome.hpp"
#include "gateway/app/commands.hpp"
#include "gateway/app/files.hpp"

namespace gateway::app {
namespace {

struct Tally {
    const fhir::r4::Profile* profile = nullptr;  ///< that every resource must meet
    std::size_t resources = 0;
    std::size_t failed = 0;
};

/// "@byte 312" of a validated text as "line 9, column 4".
void add_lines(base::Issues& issues, std::string_view text)
{
    constexpr std::string_view kByte = "@byte ";
    for (auto& issue : issues) {
        const auto offset = issue.where.starts_with(kByte)
                                ? base::to_size(std::string_view(issue.where).substr(kByte.size()))
                                : std::nullopt;
        if (offset) {
            const auto at = fhir::r4::line_column(text, *offset);
            issue.where =
                "line " + std::to_string(at.line) + ", column " + std::to_string(at.column);
        }
    }
}

/// The outcome with the file it is about: nobody asked over the wire, so there is no trace id.
std::string outcome_of(const base::Issues& issues, std::string_view name)
{
    auto outcome = fhir::r4::to_operation_outcome(issues);
    auto& extensions = outcome.add(outcome.root(), "extension", fhir::r4::Kind::array);
    auto& extension = outcome.add(extensions, {}, fhir::r4::Kind::object);
    outcome.add(extension, "url", fhir::r4::Kind::string, "urn:puente:file");
    outcome.add(extension, "valueString", fhir::r4::Kind::string, name);
    return fhir::r4::to_json(outcome.root());
}

/// `name` is the file, or "FILE:LINE" in NDJSON.
void judge(std::string_view text, const std::string& name, Tally& tally)
{
    ++tally.resources;
    base::Issues issues;
    if (const auto resource = fhir::r4::read_json(text)) {
        issues = fhir::r4::validate(resource->root());
        const auto more =
            fhir::r4::check_profiles(resource->root(), fhir::national::profiles(), tally.profile);
        issues.insert(issues.end(), more.begin(), more.end());
        add_lines(issues, text);
    } else {
        issues.push_back(base::to_issue(resource.error(), base::Severity::fatal));
    }
    tally.failed += base::has_errors(issues) ? 1U : 0U;
    std::printf("%s\n", outcome_of(issues, name).c_str());
}

}  // namespace

int validate(const std::vector<std::string>& paths, const std::string& profile)
{
    Tally tally;
    if (!profile.empty()) {
        tally.profile = fhir::national::profiles().find(profile);
        if (tally.profile == nullptr) {
            std::fprintf(stderr, "--profile: one of\n");
            for (const auto& known : fhir::national::profiles().all()) {
                std::fprintf(stderr, "  %s\n", std::string(known.url()).c_str());
            }
            return kWrongUsage;
        }
    }
    const auto files = files_of(paths);
    if (!files) {
        return complain(files.error());
    }
    {
        Progress progress("validate", files->size());
        for (const auto& file : *files) {
            const auto text = read_file(file);
            if (!text) {
                return complain(text.error());
            }
            if (file.ends_with(".ndjson")) {
                std::size_t number = 0;
                for (const auto line : base::split(*text, '\n')) {
                    ++number;
                    if (!base::trim(line).empty()) {
                        judge(line, file + ":" + std::to_string(number), tally);
                    }
                }
            } else {
                judge(*text, file, tally);
            }
            progress.step();
        }
    }
    std::fprintf(stderr, "%zu resources, %zu with errors\n", tally.resources, tally.failed);
    return tally.failed == 0 ? kDone : kRefused;
}

}  // namespace gateway::app
