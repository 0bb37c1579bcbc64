#include "fhir_models/r4/validate.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "fhir_models/r4/json_reader.hpp"

using namespace fhir::r4;
using base::Errc;

namespace {

base::Issues validate_text(const std::string& json, Checks checks = Checks::all)
{
    const auto document = read_json(json);
    REQUIRE(document);
    return validate(document->root(), checks);
}

/// A Patient with these properties.
std::string patient(const std::string& properties)
{
    return R"({"resourceType":"Patient",)" + properties + "}";
}

}  // namespace

TEST_CASE("what R4 does not allow is found at its element", "[validate]")
{
    const auto [properties, code, path] = GENERATE(table<std::string, Errc, std::string>({
        // clang-format off
        {R"("nombre":"x")",                          Errc::unknown_element,       "Patient.nombre"},
        {R"("name":[{"famly":"x"}])",                Errc::unknown_element,       "Patient.name[0].famly"},
        {R"("contact":[{"resourceType":"x"}])",      Errc::unknown_element,       "Patient.contact[0].resourceType"},
        {R"("birthDate":"1980-02-30")",              Errc::malformed_primitive,   "Patient.birthDate"},
        {R"("birthDate":"")",                        Errc::malformed_primitive,   "Patient.birthDate"},
        {R"("birthDate":19800101)",                  Errc::wrong_type,            "Patient.birthDate"},
        {R"("birthDate":["1980-02-03"])",            Errc::wrong_type,            "Patient.birthDate"},
        {R"("birthDate":null)",                      Errc::wrong_type,            "Patient.birthDate"},
        {R"("active":"true")",                       Errc::wrong_type,            "Patient.active"},
        {R"("name":{"family":"x"})",                 Errc::wrong_type,            "Patient.name"},
        {R"("name":[])",                             Errc::cardinality,           "Patient.name"},
        {R"("name":[{}])",                           Errc::invariant,             "Patient.name[0]"},
        {R"("name":["x"])",                          Errc::wrong_type,            "Patient.name[0]"},
        {R"("name":[null])",                         Errc::wrong_type,            "Patient.name[0]"},
        {R"("name":[[{"family":"x"}]])",             Errc::wrong_type,            "Patient.name[0]"},
        {R"("name":[{"given":["a",null]}])",         Errc::wrong_type,            "Patient.name[0].given[1]"},
        {R"("gender":"F")",                          Errc::code_not_in_value_set, "Patient.gender"},
        {R"("id":"a b")",                            Errc::malformed_primitive,   "Patient.id"},
        {R"("communication":[{"preferred":true}])",  Errc::cardinality,           "Patient.communication[0].language"},
        {R"("deceasedBoolean":true,"deceasedDateTime":"2020")", Errc::cardinality, "Patient.deceasedDateTime"},
        {R"("deceasedString":"yes")",                Errc::unknown_element,       "Patient.deceasedString"},
        {R"("deceased":true)",                       Errc::unknown_element,       "Patient.deceased"},
        {R"("_name":[{"id":"x"}])",                  Errc::unknown_element,       "Patient._name"},
        {R"("_birthDate":{})",                       Errc::invariant,             "Patient.birthDate"},
        {R"("_birthDate":[{"id":"x"}])",             Errc::wrong_type,            "Patient._birthDate"},
        {R"("_birthDate":{"value":"x"})",            Errc::unknown_element,       "Patient.birthDate.value"},
        {R"("extension":[{"valueString":"x"}])",     Errc::cardinality,           "Patient.extension[0].url"},
        {R"("extension":[{"url":"http://x"}])",      Errc::invariant,             "Patient.extension[0]"},
        {R"("extension":[{"url":"http://x","valueString":"x","extension":[{"url":"y","valueCode":"z"}]}])",
                                                     Errc::invariant,             "Patient.extension[0]"},
        {R"("contained":[{"id":"x"}])",              Errc::unknown_resource,      "Patient.contained[0]"},
        {R"("contained":[{"resourceType":"Pet"}])",  Errc::unknown_resource,      "Patient.contained[0]"},
        {R"("contained":[{"resourceType":"Organization","nam":"x"}])",
                                                     Errc::unknown_element,       "Patient.contained[0].nam"},
        {R"("managingOrganization":{"reference":"#x"})", Errc::broken_reference,  "Patient.managingOrganization.reference"},
        {R"("name":[{"id":"a","family":"x"},{"id":"a","family":"y"}])", Errc::invariant, "Patient.name[1].id"},
        // clang-format on
    }));
    CAPTURE(properties);

    const auto issues = validate_text(patient(properties), Checks::structure);

    REQUIRE(issues.size() == 1);
    CHECK(issues[0].severity == base::Severity::error);
    CHECK(issues[0].code == code);
    CHECK(issues[0].path == path);
    CHECK(issues[0].where.starts_with("@byte "));
    CHECK_FALSE(issues[0].expected.es.empty());
    CHECK_FALSE(issues[0].expected.en.empty());
}

TEST_CASE("what R4 allows is not reported", "[validate]")
{
    const auto* const properties = GENERATE(
        R"("name":[{"given":["a",null],"_given":[null,{"extension":[{"url":"http://x","valueCode":"y"}]}]}])",
        R"("name":[{"_given":[{"id":"g"}]}])",
        R"("birthDate":"1980","_birthDate":{"extension":[{"url":"http://x","valueDateTime":"1980-01-01T12:00:00Z"}]})",
        R"("_birthDate":{"extension":[{"url":"http://x","valueCode":"unknown"}]})",
        R"("deceasedBoolean":true,"_deceasedBoolean":{"id":"d"})",
        R"("contained":[{"resourceType":"Organization","id":"x","name":"y"}],"managingOrganization":{"reference":"#x"})",
        R"("managingOrganization":{"reference":"urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7"})",
        R"("communication":[{"_preferred":{"id":"p"},"language":{"text":"es"}}])");
    CAPTURE(properties);

    CHECK(validate_text(patient(properties)).empty());
}

TEST_CASE("a Bundle holds what its references name by urn", "[validate]")
{
    const std::string entry =
        R"({"fullUrl":"urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7","resource":{"resourceType":"Patient"}},)"
        R"({"resource":{"resourceType":"Basic","code":{"text":"x"},"subject":{"reference":"urn:uuid:)";
    const auto bundle = [&](const std::string& type, const std::string& uuid) {
        return R"({"resourceType":"Bundle","type":")" + type + R"(","entry":[)" + entry + uuid +
               "\"}}}]}";
    };
    const std::string here = "53fefa32-fcbb-4ff8-8a92-55ee120877b7";
    const std::string nowhere = "00000000-0000-4000-8000-000000000000";

    CHECK(validate_text(bundle("collection", here)).empty());
    CHECK(validate_text(bundle("searchset", nowhere), Checks::structure).empty());
    const auto issues = validate_text(bundle("collection", nowhere));
    REQUIRE(issues.size() == 1);
    CHECK(issues[0].code == Errc::broken_reference);
    CHECK(issues[0].path == "Bundle.entry[1].resource.subject.reference");
}

TEST_CASE("a concept of a required binding needs a coding of its value set", "[validate]")
{
    const auto condition = [](const std::string& status) {
        return R"({"resourceType":"Condition","subject":{"display":"x"},"clinicalStatus":)" +
               status + "}";
    };
    const std::string system = "http://terminology.hl7.org/CodeSystem/condition-clinical";

    CHECK(validate_text(condition(R"({"coding":[{"system":")" + system + R"(","code":"active"}]})"))
              .empty());
    for (const auto& wrong :
         {std::string(R"({"text":"active"})"), std::string(R"({"coding":[{"code":"active"}]})"),
          R"({"coding":[{"system":")" + system + R"(","code":"actif"}]})"}) {
        const auto issues = validate_text(condition(wrong));
        REQUIRE(issues.size() == 1);
        CHECK(issues[0].code == Errc::code_not_in_value_set);
        CHECK(issues[0].path == "Condition.clinicalStatus");
        CHECK(issues[0].rule == "http://hl7.org/fhir/ValueSet/condition-clinical");
    }
}

TEST_CASE("a binding that no list can check is told once and not as wrong", "[validate]")
{
    const auto issues =
        validate_text(patient(R"("photo":[{"contentType":"image/x"},{"contentType":"y"}])"));

    REQUIRE(issues.size() == 1);
    CHECK(issues[0].code == Errc::not_checked);
    CHECK_FALSE(base::has_errors(issues));
}

TEST_CASE("what is no resource is refused whole", "[validate]")
{
    for (const auto* json : {"{}", "[]", "null", "1", R"({"resourceType":1})",
                             R"({"resourceType":"Resource"})", R"({"resourceType":"HumanName"})"}) {
        CAPTURE(json);
        const auto issues = validate_text(json);
        REQUIRE(issues.size() == 1);
        CHECK(issues[0].code == Errc::unknown_resource);
    }
}

TEST_CASE("the invariants of the definitions are held", "[validate]")
{
    const auto [json, rule, path] = GENERATE(table<std::string, std::string, std::string>({
        // clang-format off
        {patient(R"("contact":[{"gender":"female"}])"), "pat-1", "Patient.contact[0]"},
        {patient(R"("telecom":[{"value":"55"}])"), "cpt-2", "Patient.telecom[0]"},
        {patient(R"("name":[{"period":{"start":"2020-02-01","end":"2020-01-01"}}])"), "per-1", "Patient.name[0].period"},
        {patient(R"("contained":[{"resourceType":"Organization","id":"o","name":"x"}])"), "dom-3", "Patient.contained[0]"},
        {patient(R"("contained":[{"resourceType":"Organization","id":"o","name":"x","meta":{"versionId":"1"}}],"managingOrganization":{"reference":"#o"})"), "dom-4", "Patient"},
        {patient(R"("text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><script>x</script></div>"})"), "txt-1", "Patient.text.div"},
        {patient(R"("text":{"status":"generated","div":"<p>x</p>"})"), "txt-1", "Patient.text.div"},
        {patient(R"("text":{"status":"generated","div":"<div><p>x</div>"})"), "txt-1", "Patient.text.div"},
        {R"({"resourceType":"Organization","active":true})", "org-1", "Organization"},
        {R"({"resourceType":"Organization","name":"x","telecom":[{"system":"phone"},{"system":"phone","use":"home"}]})", "org-3", "Organization.telecom[1]"},
        {R"({"resourceType":"Bundle","type":"collection","total":1})", "bdl-1", "Bundle"},
        {R"({"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"http://x/Basic/1","resource":{"resourceType":"Basic","code":{"text":"x"}}},{"fullUrl":"http://x/Basic/1","resource":{"resourceType":"Basic","code":{"text":"x"}}}]})", "bdl-7", "Bundle"},
        {R"({"resourceType":"Observation","status":"final","code":{"text":"x"},"valueString":"x","dataAbsentReason":{"text":"x"}})", "obs-6", "Observation"},
        // clang-format on
    }));
    CAPTURE(json);

    const auto issues = validate_text(json);

    REQUIRE(issues.size() == 1);
    CHECK(issues[0].code == Errc::invariant);
    CHECK(issues[0].rule == rule);
    CHECK(issues[0].path == path);
    CHECK(issues[0].severity == base::Severity::error);
    CHECK(validate_text(json, Checks::structure).empty());
}

