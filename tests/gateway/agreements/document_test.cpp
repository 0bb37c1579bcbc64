#include <catch2/catch.hpp>

#include "fhir_models/r4/json_reader.hpp"
#include "fhir_models/r4/json_writer.hpp"
#include "gateway/agreements/agreement.hpp"
#include "tests/gateway/agreements/sample.hpp"
#include "tests/support/files.hpp"
#include "tests/support/pki.hpp"

using namespace gateway::agreements;
using fhir::r4::Document;
using fhir::r4::Kind;
using fhir::r4::Node;

namespace {

/// One object of the schema beside the object of the document it describes.
struct Described {
    const Node* schema;
    std::vector<std::string> path;  ///< keys and indexes from the root
};

const Node* follow_reference(const Node& root, const Node* schema)
{
    const auto reference = schema->text_of("$ref");
    constexpr std::string_view kPrefix = "#/$defs/";
    return reference.empty() ? schema : root.find("$defs")->find(reference.substr(kPrefix.size()));
}

void describe(const Node& root, const Node* schema, const std::vector<std::string>& path,
              std::vector<Described>& found)
{
    schema = follow_reference(root, schema);
    if (const auto* const items = schema->find("items")) {
        auto first = path;
        first.emplace_back("0");
        describe(root, items, first, found);
    }
    if (const auto* const properties = schema->find("properties")) {
        found.push_back({schema, path});
        for (const auto& property : *properties) {
            auto deeper = path;
            deeper.emplace_back(property.name);
            describe(root, &property, deeper, found);
        }
    }
}

Node& at(Document& document, const std::vector<std::string>& path)
{
    Node* node = &document.root();
    for (const auto& step : path) {
        node = node->kind == Kind::array ? node->first : node->find(step);
    }
    return *node;
}

bool lists(const Node& texts, std::string_view text)
{
    for (const auto& item : texts) {
        if (item.text == text) {
            return true;
        }
    }
    return false;
}

std::string pointer_of(const std::vector<std::string>& path, const std::string& key)
{
    std::string pointer;
    for (const auto& step : path) {
        pointer += "/" + step;
    }
    return pointer + "/" + key;
}

}  // namespace

TEST_CASE("a convenio is read whole", "[agreements]")
{
    const auto agreement = read_document(sample::document());

    REQUIRE(agreement);
    CHECK(agreement->id == "convenio-norte-sur");
    CHECK(agreement->version == "1");
    CHECK(agreement->digest == base::sha256(sample::document()));
    CHECK(agreement->parties.size() == 2);
    CHECK(agreement->party(sample::kSur)->clues.size() == 2);
    CHECK(agreement->party("urn:other") == nullptr);
    CHECK(agreement->grants[0].purposes == std::vector<std::string>{"TREAT", "COC"});
    CHECK_FALSE(agreement->grants[0].unsigned_allowed);
    CHECK(base::to_rfc3339(agreement->valid_from) == "2026-01-01T00:00:00.000Z");
    CHECK(agreement->retention_years == 5);
}

