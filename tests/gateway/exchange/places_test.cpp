#include "gateway/exchange/places.hpp"

#include <catch2/catch.hpp>

TEST_CASE("a finding about a FHIR element tells where in the message it came from", "[places]")
{
    const auto translator = mapping::Translator::built_in();
    REQUIRE(translator);
    const std::string message =
        "MSH|^~\\&|HIS|HGZ|P|HGS|20260101120000-0600||ADT^A01^ADT_A01|1|P|2.5.1\r"
        "PID|1||EXP-1^^^HGZ^MR||QUIROGA^ELENA||19840315|F\r"
        "PV1|1|I\r";
    std::string place;
    const auto done =
        translator->translate(message, {}, [&place](mapping::Translation&& translation) {
            const auto& bundle = translation.bundle.root();
            std::size_t patient = 0;
            for (const auto& entry : *bundle.find("entry")) {
                if (entry.find("resource")->text_of("resourceType") == "Patient") {
                    break;
                }
                ++patient;
            }
            translation.issues = {
                {.severity = base::Severity::error,
                 .code = base::Errc::identity_contradiction,
                 .where = {},
                 .path = "Bundle.entry[" + std::to_string(patient) + "].resource.birthDate",
                 .rule = {},
                 .expected = {},
                 .found = {}}};
            gateway::exchange::add_source_places(translation);
            place = translation.issues.front().where;
        });
    REQUIRE(done);
    CHECK(place == "PID-7 @byte " + std::to_string(message.find("19840315")));
}