TEST_CASE("what the text of R4 says is held too", "[validate]")
{
    const auto [json, code, path] = GENERATE(table<std::string, Errc, std::string>({
        // clang-format off
        {patient(R"("managingOrganization":{"reference":"Patient/1"})"), Errc::wrong_type, "Patient.managingOrganization.reference"},
        {patient(R"("managingOrganization":{"reference":"http://x/fhir/Practitioner/1/_history/2"})"), Errc::wrong_type, "Patient.managingOrganization.reference"},
        {patient(R"("photo":[{"size":2,"contentType":"image/png","data":"QUJD"}])"), Errc::invariant, "Patient.photo[0].size"},
        {patient(R"("identifier":[{"system":"curp","value":"x"}])"), Errc::malformed_primitive, "Patient.identifier[0].system"},
        {R"({"resourceType":"Bundle","type":"searchset","link":[{"relation":"self","url":"http://x"},{"relation":"self","url":"http://y"}]})", Errc::invariant, "Bundle.link[1]"},
        {R"({"resourceType":"Bundle","type":"searchset","entry":[{"resource":{"resourceType":"Patient","active":true}}]})", Errc::cardinality, "Bundle.entry[0].resource"},
        // clang-format on
    }));
    CAPTURE(json);

    auto issues = validate_text(json);
    std::erase_if(issues, [](const auto& issue) { return issue.code == Errc::not_checked; });

    REQUIRE(issues.size() == 1);
    CHECK(issues[0].code == code);
    CHECK(issues[0].path == path);
}

TEST_CASE("references that show no wrong type are left alone", "[validate]")
{
    const auto* const reference =
        GENERATE("Organization/1", "http://x/fhir/Organization/1", "http://x/records/77",
                 "Organization?identifier=1", "urn:oid:1.2.3");
    CAPTURE(reference);

    CHECK(validate_text(
              patient(R"("managingOrganization":{"reference":")" + std::string(reference) + "\"}"))
              .empty());
}

TEST_CASE("a name that is hostile is told short and printable", "[validate]")
{
    const std::string accents = std::string(63, 'x') + "\xC3\xB1";

    CHECK(validate_text(patient(R"("a\nb":1)"))[0].path == "Patient.a?b");
    CHECK(validate_text(patient('"' + accents + "\":1"))[0].path ==
          "Patient." + std::string(63, 'x'));
}

TEST_CASE("a tree that was built has no place in a source", "[validate]")
{
    Document document;
    document.add(document.root(), "resourceType", Kind::string, "Patient");
    document.add(document.root(), "active", Kind::string, "yes");

    const auto issues = validate(document.root());

    REQUIRE(issues.size() == 1);
    CHECK(issues[0].path == "Patient.active");
    CHECK(issues[0].where.empty());
}

TEST_CASE("hostile resources stay linear and end with a limit", "[validate]")
{
    std::string many;
    for (int i = 0; i < 100'000; ++i) {
        many += "\"x" + std::to_string(i) + "\":0,";
    }
    many.back() = ' ';
    const auto unknown = validate_text(patient(many));
    CHECK(unknown.size() == 1001);
    CHECK(unknown.back().code == Errc::limit_exceeded);

    std::string nulls = "null";
    for (int i = 0; i < 100'000; ++i) {
        nulls += ",null";
    }
    CHECK(
        validate_text(patient(R"("name":[{"given":[)" + nulls + R"(],"_given":[)" + nulls + "]}]"))
            .size() == 1001);
}