TEST_CASE("a wrong field is refused at its place", "[agreements]")
{
    const auto [from, to, where] = GENERATE(table<std::string, std::string, std::string>({
        {"puente.agreement/1", "puente.agreement/2", "/format"},
        {"\"id\": \"convenio-norte-sur\"", "\"id\": \"../convenio\"", "/id"},
        {"\"env\": \"test\"", "\"env\": \"prueba\"", "/env"},
        {"HGN010101AA1", "HGN010101", "/parties/0/rfc"},
        {"DFIMB002003", "DFIMB00200", "/parties/0/clues"},
        {"\"MCSSA000001\", ", "\"MCSSA000002\", ", "/parties/1/clues"},
        {"[\"DFIMB002003\"]", "[]", "/parties/0/clues"},
        {"[\"DFIMB002003\"]", "\"DFIMB002003\"", "/parties/0/clues"},
        {"47DEQpj8HBSa-_TImW", "short", "/parties/0/signing_thumbprints"},
        {"\"name\": \"Marisela Tovar Quintanar\", ", "", "/parties/0/signatory/name"},
        {"institution:hospital-sur", "institution:hospital-norte", "/parties/1/institution"},
        {"2027-01-01", "2026-01-01", "/term/to"},
        {"2026-01-01", "2026-02-30", "/term/from"},
        {"\"from\": \"urn:puente:institution:hospital-norte\"", "\"from\": \"urn:otra\"",
         "/grants/0/from"},
        {"\"to\": \"urn:puente:institution:hospital-sur\"",
         "\"to\": \"urn:puente:institution:hospital-norte\"", "/grants/0/to"},
        {"\"COC\"", "\"CURIOSITY\"", "/grants/0/purposes"},
        {"\"Encounter\"", "\"Encuentro\"", "/grants/0/resource_types"},
        {"LB64-V", "LB65-V", "/grants/0/legal_basis"},
        {"\"unsigned_allowed\": false", "\"unsigned_allowed\": \"no\"",
         "/grants/0/unsigned_allowed"},
        {"\"mllp\"", "\"fax\"", "/channels"},
        {"\"years\": 5", "\"years\": 4", "/retention/years"},
        {"\"years\": 5", "\"years\": 5.5", "/retention/years"},
        {"\"years\": 5", "\"years\": \"5\"", "/retention/years"},
        {"sha-256:47", "sha-1:47", "/notice/digest"},
        {"\"purposes\": [\"COC\"]", "\"purposes\": [\"HRESCH\"]", "/grants/0/fields/0/purposes"},
        {"\"Patient.identifier\", ", "\"Patient.nombre\", ", "/grants/0/fields/0/elements"},
        {"\"Patient.identifier\", ", "\"Condition.code\", ", "/grants/0/fields/0/elements"},
        {"\"Patient.identifier\", ", "\"Patient.name[0]\", ", "/grants/0/fields/0/elements"},
        {"\"outside\": \"filter\"", "\"outside\": \"hide\"", "/grants/0/fields/0/outside"},
    }));
    CAPTURE(from, to);

    const auto agreement = read_document(sample::replaced(sample::document(), from, to));

    REQUIRE_FALSE(agreement);
    CHECK(agreement.error().front().code == base::Errc::malformed_config);
    CHECK(agreement.error().front().where == where);
    CHECK_FALSE(agreement.error().front().expected.es.empty());
}

TEST_CASE(
    "an inventory that forgets a resource type or a required element is refused, and says which",
    "[agreements]")
{
    const auto [from, to, missing] = GENERATE(table<std::string, std::string, std::string>({
        {", \"Observation\"],\n          \"outside\"", "],\n          \"outside\"",
         "also Observation"},
        {"\"Encounter.status\", ", "", "also Encounter.status"},
        {", \"Observation\"],\n          \"outside\"",
         ", \"Observation.code\", \"Observation.status\", \"Observation.component.value\"],\n"
         "          \"outside\"",
         "also Observation.component.code"},
    }));
    CAPTURE(missing);

    const auto agreement = read_document(sample::replaced(sample::document(), from, to));

    REQUIRE_FALSE(agreement);
    CHECK(agreement.error().front().where == "/grants/0/fields/0/elements");
    CHECK(agreement.error().front().expected.en == missing);
}

TEST_CASE("a purpose stands in one inventory alone", "[agreements]")
{
    const auto entry = std::string(
        "{\"purposes\": [\"COC\"], \"elements\": [\"Patient\", \"Encounter\", \"Observation\"], "
        "\"outside\": \"refuse\"}, ");
    const auto agreement = read_document(
        sample::replaced(sample::document(), "\"fields\": [", "\"fields\": [" + entry));

    REQUIRE_FALSE(agreement);
    CHECK(agreement.error().front().where == "/grants/0/fields/1/purposes");
}

