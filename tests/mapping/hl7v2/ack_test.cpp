#include "mapping/hl7v2/ack.hpp"

#include <catch2/catch.hpp>

#include "mapping/hl7v2/reader.hpp"

namespace {

using mapping::hl7v2::AckCode;

constexpr std::string_view kRequest =
    "MSH|^~\\&|HIS^1.2^ISO|HG|PUENTE|SSA|20261121||ADT^A01^ADT_A01|M-7|T|2.5.1|||AL|NE\rPID|1\r";
const mapping::hl7v2::AckStamp kStamp{"20261121013030-0600", "P-1", "T-1"};

base::Issue issue(base::Severity severity, std::string where)
{
    return {
        severity, base::Errc::malformed_value, std::move(where), {}, {}, {"AAAAMMDD", "YYYYMMDD"},
        {}};
}

}  // namespace

TEST_CASE("an accepted message is answered with its own number, sender and receiver exchanged",
          "[ack]")
{
    const auto answer = mapping::hl7v2::acknowledge(kRequest, AckCode::aa, {}, kStamp);

    CHECK(answer ==
          "MSH|^~\\&|PUENTE|SSA|HIS^1.2^ISO|HG|20261121013030-0600||ACK^A01^ACK|P-1|T|2.5.1\r"
          "MSA|AA|M-7\r");
}

TEST_CASE("each error of the sender is an ERR at its place, in two languages", "[ack]")
{
    const base::Issues issues{issue(base::Severity::information, "PV1-2 @byte 9"),
                              issue(base::Severity::warning, "OBX[3]-5 @byte 700"),
                              issue(base::Severity::error, "PID-7[2].1.3 @byte 214")};

    const auto answer = mapping::hl7v2::acknowledge(kRequest, AckCode::ae, issues, kStamp);

    CHECK(answer.find("MSA|AE|M-7\r") != std::string::npos);
    const auto first = answer.find("ERR||PID^1^7^2^1^3|102^");
    const auto second = answer.find("ERR||OBX^3^5^1|102^");
    REQUIRE(first != std::string::npos);
    REQUIRE(second != std::string::npos);
    CHECK(first < second);
    CHECK(answer.find("|E|PU-1009^", first) < second);
    CHECK(answer.find("se esperaba: AAAAMMDD", first) < second);
    CHECK(answer.find("; trace: T-1|", first) < second);
    CHECK(answer.find("PV1") == std::string::npos);
    CHECK(answer.find("|UNICODE UTF-8\r") != std::string::npos);
}

TEST_CASE("a sender of version 2.3 gets the ERR of its version", "[ack]")
{
    const auto answer =
        mapping::hl7v2::acknowledge("MSH|^~\\&|A|B|C|D|2026||ADT^A01|9|P|2.3\r", AckCode::ae,
                                    {issue(base::Severity::error, "PID-7 @byte 40")}, kStamp);

    CHECK(answer.find("ERR|PID^1^7^102&The value does not have its due form&HL70357\r") !=
          std::string::npos);
}

TEST_CASE("what cannot be read is refused all the same", "[ack]")
{
    const auto answer = mapping::hl7v2::acknowledge(
        "no es HL7", AckCode::ar, {issue(base::Severity::error, "@byte 0")}, kStamp);

    CHECK(answer.starts_with("MSH|^~\\&|||||20261121013030-0600||ACK|P-1|P|2.5.1"));
    CHECK(answer.find("\rMSA|AR\rERR|||102^") != std::string::npos);
}

TEST_CASE("the answer speaks with the delimiters of the request", "[ack]")
{
    const auto answer = mapping::hl7v2::acknowledge("MSH#*+!%#A#B#C#D#2026##ADT*A01#9#P#2.5\r",
                                                    AckCode::aa, {}, kStamp);

    CHECK(answer.starts_with("MSH#*+!%#C#D#A#B#"));
    CHECK(answer.find("#ACK*A01*ACK#P-1#P#2.5\rMSA#AA#9\r") != std::string::npos);
}

