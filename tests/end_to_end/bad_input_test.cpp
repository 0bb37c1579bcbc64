#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch.hpp>
#include <functional>

#include "fhir_models/r4/json_reader.hpp"
#include "gateway/app/bench.hpp"
#include "tests/end_to_end/world.hpp"

namespace {

namespace asio = boost::asio;
using namespace end_to_end;
using gateway::app::invented_adt;

std::string fresh_adt()
{
    static std::size_t number = 500'000;
    return invented_adt(++number);
}

std::string with(std::string message, std::string_view old, std::string_view with)
{
    const auto at = message.find(old);
    REQUIRE(at != std::string::npos);
    return message.replace(at, old.size(), with);
}

std::string without_pid(std::string message)
{
    const auto begin = message.find("PID|");
    return message.erase(begin, message.find('\r', begin) + 1 - begin);
}

/// A refusal as HL7 senders need it: code, place, both languages, the trace, and no second effect.
void check_refusal(const std::string& ack, std::string_view answer, std::string_view code,
                   std::string_view place)
{
    INFO(ack);
    CHECK(ack.find("\rMSA|" + std::string(answer)) != std::string::npos);
    const auto err = ack.find("\rERR|");
    REQUIRE(err != std::string::npos);
    const auto line = ack.substr(err + 1, ack.find('\r', err + 1) - err - 1);
    CHECK(line.find("|" + std::string(code) + "^") != std::string::npos);
    CHECK(line.find("|" + std::string(place)) != std::string::npos);
    CHECK(line.find("; expected: ") != std::string::npos);
    CHECK(line.find("; se esperaba: ") != std::string::npos);
    CHECK(line.find("; trace: ") != std::string::npos);
}

struct Bad {
    std::string_view what;
    std::function<std::string()> message;
    std::string_view answer;
    std::string_view code;
    std::string_view place;  ///< how the text of ERR-7 begins
};

const Bad kBad[] = {
    // clang-format off
    {"empty",                 [] { return std::string(); },                                       "AR",  "PU-1011", "@byte 0"},
    {"binary",                [] { return std::string("\x00\x01\xfe\xff\x80", 5); },              "AR",  "PU-1001", "@byte"},
    {"not HL7 at all",        [] { return std::string(100'000, '{'); },                           "AR",  "PU-1001", "@byte"},
    {"MSH cut off",           [] { return std::string("MSH|"); },                                 "AR",  "PU-1001", "MSH @byte 0"},
    {"MSH alone",             [] { return without_pid(fresh_adt()).substr(0, fresh_adt().find('\r')); }, "CE|", "PU-3003", "Bundle.entry"},
    {"no PID",                [] { return without_pid(fresh_adt()); },                            "CE|", "PU-3003", "Bundle.entry"},
    {"a type nobody knows",   [] { return with(fresh_adt(), "ADT^A01^ADT_A01", "QQQ^Q99"); },     "CR|", "PU-1006", "MSH-9"},
    {"an event of its own",   [] { return with(fresh_adt(), "ADT^A01^ADT_A01", "ADT^Z99"); },     "CR|", "PU-1006", "MSH-9"},
    {"a charset nobody knows",[] { return with(with(fresh_adt(), "ELENA", "\xc3\x89LENA"), "UNICODE UTF-8", "KLINGON"); },       "CE|", "PU-1003", "MSH-18"},
    // clang-format on
};

}  // namespace

TEST_CASE("bad bytes over MLLP are refused with code, place, what was expected and a trace",
          "[end_to_end]")
{
    for (const auto& bad : kBad) {
        DYNAMIC_SECTION(bad.what)
        {
            check_refusal(world().over_mllp(bad.message()), bad.answer, bad.code, bad.place);
            const auto good = world().over_mllp(fresh_adt());
            CHECK(good.find("\rMSA|CA|") != std::string::npos);
        }
    }
}

TEST_CASE("text that is not of the declared charset is refused at its byte", "[end_to_end]")
{
    auto message = fresh_adt();
    const auto family = message.find("^^^^^L");
    REQUIRE(family != std::string::npos);
    message.insert(family, "\xff\xfe");

    check_refusal(world().over_mllp(message), "CE|", "PU-1003", "PID-5");
}

TEST_CASE("a segment nobody knows is told and refuses nothing", "[end_to_end]")
{
    const auto ack = world().over_mllp(fresh_adt() + "XYZ|1|a\r");
    INFO(ack);
    CHECK(ack.find("\rMSA|CA|") != std::string::npos);
}

TEST_CASE("HL7 over HTTP is answered by an ACK like MLLP", "[end_to_end]")
{
    const gateway::net::Headers hl7{{"content-type", "application/hl7-v2"}};
    const auto kept = world().as_sender("POST", "/hl7v2", hl7, fresh_adt());
    INFO(kept.body);
    CHECK(kept.status == 200);
    CHECK(kept.body.find("\rMSA|CA|") != std::string::npos);

    const auto refused = world().as_sender("POST", "/hl7v2", hl7, without_pid(fresh_adt()));
    check_refusal(refused.body, "CE|", "PU-3003", "Bundle.entry");

    const auto type = world().as_sender("POST", "/hl7v2", {{"content-type", "text/plain"}}, "x");
    CHECK(type.status == 415);

    const auto other = world().as_receiver("POST", "/hl7v2", hl7, fresh_adt());
    check_refusal(other.body, "CE|", "PU-4014", "MSH-3");  // no route speaks for this certificate
}

TEST_CASE("a hundred megabytes are refused by their Content-Length, before they are read",
          "[end_to_end]")
{
    const auto count = world().exchanges();
    const auto refused =
        world().post(world().sign(std::string(std::size_t{100} * 1024 * 1024, ' ')));
    CHECK(refused.status == 413);
    CHECK(world().exchanges() == count);
}

TEST_CASE("deep nesting, invalid UTF-8 and an empty body are refused at a place", "[end_to_end]")
{
    const auto deep =
        R"({"resourceType":"Bundle","type":"collection","entry":)" + std::string(100'000, '[');
    const auto body =
        GENERATE_COPY(as<std::string>(), "", deep,
                      std::string("{\"resourceType\":\"Patient\",\"id\":\"\xc3\x28\"}"));
    const auto refused = world().post(world().sign(body));

    INFO(refused.body.substr(0, 400));
    CHECK((refused.status == 400 || refused.status == 413));  // 413: nested too deep
    CHECK(member(refused.body, "code").starts_with("PU-10"));
    CHECK_FALSE(member(refused.body, "where").empty());
    CHECK_FALSE(member(refused.body, "trace").empty());
    const auto problem = fhir::r4::read_json(refused.body);
    REQUIRE(problem);
    const auto* expected = problem->root().find("expected");
    REQUIRE(expected != nullptr);
    CHECK_FALSE(expected->text_of("es").empty());
    CHECK_FALSE(expected->text_of("en").empty());
}

TEST_CASE("clients that never finish do not hold the others", "[end_to_end]")
{
    asio::io_context io;
    std::vector<asio::ip::tcp::socket> slow;
    for (const auto& address : {world().local().mllp(), world().local().terms().url}) {
        const auto port = std::stoi(address.substr(address.rfind(':') + 1));
        const asio::ip::tcp::endpoint there(asio::ip::address_v4::loopback(),
                                            static_cast<std::uint16_t>(port));
        for (int i = 0; i < 32; ++i) {
            slow.emplace_back(io).connect(there);
            asio::write(slow.back(), asio::buffer(std::string_view("\x0bMSH|^~")));
        }
    }
    CHECK(world().post(world().sign(fresh_adt())).status == 201);
    CHECK(world().over_mllp(fresh_adt()).find("\rMSA|CA|") != std::string::npos);
}
