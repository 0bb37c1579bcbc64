#include "gateway/exchange/difference.hpp"

#include <catch2/catch.hpp>

#include "fhir_models/r4/json_reader.hpp"

using namespace gateway::exchange;

namespace {

/// "path change" of each difference, one a line.
std::string differences(const std::string& emitted, const std::string& made)
{
    const auto before = fhir::r4::read_json(emitted).value();
    const auto now = fhir::r4::read_json(made).value();
    std::vector<Difference> found;
    compare(before.root(), now.root(), "Patient[0]", found);
    std::string text;
    for (const auto& one : found) {
        text += one.path + " " + std::string(one.change) + "\n";
    }
    return text;
}

}  // namespace

TEST_CASE("a difference is told by its place, whole where a whole element is new", "[reprocess]")
{
    const std::string emitted =
        R"({"name":[{"family":"A","given":["B","C"]}],"active":true,"gender":"male"})";

    CHECK(differences(emitted, emitted).empty());
    CHECK(
        differences(emitted,
                    R"({"gender":"male","active":true,"name":[{"given":["B","C"],"family":"A"}]})")
            .empty());
    CHECK(differences(emitted,
                      R"({"name":[{"family":"A","given":["B"]},{"family":"D"}],"active":false})") ==
          "Patient[0].name[0].given[1] removed\nPatient[0].name[1] added\n"
          "Patient[0].active changed\nPatient[0].gender removed\n");
    CHECK(differences(R"({"active":true})", R"({"active":"true"})") ==
          "Patient[0].active changed\n");
}

TEST_CASE("resources are told apart by type and id, wherever they stand in the Bundle",
          "[reprocess]")
{
    const auto one = fhir::r4::read_json(R"({"entry":[
        {"resource":{"resourceType":"Patient","id":"p"}},
        {"fullUrl":"urn:uuid:u","resource":{"resourceType":"Observation"}},
        {"resource":{"resourceType":"Observation","id":"o"}},
        {"resource":{"resourceType":"Basic"}}]})");
    const auto other = fhir::r4::read_json(R"({"entry":[
        {"resource":{"resourceType":"Observation","id":"o"}},
        {"resource":{"resourceType":"Basic"}},
        {"fullUrl":"urn:uuid:u","resource":{"resourceType":"Observation"}},
        {"resource":{"resourceType":"Patient","id":"q"}}]})");
    const auto before = entries_of(one->root());
    const auto now = entries_of(other->root());
    REQUIRE(before.size() == 4);
    CHECK(before[2].path == "Observation[1]");

    CHECK(same_resource(before[0], now) == nullptr);
    CHECK(same_resource(before[1], now)->path == "Observation[1]");
    CHECK(same_resource(before[2], now)->index == 0);
    CHECK(same_resource(before[3], now)->index == 1);
}

TEST_CASE("the rule of a difference is that of its element, or of what stands nearest",
          "[reprocess]")
{
    const std::vector<mapping::LineageEntry> lineage{
        {"Patient[0].name[0].family", "PID-5", "p:PID/5"},
        {"Patient[0].nameless", "PID-9", "p:PID/9"},
        {"Patient[0].maritalStatus.coding[0].code", "PID-16", "p:PID/16"}};
    std::vector<Difference> found{{"Patient[0].name[0].family", "changed", {}},
                                  {"Patient[0].name", "added", {}},
                                  {"Patient[0].maritalStatus.coding[0].display", "added", {}},
                                  {"Patient[0].extension", "removed", {}},
                                  {"Basic[0]", "added", {}}};

    tell_rules(lineage, found);

    CHECK(found[0].rule == "p:PID/5");
    CHECK(found[1].rule == "p:PID/5");
    CHECK(found[2].rule == "p:PID/16");
    CHECK(found[3].rule.empty());
    CHECK(found[4].rule.empty());
}
