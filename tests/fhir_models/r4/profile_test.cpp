#include "fhir_models/r4/profile.hpp"

#include <catch2/catch.hpp>

#include "fhir_models/r4/json_reader.hpp"
#include "fhir_models/r4/profile_walk.hpp"

using namespace fhir::r4;

namespace {

constexpr std::string_view kUrl = "https://example.org/perfil";

/// A profile on Observation with the rows of its differential.
std::string definition(std::string_view rows)
{
    return R"({"resourceType":"StructureDefinition","url":")" + std::string(kUrl) +
           R"(","version":"2","type":"Observation",)"
           R"("baseDefinition":"http://hl7.org/fhir/StructureDefinition/Observation",)"
           R"("differential":{"element":[)" +
           std::string(rows) + "]}}";
}

/// "code path" of each finding of a profile on a resource that does not name it.
std::vector<std::string> found(std::string_view rows, std::string_view resource)
{
    auto profile = Profile::compile(definition(rows));
    REQUIRE(profile);
    Profiles known;
    REQUIRE(known.add(*std::move(profile)));
    const auto document = read_json(resource);
    REQUIRE(document);
    std::vector<std::string> all;
    for (const auto& issue : check_profiles(document->root(), known, known.find(kUrl))) {
        CHECK(issue.rule == kUrl);
        all.push_back(std::string(base::info(issue.code).id) + " " + issue.path);
    }
    return all;
}

constexpr std::string_view kSliced =
    R"({"id":"Observation.component","slicing":{"discriminator":[{"type":"pattern","path":"code"}],)"
    R"("rules":"RULES"}},)"
    R"({"id":"Observation.component:a","sliceName":"a","min":1,"max":"1"},)"
    R"({"id":"Observation.component:a.code","patternCodeableConcept":{"coding":[{"code":"a"}]}},)"
    R"({"id":"Observation.component:a.value[x]","min":1,"type":[{"code":"Quantity"}]})";

std::string sliced(std::string_view rules)
{
    std::string rows(kSliced);
    return rows.replace(rows.find("RULES"), 5, rules);
}

using Found = std::vector<std::string>;

}  // namespace

TEST_CASE("a fixed value is whole, a pattern is a part", "[profile]")
{
    constexpr std::string_view kFixed =
        R"({"id":"Observation.code","fixedCodeableConcept":{"coding":[{"system":"s","code":"a"}]}})";
    constexpr std::string_view kPattern =
        R"({"id":"Observation.code","patternCodeableConcept":{"coding":[{"code":"a"}]}})";
    constexpr std::string_view kMore =
        R"({"resourceType":"Observation","code":{"coding":[{"code":"b"},{"code":"a","system":"s"}],"text":"x"}})";
    constexpr std::string_view kSame =
        R"({"resourceType":"Observation","code":{"coding":[{"code":"a","system":"s"}]}})";

    CHECK(found(kFixed, kSame).empty());
    CHECK(found(kFixed, kMore) == Found{"PU-2010 Observation.code"});
    CHECK(found(kPattern, kMore).empty());
    CHECK(found(kPattern, R"({"resourceType":"Observation","code":{"text":"a"}})") ==
          Found{"PU-2010 Observation.code"});
}

TEST_CASE("a slice has its own count and its own rules", "[profile]")
{
    const auto component = [](std::string_view items) {
        return R"({"resourceType":"Observation","component":[)" + std::string(items) + "]}";
    };
    constexpr std::string_view kA =
        R"({"code":{"coding":[{"code":"a"}]},"valueQuantity":{"value":1}})";
    constexpr std::string_view kOther = R"({"code":{"coding":[{"code":"z"}]},"valueString":"x"})";
    constexpr std::string_view kText = R"({"code":{"coding":[{"code":"a"}]},"valueString":"x"})";
    const auto both = std::string(kOther) + "," + std::string(kA);
    const auto twice = std::string(kA) + "," + std::string(kA);

    CHECK(found(sliced("open"), component(both)).empty());
    CHECK(found(sliced("closed"), component(both)) == Found{"PU-2002 Observation.component[0]"});
    CHECK(found(sliced("open"), component(kOther)) == Found{"PU-2002 Observation.component"});
    CHECK(found(sliced("open"), component(twice)) == Found{"PU-2002 Observation.component"});
    CHECK(found(sliced("open"), component(kText)) ==
          Found{"PU-2003 Observation.component[0].valueString"});
}

