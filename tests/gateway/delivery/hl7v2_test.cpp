#include "gateway/delivery/hl7v2.hpp"

#include <catch2/catch.hpp>

#include "fhir_models/base/text.hpp"

namespace {

using namespace gateway;

core::Exchange an_exchange()
{
    core::Exchange exchange;
    exchange.id = "01a3c9f0-1234-7abc-8def-0123456789ab";
    exchange.received = {1'795'219'200'000'000};  // 2026-11-21T00:00:00Z
    return exchange;
}

std::string bundle(const std::string& other)
{
    return R"({"resourceType":"Bundle","type":"collection","entry":[{"resource":)"
           R"({"resourceType":"Patient","id":"p","name":[{"family":"Ficticia","given":["Ana"]}]}})" +
           other + "]}";
}

std::string field(const std::string& message, std::string_view segment, std::size_t number)
{
    for (const auto line : base::split(message, '\r')) {
        const auto fields = base::split(line, '|');
        const auto at = segment == "MSH" ? number - 1 : number;
        if (fields.front() == segment && at < fields.size()) {
            return std::string(fields[at]);
        }
    }
    return {};
}

const mapping::Translator& translator()
{
    static const auto made = mapping::Translator::built_in().value();
    return made;
}

std::string refusal(std::string_view ack)
{
    const auto checked = delivery::check_ack(ack, "M1");
    return checked ? "" : checked.error().where;
}

}  // namespace

TEST_CASE("what a Bundle holds says which message it becomes", "[hl7v2]")
{
    const auto [other, name] = GENERATE(table<std::string, std::string>({
        {"", "ADT"},
        {R"(,{"resource":{"resourceType":"Observation","status":"final","code":{"text":"x"}}})",
         "ORU"},
        {R"(,{"resource":{"resourceType":"DocumentReference","status":"current","content":[]}})",
         "MDM"},
    }));

    const auto message = delivery::message_of(bundle(other), an_exchange(), 0, translator());

    REQUIRE(message);
    CHECK(field(message->bytes, "MSH", 9).starts_with(name + "^"));
    CHECK(field(message->bytes, "PID", 5) == "Ficticia^Ana");
    CHECK(field(message->bytes, "MSH", 7) == "20261121000000+0000");
}

TEST_CASE("a message tried again has the bytes and the number it had", "[hl7v2]")
{
    const auto once = delivery::message_of(bundle(""), an_exchange(), 0, translator());
    const auto again = delivery::message_of(bundle(""), an_exchange(), 0, translator());
    const auto second = delivery::message_of(bundle(""), an_exchange(), 2, translator());

    REQUIRE(once);
    CHECK(once->bytes == again->bytes);
    CHECK(once->control_id == "01a3c9f012347abc8def");
    CHECK(field(once->bytes, "MSH", 10) == once->control_id);
    CHECK(second->control_id == "01a3c9f012347abc8d.2");
}

TEST_CASE("only AA or CA of this very message takes it", "[hl7v2]")
{
    const std::string head = "MSH|^~\\&|A|B|C|D|20261121||ACK|9|P|2.5.1\r";
    CHECK(refusal(head + "MSA|AA|M1\r") == "");
    CHECK(refusal(head + "MSA|CA|M1|text\rERR|||0\r") == "");
    CHECK(refusal("MSH#^~\\&#A\rMSA#AA#M1\r") == "");
    CHECK(refusal(head + "MSA|AE|M1\r") == "MSA-1 AE");
    CHECK(refusal(head + "MSA|AR|M1\r") == "MSA-1 AR");
    CHECK(refusal(head + "MSA|no code|M1\r") == "MSA-1");
    CHECK(refusal(head + "MSA\r") == "MSA-1");
    CHECK(refusal(head + "MSA|AA|M2\r") == "MSA-2");
    CHECK(refusal(head + "MSA|AA\r") == "MSA-2");
    CHECK(refusal(head) == "MSA");
    CHECK(refusal("HTTP/1.1 200 OK") == "MSH");
    CHECK(refusal("MSH") == "MSH");
    CHECK(refusal("") == "MSH");
}
