#include <catch2/catch.hpp>

#include "gateway/app/bench.hpp"
#include "tests/end_to_end/world.hpp"

namespace {

using namespace end_to_end;
using gateway::app::invented_adt;

/// An ADT whose MSH-15 and MSH-16 are what they are told.
std::string adt(std::string_view accept, std::string_view application)
{
    static std::size_t number = 700'000;
    auto message = invented_adt(++number);
    const auto at = message.find("|AL|NE|");
    REQUIRE(at != std::string::npos);
    return message.replace(at, 7, "|" + std::string(accept) + "|" + std::string(application) + "|");
}

std::string without_pid(std::string message)
{
    const auto begin = message.find("PID|");
    return message.erase(begin, message.find('\r', begin) + 1 - begin);
}

std::string control_id(const std::string& message)
{
    auto at = std::string::size_type{0};
    for (int field = 1; field < 10; ++field) {
        at = message.find('|', at) + 1;
    }
    return message.substr(at, message.find('|', at) - at);
}

const gateway::net::Headers kHl7{{"content-type", "application/hl7-v2"}};

std::string over_http(std::string message)
{
    const auto response = world().as_sender("POST", "/hl7v2", kHl7, std::move(message));
    CHECK(response.status == 200);
    return response.body;
}

}  // namespace

TEST_CASE("MSH-15 and MSH-16 decide which acknowledgement a message gets", "[end_to_end]")
{
    const auto [accept, application, kept, refused] =
        GENERATE(table<std::string, std::string, std::string, std::string>({
            {"", "", "AA", "AE"},
            {"AL", "NE", "CA", "CE"},
            {"NE", "AL", "AA", "AE"},
            {"AL", "ER", "CA", "AE"},
        }));
    CAPTURE(accept, application);

    auto message = adt(accept, application);
    CHECK(world().over_mllp(message).find("\rMSA|" + kept + "|" + control_id(message)) !=
          std::string::npos);
    message = without_pid(adt(accept, application));
    const auto error = world().over_mllp(message);
    CHECK(error.find("\rMSA|" + refused + "|" + control_id(message)) != std::string::npos);
    CHECK(error.find("\rERR|") != std::string::npos);
    CHECK(over_http(adt(accept, application)).find("\rMSA|" + kept + "|") != std::string::npos);
    CHECK(over_http(without_pid(adt(accept, application))).find("\rMSA|" + refused + "|") !=
          std::string::npos);
}

TEST_CASE("who wants no answer gets none, and the message is kept", "[end_to_end]")
{
    const auto before = world().exchanges();

    CHECK(over_http(adt("NE", "NE")).empty());
    CHECK(over_http(adt("ER", "NE")).empty());
    CHECK(over_http(without_pid(adt("SU", "NE"))).empty());
    CHECK(over_http(without_pid(adt("ER", "NE"))).find("\rMSA|CE|") != std::string::npos);

    CHECK(world().exchanges() == before + 4);
}

TEST_CASE("each message of a batch gets its MSA, the good and the bad", "[end_to_end]")
{
    const bool http = GENERATE(false, true);
    CAPTURE(http);
    const auto good = adt("", "");
    const auto bad = without_pid(adt("", ""));
    const auto stored = adt("AL", "NE");
    const auto silent = adt("NE", "NE");
    const auto batch =
        "FHS|^~\\&|HIS|HGZ-NORTE|PUENTE|HG-SUR|2026||||F-1\r"
        "BHS|^~\\&|HIS|HGZ-NORTE|PUENTE|HG-SUR|2026||||B-1\r" +
        good + bad + stored + silent + "BTS|4\rFTS|1\r";

    const auto answer = http ? over_http(batch) : world().over_mllp(batch);

    INFO(answer);
    CHECK(answer.starts_with("FHS|^~\\&|PUENTE|HG-SUR|HIS|HGZ-NORTE|"));
    CHECK(answer.find("|F-1\rBHS|^~\\&|PUENTE|HG-SUR|HIS|HGZ-NORTE|") != std::string::npos);
    const auto first = answer.find("\rMSA|AA|" + control_id(good) + "\r");
    const auto second = answer.find("\rMSA|AE|" + control_id(bad) + "\rERR|");
    const auto third = answer.find("\rMSA|CA|" + control_id(stored) + "\r");
    REQUIRE(first != std::string::npos);
    REQUIRE(second != std::string::npos);
    REQUIRE(third != std::string::npos);
    CHECK(first < second);
    CHECK(second < third);
    CHECK(answer.find(control_id(silent)) == std::string::npos);
    CHECK(answer.ends_with("BTS|3\rFTS|1\r"));
    CHECK((http ? over_http(batch) : world().over_mllp(batch)) == answer);
}