TEST_CASE("an element with only extensions counts, but has no fixed value", "[profile]")
{
    constexpr std::string_view kTwin =
        R"({"resourceType":"Observation","_status":{"extension":[{"url":"u","valueCode":"x"}]}})";

    CHECK(found(R"({"id":"Observation.status","min":1})", kTwin).empty());
    CHECK(found(R"({"id":"Observation.status","min":1})", R"({"resourceType":"Observation"})") ==
          Found{"PU-2002 Observation.status"});
    CHECK(found(R"({"id":"Observation.status","fixedCode":"final"})", kTwin) ==
          Found{"PU-2010 Observation.status"});
}

TEST_CASE("an element at most so often, or never", "[profile]")
{
    CHECK(found(R"({"id":"Observation.note","max":"1"})",
                R"({"resourceType":"Observation","note":[{"text":"a"},{"text":"b"}]})") ==
          Found{"PU-2002 Observation.note"});
    CHECK(found(R"({"id":"Observation.method","max":"0"})",
                R"({"resourceType":"Observation","method":{"text":"a"}})") ==
          Found{"PU-2002 Observation.method"});
}

TEST_CASE("a resource of another type does not meet a profile", "[profile]")
{
    CHECK(found(R"({"id":"Observation"})", R"({"resourceType":"Patient"})") ==
          Found{"PU-2003 Patient"});
}

TEST_CASE("a profile that is not known, or not in that version, is told as not checked",
          "[profile]")
{
    Profiles known;
    REQUIRE(known.add(*Profile::compile(definition(R"({"id":"Observation.note","min":1})"))));
    const auto judged = [&](std::string_view url) {
        const auto document =
            read_json(R"({"resourceType":"Bundle","entry":[{"resource":{"resourceType":)"
                      R"("Observation","meta":{"profile":[")" +
                      std::string(url) + R"("]}}}]})");
        const auto issues = check_profiles(document->root(), known);
        REQUIRE(issues.size() == 1);
        return std::string(base::info(issues.front().code).id) + " " + issues.front().path;
    };
    const std::string at = "Bundle.entry[0].resource";

    CHECK(judged(kUrl) == "PU-2002 " + at + ".note");
    CHECK(judged(std::string(kUrl) + "|2") == "PU-2002 " + at + ".note");
    CHECK(judged(std::string(kUrl) + "|1") == "PU-2009 " + at + ".meta.profile[0]");
    CHECK(judged("https://example.org/otro") == "PU-2009 " + at + ".meta.profile[0]");
}

TEST_CASE("what cannot be applied is refused with its place, not left out", "[profile]")
{
    const auto [row, where] = GENERATE(table<std::string_view, std::string>({
        {R"({"id":"Observation.code","binding":{"strength":"required"}})",
         "differential.element[0].binding"},
        {R"({"id":"Observation.subject","type":[{"code":"Reference","targetProfile":["u"]}]})",
         "differential.element[0].type.targetProfile"},
        {R"({"id":"Observation.value[x]","minValueInteger":1})",
         "differential.element[0].minValueInteger"},
        {R"({"id":"Observation.note","slicing":{"discriminator":[{"type":"exists","path":"time"}]}})",
         "differential.element[0].slicing.discriminator"},
        {R"({"id":"Observation.note","constraint":[{"key":"k","expression":"a."}]})",
         "differential.element[0].constraint.expression, character 3"},
        {R"({"id":"Observation.nota","min":1})", "differential"},
        {R"({"id":"Patient.name","min":1})", "differential.element[0].id"},
        {R"({"id":"Observation.note","max":"x"})", "differential.element[0].max"},
    }));
    CAPTURE(row);

    const auto profile = Profile::compile(definition(row));

    REQUIRE_FALSE(profile);
    CHECK(profile.error().where == where);
}
