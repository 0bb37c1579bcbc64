#include "fhir_models/r4/operation_outcome.hpp"

#include <catch2/catch.hpp>

#include "fhir_models/r4/path.hpp"
#include "fhir_models/r4/validate.hpp"

using namespace fhir::r4;

TEST_CASE("an issue is told with its code, place and words in two languages", "[operation_outcome]")
{
    const base::Issues issues{{base::Severity::warning,
                               base::Errc::malformed_primitive,
                               "PID-7 @byte 90",
                               "Patient.birthDate",
                               "pid-7",
                               {"una fecha", "a date"},
                               {"letras", "letters"}}};

    const auto outcome = to_operation_outcome(issues, "trace-1");

    const auto& root = outcome.root();
    CHECK(get_text(root, "issue.severity") == "warning");
    CHECK(get_text(root, "issue.code") == "value");
    CHECK(get_text(root, "issue.details.coding.code") == "PU-2004");
    CHECK(get_text(root, "issue.details.text") == "Valor primitivo mal formado");
    CHECK(get_text(root, "issue.details._text.extension.extension[1].valueString") ==
          "Malformed primitive value");
    CHECK(get_text(root, "issue.diagnostics") ==
          "PID-7 @byte 90; se esperaba: una fecha / expected: a date; se encontró: letras / found: "
          "letters; regla / rule: pid-7");
    CHECK(get_text(root, "issue.expression") == "Patient.birthDate");
    CHECK(get_text(root, "extension.valueString") == "trace-1");
    CHECK(validate(root).empty());
}

TEST_CASE("nothing found is one informational issue", "[operation_outcome]")
{
    const auto outcome = to_operation_outcome({});

    CHECK(outcome.root().find("issue")->size() == 1);
    CHECK(get_text(outcome.root(), "issue.severity") == "information");
    CHECK(validate(outcome.root()).empty());
}

TEST_CASE("every code of the catalogue makes a valid OperationOutcome", "[operation_outcome]")
{
    base::Issues issues;
    for (const auto& row : base::catalogue()) {
        issues.push_back({base::Severity::error, row.code, {}, {}, {}, {}, {}});
    }

    const auto outcome = to_operation_outcome(issues);

    CHECK(validate(outcome.root()).empty());
}