TEST_CASE("the mode of acknowledgement is what MSH-15 and MSH-16 ask for", "[ack]")
{
    const auto mode = mapping::hl7v2::ack_mode_of(kRequest);

    CHECK(mode.enhanced());
    CHECK(mode.accept == "AL");
    CHECK(mode.application == "NE");
    CHECK_FALSE(
        mapping::hl7v2::ack_mode_of("MSH|^~\\&|A|B|C|D|2026||ADT^A01|9|P|2.3\r").enhanced());
}

TEST_CASE("each word of table 0155 decides which answer an outcome gets", "[ack]")
{
    using enum AckCode;
    using Answer = std::optional<AckCode>;
    const auto [accept, application, kept, refused, rejected] =
        GENERATE(table<std::string, std::string, Answer, Answer, Answer>({
            {"", "", aa, ae, ar},                                    // original mode
            {"AL", "NE", ca, ce, cr},                                //
            {"AL", "", ca, ce, cr},                                  //
            {"NE", "AL", aa, ae, ar},                                //
            {"AL", "AL", aa, ae, ar},                                // one commit, one answer
            {"AL", "ER", ca, ae, ar},                                //
            {"SU", "ER", ca, ae, ar},                                //
            {"ER", "NE", std::nullopt, ce, cr},                      //
            {"SU", "NE", ca, std::nullopt, std::nullopt},            //
            {"NE", "SU", aa, std::nullopt, std::nullopt},            //
            {"NE", "NE", std::nullopt, std::nullopt, std::nullopt},  //
            {"XX", "NE", ca, ce, cr},                                // silence has to be asked
        }));
    CAPTURE(accept, application);
    const mapping::hl7v2::AckMode mode{accept, application};

    CHECK(mode.answer(aa) == kept);
    CHECK(mode.answer(ae) == refused);
    CHECK(mode.answer(ar) == rejected);
}

TEST_CASE("an explicit null in MSH-15 asks for nothing", "[ack]")
{
    const auto mode =
        mapping::hl7v2::ack_mode_of("MSH|^~\\&|A|B|C|D|2026||ADT^A01|9|P|2.5|||\"\"|\"\"\rPID|1\r");

    CHECK_FALSE(mode.enhanced());
}

TEST_CASE("the answers to a batch stand in the batch's own lines, and BTS counts them", "[ack]")
{
    const std::vector<std::string> answers{"MSH|1\rMSA|AA|1\r", "MSH|2\rMSA|AE|2\r"};

    CHECK(
        mapping::hl7v2::acknowledge_batch(
            "FHS|^~\\&|HIS|HG|P|S|2026||f.hl7||F-1\r\nBHS|^~\\&|HIS|HG|P|S|2026||||B-1\r\nMSH|x\r",
            answers, kStamp) ==
        "FHS|^~\\&|P|S|HIS|HG|20261121013030-0600||||P-1|F-1\r"
        "BHS|^~\\&|P|S|HIS|HG|20261121013030-0600||||P-1|B-1\r"
        "MSH|1\rMSA|AA|1\rMSH|2\rMSA|AE|2\rBTS|2\rFTS|1\r");
    CHECK(mapping::hl7v2::acknowledge_batch("MSH|x\rMSH|y\r", answers, kStamp) ==
          answers[0] + answers[1]);
    CHECK(mapping::hl7v2::acknowledge_batch("BHS\rMSH|x\r", answers, kStamp) ==
          answers[0] + answers[1]);  // a header that says nothing
    CHECK(mapping::hl7v2::acknowledge_batch("BHS|^~\\&\rMSH|x\r", {}, kStamp).empty());
}

TEST_CASE("a message whose MSH stands in the middle of a line still gets an answer", "[ack]")
{
    const auto ack = mapping::hl7v2::acknowledge(
        ",,\r-(%\nMSH*(*M\r(%H-:", mapping::hl7v2::AckCode::ar, {}, {"2026", "1", {}});
    CHECK(ack.find("\rMSA|AR") != std::string::npos);
}
