#include "fhir_models/r4/path.hpp"

#include <catch2/catch.hpp>

#include "fhir_models/r4/json_reader.hpp"

using namespace fhir::r4;

TEST_CASE("a path leads to its element or to none", "[path]")
{
    const auto document = read_json(
        R"({"name":[{"family":"A"},{"given":["B","C"]}],"active":true,"link":{"url":"u"}})");
    const auto& patient = document->root();

    CHECK(get_text(patient, "name.family") == "A");
    CHECK(get_text(patient, "name[1].given[1]") == "C");
    CHECK(get_text(patient, "link.url") == "u");
    CHECK(get_text(patient, "link[0].url[0]") == "u");
    CHECK(get(patient, "active")->kind == Kind::boolean);

    for (const auto* nowhere : {"name[2]", "name[1].given[2]", "active[1]", "active.x", "name[",
                                "name[]", "name[-1]", "name[x]", "", ".", "name..family"}) {
        CAPTURE(nowhere);
        CHECK(get(patient, nowhere) == nullptr);
        CHECK(get_text(patient, nowhere).empty());
    }
}
