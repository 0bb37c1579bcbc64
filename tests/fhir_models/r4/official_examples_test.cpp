#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <string>

#include "fhir_models/r4/json_reader.hpp"
#include "fhir_models/r4/json_writer.hpp"
#include "fhir_models/r4/validate.hpp"
#include "tests/support/files.hpp"

namespace fs = std::filesystem;
using namespace fhir::r4;

namespace {

/// The official examples that R4 itself refuses, and what for.
const std::map<std::string, std::string> kInvalid{
    {"ImplementationGuide-fhir.json", "name and status are missing"},
    {"ig-r4.json", "name and status are missing"},
    {"Bundle-dataelements.json", "a fullUrl stands twice"},
    {"DeviceMetric-example.json", "parent names another type than Device"},
    {"DeviceUseStatement-example.json", "reasonReference names a type it may not"},
    {"MedicationRequest-medrx0301.json", "dispenseRequest.performer names no Organization"},
    {"Observation-clinical-gender.json", "performer names a type it may not"},
    {"Questionnaire-qs1.json", "linkId is missing"},
    {"SearchParameter-questionnaireresponse-extensions-QuestionnaireResponse-item-subject.json",
     "an id of 67 characters"},
    {"ActivityDefinition-blood-tubes-supply.json", "a narrative that says nothing"},
    {"ActivityDefinition-provide-mosquito-prevention-advice.json",
     "a canonical that is not absolute"},
    {"Bundle-10bb101f-a121-4264-a920-67be9cb82c74.json", "a fullUrl that is not of its resource"},
    {"Bundle-3a0707d3-549e-4467-b8b8-5a2ab3800efe.json", "a fullUrl that is not of its resource"},
    {"CapabilityStatement-knowledge-repository.json", "a canonical that is not absolute"},
    {"CapabilityStatement-measure-processor.json", "a canonical that is not absolute"},
    {"CapabilityStatement-terminology-server.json", "a canonical that is not absolute"},
    {"Library-example.json", "a canonical that is not absolute"},
    {"Library-library-cms146-example.json", "a canonical that is not absolute"},
    {"Library-library-exclusive-breastfeeding-cds-logic.json", "a canonical that is not absolute"},
    {"Library-library-fhir-helpers.json", "a canonical that is not absolute"},
    {"Library-opioidcds-common.json", "a canonical that is not absolute"},
    {"Library-opioidcds-recommendation-04.json", "a canonical that is not absolute"},
    {"Library-opioidcds-recommendation-07.json", "a canonical that is not absolute"},
    {"Library-opioidcds-recommendation-08.json", "a canonical that is not absolute"},
    {"Library-opioidcds-recommendation-11.json", "a canonical that is not absolute"},
    {"Library-suiciderisk-orderset-logic.json", "a canonical that is not absolute"},
    {"Measure-measure-exclusive-breastfeeding.json", "a canonical that is not absolute"},
    {"MeasureReport-measurereport-cms146-cat2-example.json", "a canonical that is not absolute"},
    {"MessageDefinition-patient-link-response.json", "a canonical that is not absolute"},
    {"PlanDefinition-chlamydia-screening-intervention.json", "a canonical that is not absolute"},
    {"PlanDefinition-exclusive-breastfeeding-intervention-01.json",
     "a canonical that is not absolute"},
    {"PlanDefinition-exclusive-breastfeeding-intervention-04.json",
     "a canonical that is not absolute"},
    {"PlanDefinition-opioidcds-04.json", "a canonical that is not absolute"},
    {"PlanDefinition-opioidcds-07.json", "a canonical that is not absolute"},
    {"PlanDefinition-opioidcds-08.json", "a canonical that is not absolute"},
    {"PlanDefinition-opioidcds-10.json", "a canonical that is not absolute"},
    {"PlanDefinition-opioidcds-11.json", "a canonical that is not absolute"},
    {"Procedure-f201.json", "a canonical that is not absolute"},
    {"Questionnaire-zika-virus-exposure-assessment.json", "a narrative that says nothing"},
    {"QuestionnaireResponse-ussg-fht-answers.json", "a canonical that is not absolute"},
    {"TerminologyCapabilities-example.json", "an upper-case UUID"},
    {"TestScript-testscript-example.json", "a canonical that is not absolute"},
    {"TestScript-testscript-example-history.json", "a canonical that is not absolute"},
    {"TestScript-testscript-example-multisystem.json", "a canonical that is not absolute"},
    {"TestScript-testscript-example-search.json", "a canonical that is not absolute"},
};

std::vector<fs::path> json_files(const fs::path& folder)
{
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (entry.path().extension() == ".json") {
            files.push_back(entry.path());
        }
    }
    return files;
}

/// JSON without the blanks between its tokens.
std::string without_blanks(std::string_view json)
{
    std::string out;
    bool in_string = false;
    for (std::size_t i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (in_string || (c != ' ' && c != '\n' && c != '\r' && c != '\t')) {
            out.push_back(c);
        }
        if (in_string && c == '\\') {
            out.push_back(json[++i]);
        } else if (c == '"') {
            in_string = !in_string;
        }
    }
    return out;
}

}  // namespace

TEST_CASE("official examples and patient Bundles are read, judged valid and written back unchanged",
          "[examples]")
{
    const auto* const folder = GENERATE("fhir-r4/examples", "fhir-r4/synthea");
    const auto path = support::shared(folder);
    if (!path) {
        return;
    }
    for (const auto& file : json_files(*path)) {
        CAPTURE(file.string());
        const auto text = support::read_file(file);
        const auto document = read_json(text);
        REQUIRE(document);

        const auto written = to_json(document->root());
        const auto as_stored = without_blanks(text);
        if (as_stored.find("\\u") == std::string::npos &&
            as_stored.find("\\/") == std::string::npos) {
            CHECK(written == as_stored);  // no escape that JSON does not need
        }
        CHECK(to_json(read_json(written)->root()) == written);
        CHECK(to_json(read_json(to_pretty_json(document->root()))->root()) == written);

        const auto issues = validate(document->root());
        const bool invalid = kInvalid.contains(file.filename().string());
        CHECK(base::has_errors(issues) == invalid);
    }
}
