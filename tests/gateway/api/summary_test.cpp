#include "gateway/api/summary.hpp"

#include <catch2/catch.hpp>

#include "fhir_models/r4/json_reader.hpp"
#include "fhir_models/r4/validate.hpp"

namespace {

using gateway::api::Shown;

Shown shown(const std::string& type, const std::string& rest)
{
    auto document = fhir::r4::read_json(R"({"resourceType":")" + type + R"(","id":")" + type +
                                        R"(-1")" + rest + "}");
    REQUIRE(document);
    Shown one;
    one.where.type = type;
    one.where.id = type + "-1";
    one.bundle = std::make_shared<fhir::r4::Document>(*std::move(document));
    one.resource = &one.bundle->root();
    return one;
}

std::string summary(const std::vector<Shown>& all)
{
    return gateway::api::summary_of(all, {"https://localhost/fhir",
                                          "urn:puente:gateway:x",
                                          "0190aaaa-0000-7000-8000-000000000001",
                                          {1'790'000'000'000'000}});
}

}  // namespace

TEST_CASE("a summary is a valid document that names what is there and what is not", "[api]")
{
    const auto json = summary({shown("Patient", ""),
                               shown("Condition", R"(,"subject":{"reference":"Patient/Patient-1"},
             "clinicalStatus":{"coding":[{"code":"active",
             "system":"http://terminology.hl7.org/CodeSystem/condition-clinical"}]},
             "code":{"text":"Asma <leve> & estable"})"),
                               shown("Account", R"(,"status":"active")")});

    const auto document = fhir::r4::read_json(json);
    REQUIRE(document);
    for (const auto& issue : fhir::r4::validate(document->root())) {
        CAPTURE(issue.path, issue.rule);
        CHECK(issue.severity != base::Severity::error);
    }
    CHECK(document->root().find("entry")->first->find("resource")->text_of("resourceType") ==
          "Composition");
    CHECK(json.find("Asma &lt;leve&gt; &amp; estable") != std::string::npos);
    CHECK(json.find(R"("reference":"Condition/Condition-1")") != std::string::npos);
    CHECK(json.find("48765-2") != std::string::npos);  // allergies: said to be unknown
    CHECK(json.find("unavailable") != std::string::npos);
    CHECK(json.find("11369-6") == std::string::npos);  // no vaccines, no section
    CHECK(json.find("Account") == std::string::npos);
}