TEST_CASE("the page tells the field inventory in Spanish", "[agreements]")
{
    const auto page = page_of(*read_document(sample::document()));

    CHECK(page.find("Inventario de campos para COC") == std::string::npos);
    CHECK(page.find("Inventario de campos para coordinación de la atención (COC): "
                    "Patient.identifier, Patient.name.family") != std::string::npos);
    CHECK(page.find("lo demás se quita (filter)") != std::string::npos);
}

TEST_CASE("a document that is no JSON object is refused", "[agreements]")
{
    CHECK_FALSE(read_document(""));
    CHECK_FALSE(read_document("[]"));
    CHECK_FALSE(read_document(sample::document() + "{}"));
    CHECK_FALSE(read_document(
        sample::replaced(sample::document(), "\"env\"", "\"env\": \"test\", \"env\"")));
}

TEST_CASE("all the faults of a document are told at once, and none tells a value", "[agreements]")
{
    auto bytes = sample::replaced(sample::document(), "\"env\": \"test\"", "\"env\": \"secreto\"");
    bytes = sample::replaced(bytes, "LB64-V", "secreto");
    bytes = sample::replaced(bytes, "\"format\"", "\"se/creto\": 1, \"format\"");

    const auto agreement = read_document(bytes);

    REQUIRE_FALSE(agreement);
    CHECK(agreement.error().size() == 3);
    for (const auto& fault : agreement.error()) {
        CHECK(base::to_line(fault).find("secreto") == std::string::npos);
        CHECK(base::to_line(fault).find("se/creto") == std::string::npos);
    }
}

TEST_CASE("the published schema and the reader demand and allow the same fields", "[agreements]")
{
    const auto schema_bytes =
        support::read_file(support::project_root() / "gateway/agreements/agreement.schema.json");
    const auto schema = fhir::r4::read_json(schema_bytes);
    REQUIRE(schema);
    std::vector<Described> objects;
    describe(schema->root(), &schema->root(), {}, objects);
    REQUIRE(objects.size() == 8);

    const auto bytes = sample::document();
    for (const auto& object : objects) {
        const auto* const required = object.schema->find("required");
        for (const auto& property : *object.schema->find("properties")) {
            const std::string key(property.name);
            const bool needed = lists(*required, key);
            CAPTURE(pointer_of(object.path, key), needed);
            auto document = *fhir::r4::read_json(bytes);
            auto& parent = at(document, object.path);
            REQUIRE(parent.find(key) != nullptr);
            Document::remove(parent, *parent.find(key));

            const auto without = read_document(fhir::r4::to_json(document.root()));

            CHECK(without.has_value() != needed);
            if (!without) {
                CHECK(without.error().front().where == pointer_of(object.path, key));
            }
        }
        auto document = *fhir::r4::read_json(bytes);
        document.add(at(document, object.path), "extra", Kind::string, "x");
        const auto with_more = read_document(fhir::r4::to_json(document.root()));
        REQUIRE_FALSE(with_more);
        CHECK(with_more.error().front().where == pointer_of(object.path, "extra"));
    }
}

TEST_CASE("the skeleton of a new agreement is a valid one", "[agreements]")
{
    const auto sides = sample::agreement(sample::document()).parties;

    const auto fresh =
        read_document(new_agreement("convenio-nuevo", sides[0], sides[1], support::kNow));

    REQUIRE(fresh);
    CHECK(fresh->id == "convenio-nuevo");
    CHECK(fresh->env == "test");
    CHECK(fresh->grants[0].from == sides[0].institution);
    CHECK(fresh->valid_from == support::kNow);
}

TEST_CASE("a subject key is 32 bytes nobody had before", "[agreements]")
{
    const auto key = new_subject_key();

    REQUIRE(base::from_base64url(key));
    CHECK(base::from_base64url(key)->size() == 32);
    CHECK(key != new_subject_key());
}
