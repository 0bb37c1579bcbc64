#include "fhir_models/base/result.hpp"

#include <catch2/catch.hpp>

#include "fhir_models/base/issue.hpp"

TEST_CASE("an error tells its place and the kind of what was there, never the value", "[base]")
{
    const base::Error error{base::Errc::invalid_identifier,
                            "PID-3.1 @byte 214",
                            {"18 caracteres", "18 characters"},
                            base::kind_of("HEGG5604")};
    const auto line = base::to_line(error);
    CHECK(line ==
          "PU-3001 Malformed identifier at PID-3.1 @byte 214; expected 18 characters; found text, "
          "length 8");
    CHECK(base::kind_of("123") == base::Text{"dígitos, longitud 3", "digits, length 3"});
    CHECK(base::kind_of("").en == "empty");
}

TEST_CASE("warnings do not refuse, errors do", "[base]")
{
    base::Issues issues{{.severity = base::Severity::warning, .code = base::Errc::check_digit}};
    CHECK_FALSE(base::has_errors(issues));
    issues.push_back({.severity = base::Severity::error,
                      .code = base::Errc::cardinality,
                      .path = "Patient.name"});
    CHECK(base::has_errors(issues));
    CHECK(base::first_error(issues).where == "Patient.name");
}
