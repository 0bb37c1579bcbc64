#include "gateway/exchange/assess.hpp"

#include <algorithm>
#include <iterator>

#include "fhir_models/national/identity.hpp"
#include "fhir_models/national/minimum_dataset.hpp"
#include "fhir_models/national/profiles.hpp"
#include "fhir_models/r4/json_writer.hpp"
#include "fhir_models/r4/validate.hpp"
#include "gateway/exchange/places.hpp"
#include "gateway/exchange/served.hpp"

namespace gateway::exchange {
namespace {

/// What one outcome keeps: a load of a million rows must not answer with a million findings.
constexpr std::size_t kLargestIssues = 1000;

void append(base::Issues& all, base::Issues more)
{
    std::ranges::move(more, std::back_inserter(all));
}

void note_type(const fhir::r4::Node& resource, Assessment& assessment)
{
    const auto type = resource.text_of("resourceType");
    if (!assessment.resource_types.contains(type)) {
        assessment.resource_types.emplace(type);
    }
}

void note_resources(const fhir::r4::Node& bundle, RecordOutcome& outcome, Assessment& assessment)
{
    std::uint32_t index = 0;
    const auto* entries = bundle.find("entry");
    if (entries == nullptr) {
        return;
    }
    for (const auto& entry : *entries) {
        const auto* resource = entry.find("resource");
        if (resource != nullptr) {
            const auto type = resource->text_of("resourceType");
            note_type(*resource, assessment);
            if (const auto* contained = resource->find("contained")) {
                for (const auto& one : *contained) {
                    note_type(one, assessment);
                }
            }
            const auto id = is_served(type) ? entry_id(entry) : std::string_view{};
            if (!id.empty()) {
                outcome.resources.push_back({std::string(type), std::string(id), index});
            }
        }
        ++index;
    }
}

bool is_generic(const base::Issue& issue) noexcept
{
    return issue.code == base::Errc::generic_identifier;
}

RecordOutcome judge(mapping::Translation& translation)
{
    RecordOutcome outcome{.record = translation.record,
                          .place = translation.place,
                          .profile = translation.profile,
                          .leaves = translation.leaves};
    if (!translation.refused()) {
        const auto& bundle = translation.bundle.root();
        append(translation.issues, fhir::r4::validate(bundle));
        append(translation.issues, fhir::national::check_identity(bundle));
        append(translation.issues, fhir::national::check_minimum_dataset(bundle));
        append(translation.issues, fhir::r4::check_profiles(bundle, fhir::national::profiles()));
        add_source_places(translation);
    }
    outcome.accepted = !translation.refused() && !base::has_errors(translation.issues);
    if (!outcome.accepted && base::has_errors(translation.issues)) {
        outcome.error = base::first_error(translation.issues);
        outcome.code = base::info(outcome.error->code).id;
        outcome.where = outcome.error->where;
    }
    return outcome;
}

}  // namespace

void trim(Assessment& assessment)
{
    if (assessment.issues.size() <= kLargestIssues) {
        return;
    }
    std::ranges::stable_sort(assessment.issues, {}, &base::Issue::severity);
    assessment.issues_left_out += assessment.issues.size() - kLargestIssues;
    assessment.issues.resize(kLargestIssues);
}

RecordOutcome assess_record(mapping::Translation translation, Assessment& assessment,
                            std::string& fhir)
{
    auto outcome = judge(translation);
    if (assessment.package.empty()) {
        assessment.package = translation.package;
        assessment.profile = translation.profile;
    }
    if (outcome.accepted) {
        fhir::r4::write_json(translation.bundle.root(), fhir);
        note_resources(translation.bundle.root(), outcome, assessment);
        outcome.subject = fhir::national::subject_of(translation.bundle.root());
    } else {
        ++assessment.refused;
    }
    assessment.generic += std::ranges::any_of(translation.issues, is_generic) ? 1U : 0U;
    append(assessment.issues, std::move(translation.issues));
    if (assessment.issues.size() > 4 * kLargestIssues) {
        trim(assessment);
    }
    return outcome;
}

RecordOutcome judged_before(const fhir::r4::Node& bundle, std::size_t record)
{
    RecordOutcome outcome{.record = record, .accepted = true};
    Assessment apart;
    note_resources(bundle, outcome, apart);
    outcome.subject = fhir::national::subject_of(bundle);
    return outcome;
}

mapping::Request request_of(const Intake& intake)
{
    return {.format = {},
            .profile = intake.profile,
            .default_zone = intake.zone,
            .undeclared_charset = intake.undeclared_charset,
            .media_type = intake.media_type};
}

base::Result<Assessment> assess(const mapping::Translator& translator, const Intake& intake)
{
    Assessment assessment;
    const auto take = [&assessment](mapping::Translation&& translation) {
        std::string fhir;
        auto outcome = assess_record(std::move(translation), assessment, fhir);
        if (outcome.accepted) {
            if (!assessment.fhir.empty()) {
                assessment.fhir.push_back('\n');
            }
            assessment.fhir.append(fhir);
        }
        assessment.records.push_back(std::move(outcome));
    };
    if (auto read = translator.translate(intake.bytes, request_of(intake), take); !read) {
        return base::Failure(read.error());
    }
    const bool many = assessment.records.size() > 1;
    if (many && !assessment.fhir.empty()) {
        assessment.fhir.push_back('\n');
    }
    assessment.media_type = many ? "application/fhir+ndjson" : "application/fhir+json";
    trim(assessment);
    return assessment;
}

std::string records_ndjson(const Assessment& assessment)
{
    std::string out;
    for (const auto& record : assessment.records) {
        out.append("{\"record\":").append(std::to_string(record.record)).append(",\"place\":");
        fhir::r4::write_json_string(record.place, out);
        out.append(record.accepted ? ",\"outcome\":\"accepted\"" : ",\"outcome\":\"refused\"");
        if (!record.accepted) {
            out.append(",\"code\":");
            fhir::r4::write_json_string(record.code, out);
            out.append(",\"where\":");
            fhir::r4::write_json_string(record.where, out);
        }
        out.append("}\n");
    }
    return out;
}

}  // namespace gateway::exchange
