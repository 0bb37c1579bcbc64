#include "gateway/exchange/consent.hpp"

#include <catch2/catch.hpp>

#include "fhir_models/r4/json_reader.hpp"

using namespace gateway::exchange;

namespace {

constexpr base::Instant kNow{1'767'247'200'000'000};  // 2026-01-01 begins, in central Mexico
const ConsentQuestion kAsked{"HRESCH", "2026-01", "urn:b", kNow};

constexpr const char* kConsent = R"({"resourceType":"Consent","status":"active",
  "scope":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentscope","code":"patient-privacy"}]},
  "category":[{"text":"Consentimiento expreso"}],
  "policyRule":{"text":"2026-01"},
  "sourceAttachment":{"title":"carta firmada"},
  "provision":{"type":"permit","period":{"start":"2025-06-01","end":"2027-01-01"},
    "purpose":[{"code":"HRESCH"}],
    "actor":[{"role":{"text":"IRCP"},"reference":{"identifier":{"value":"urn:b"}}}]}})";

Consented said(std::string_view from = "", std::string_view to = "",
               const ConsentQuestion& asked = kAsked)
{
    std::string text(kConsent);
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    text.replace(at, from.size(), to);
    const auto consent = fhir::r4::read_json(text);
    REQUIRE(consent);
    return read_consent(consent->root(), asked);
}

}  // namespace

TEST_CASE("an active consent with purpose, notice, receiver and evidence permits", "[consent]")
{
    CHECK(said() == Consented::permits);
}

TEST_CASE("a consent that lacks one thing asked for permits nothing", "[consent]")
{
    const auto [from, to] = GENERATE(table<std::string, std::string>({
        {"\"active\"", "\"inactive\""},
        {"\"active\"", "\"draft\""},
        {"\"active\"", "\"entered-in-error\""},
        {"patient-privacy", "research"},
        {"{\"text\":\"2026-01\"}", "{\"text\":\"2025-01\"}"},
        {"\"sourceAttachment\"", "\"verification\""},
        {"\"end\":\"2027-01-01\"", "\"end\":\"2025-12-31\""},
        {"\"start\":\"2025-06-01\"", "\"start\":\"2026-06-01\""},
        {"\"start\":\"2025-06-01\"", "\"start\":\"ayer\""},
        {"[{\"code\":\"HRESCH\"}]", "[{\"code\":\"TREAT\"}]"},
        {"\"purpose\":[{\"code\":\"HRESCH\"}],", ""},
        {"\"type\":\"permit\",", ""},
        {"urn:b", "urn:c"},
        {"\"provision\"", "\"provisiones\""},
    }));
    CAPTURE(from, to);

    CHECK(said(from, to) == Consented::silent);
}

TEST_CASE("an active consent denies the purposes it denies, and one without any denies all",
          "[consent]")
{
    CHECK(said("permit", "deny") == Consented::denies);
    CHECK(said("permit", "deny", {"TREAT", "2026-01", "urn:b", kNow}) == Consented::silent);
    CHECK(said("\"type\":\"permit\"", "\"type\":\"permit\",\"provision\":[{\"type\":\"deny\"}]") ==
          Consented::denies);
    CHECK(said("\"type\":\"permit\"",
               "\"type\":\"permit\",\"provision\":[{\"type\":\"deny\","
               "\"purpose\":[{\"code\":\"TREAT\"}]}]") == Consented::permits);
}

TEST_CASE("a period lasts to the end of the day, month or year it names", "[consent]")
{
    const auto end = [](const std::string& text) {
        return said("\"2027-01-01\"", "\"" + text + "\"",
                    {"HRESCH", "2026-01", "urn:b", {kNow.microseconds + 1}});
    };
    for (const auto* open : {"2026-01-01", "2026-01", "2026", "2026-01-01T06:00:01Z"}) {
        CAPTURE(open);
        CHECK(end(open) == Consented::permits);
    }
    for (const auto* over : {"2025-12-31", "2025-12", "2025", "2025-12-31T23:59:59-06:00"}) {
        CAPTURE(over);
        CHECK(end(over) == Consented::silent);
    }
    const auto start = [](const std::string& text) {
        return said("\"2025-06-01\"", "\"" + text + "\"");
    };
    CHECK(start("2026") == Consented::permits);
    CHECK(start("2026-01") == Consented::permits);
    CHECK(start("2026-02") == Consented::silent);
}

TEST_CASE("a period that cannot be read permits nothing, and denies", "[consent]")
{
    for (const auto* unreadable :
         {"mañana", "2027-", "2027-13", "2027-02-30", "27", "2027-01-01T"}) {
        CAPTURE(unreadable);
        const std::string quoted = "\"" + std::string(unreadable) + "\"";
        CHECK(said("\"2027-01-01\"", quoted) == Consented::silent);
        CHECK(said("\"permit\",\"period\":{\"start\":\"2025-06-01\",\"end\":\"2027-01-01\"}",
                   "\"deny\",\"period\":{\"end\":" + quoted + "}") == Consented::denies);
    }
}
