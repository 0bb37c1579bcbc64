#include "gateway/api/rendering.hpp"

#include <catch2/catch.hpp>

#include "fhir_models/r4/json_reader.hpp"
#include "fhir_models/r4/json_writer.hpp"
#include "gateway/exchange/served.hpp"

namespace {

constexpr std::string_view kBundle = R"({"resourceType":"Bundle","type":"collection","entry":[
 {"fullUrl":"urn:uuid:6f2c1a90-0002-4b7e-8d15-3a0c52e7b102",
  "resource":{"resourceType":"Patient","id":"paciente","name":[{"family":"X"}]}},
 {"fullUrl":"urn:uuid:6f2c1a90-0003-4b7e-8d15-3a0c52e7b103",
  "resource":{"resourceType":"Encounter","meta":{"versionId":"9","profile":["urn:p"]},
   "subject":{"reference":"urn:uuid:6f2c1a90-0002-4b7e-8d15-3a0c52e7b102"},
   "serviceProvider":{"reference":"Organization/elsewhere"}}},
 {"fullUrl":"urn:x","resource":{"resourceType":"Observation","id":"o",
   "subject":{"reference":"Patient/paciente"},"encounter":
   {"reference":"urn:uuid:6f2c1a90-0003-4b7e-8d15-3a0c52e7b103"}}}]})";

std::string served(std::string_view sender)
{
    auto bundle = fhir::r4::read_json(kBundle);
    REQUIRE(bundle);
    gateway::api::serve_bundle(*bundle, {sender, "v1", {1'790'000'000'000'000}});
    return fhir::r4::to_json(bundle->root());
}

}  // namespace

TEST_CASE("references within a record become Type/id; others stay", "[api]")
{
    const auto json = served("urn:a");
    const auto id = gateway::exchange::served_id("urn:a", "Patient", "paciente");
    CHECK(json.find(R"("id":")" + id + R"(")") != std::string::npos);
    const auto reference = R"("reference":"Patient/)" + id + R"(")";
    CHECK(json.find(reference) != json.rfind(reference));  // from both
    CHECK(json.find(R"("reference":"Encounter/6f2c1a90-0003-4b7e-8d15-3a0c52e7b103")") !=
          std::string::npos);
    CHECK(json.find(R"("reference":"Organization/elsewhere")") != std::string::npos);
    CHECK(json.find(R"("reference":"urn:uuid:)") == std::string::npos);
}

TEST_CASE("meta says version, time and sender, and keeps what the author wrote", "[api]")
{
    const auto json = served("urn:a");
    CHECK(json.find(R"("meta":{"versionId":"v1","profile":["urn:p"],"lastUpdated":)") !=
          std::string::npos);
    CHECK(json.find(R"("source":"urn:a")") != std::string::npos);
    CHECK(json.find(R"("name":[{"family":"X"}])") != std::string::npos);
}

TEST_CASE("the same chosen id of two senders is two resources; a UUID is one", "[api]")
{
    using gateway::exchange::served_id;
    CHECK(served_id("urn:a", "Patient", "paciente") != served_id("urn:b", "Patient", "paciente"));
    CHECK(served_id("urn:a", "Patient", "paciente") != served_id("urn:a", "Person", "paciente"));
    CHECK(served_id("urn:a", "Patient", "paciente") == served_id("urn:a", "Patient", "paciente"));
    const std::string uuid = "6f2c1a90-0002-4b7e-8d15-3a0c52e7b102";
    CHECK(served_id("urn:a", "Patient", uuid) == uuid);
    CHECK(served_id("urn:b", "Patient", uuid) == uuid);
    CHECK(served_id("urn:b", "Patient", "").empty());
}
