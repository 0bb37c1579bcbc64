#include "gateway/exchange/routes.hpp"

#include <catch2/catch.hpp>

namespace {

using gateway::config::Route;
using gateway::exchange::Arrival;
using gateway::exchange::find_route;

constexpr std::string_view kMessage =
    "MSH|^~\\&|HIS|HGZ|PUENTE|HGS|20260101||ADT^A01^ADT_A01|1|P|2.5.1\rPID|1\r";

Route route(std::string name, std::string type)
{
    Route made;
    made.name = std::move(name);
    made.listener = "mllp";
    made.address = "127.0.0.1";
    made.sending_facility = "HGZ";
    made.message_type = std::move(type);
    return made;
}

Arrival arrival(std::string_view bytes)
{
    return {.listener = "mllp",
            .port = 2575,
            .certificate = {},
            .address = "127.0.0.1",
            .media_type = "application/hl7-v2",
            .bytes = bytes};
}

}  // namespace

TEST_CASE("MSH-3 to MSH-9 are read with the message's own delimiters", "[routes]")
{
    const auto usual = gateway::exchange::msh_fields(kMessage);
    CHECK(usual.sending_application == "HIS");
    CHECK(usual.receiving_facility == "HGS");
    CHECK(usual.message_type == "ADT^A01^ADT_A01");

    const auto odd =
        gateway::exchange::msh_fields("MSH#*~\\&#HIS#HGZ#PUENTE#HGS#2026##ORU*R01#1#P#2.5");
    CHECK(odd.sending_facility == "HGZ");
    CHECK(odd.message_type == "ORU^R01");

    CHECK(gateway::exchange::msh_fields("MSH|^~\\&|HIS").message_type.empty());
    CHECK(gateway::exchange::msh_fields("PID|1").sending_application.empty());
    CHECK(gateway::exchange::msh_fields("").message_type.empty());
}

TEST_CASE("the first route whose every stated field fits speaks for the sender", "[routes]")
{
    const std::vector<Route> routes{route("results", "ORU"), route("admissions", "ADT^A01"),
                                    route("any adt", "ADT")};

    const auto* found = find_route(routes, arrival(kMessage));
    REQUIRE(found != nullptr);
    CHECK(found->name == "admissions");

    const auto* update =
        find_route(routes, arrival("MSH|^~\\&|HIS|HGZ|PUENTE|HGS|2026||ADT^A08|1|P|2.5.1\r"));
    REQUIRE(update != nullptr);
    CHECK(update->name == "any adt");
}

TEST_CASE("a message from elsewhere, of another kind or by another door has no route", "[routes]")
{
    const std::vector<Route> routes{route("admissions", "ADT^A01")};
    CHECK(find_route(routes, arrival("MSH|^~\\&|HIS|OTRO|PUENTE|HGS|2026||ADT^A01|1|P|2.5.1\r")) ==
          nullptr);
    CHECK(find_route(routes, arrival("MSH|^~\\&|HIS|HGZ|PUENTE|HGS|2026||ADT^A011|1|P|2.5.1\r")) ==
          nullptr);
    CHECK(find_route(routes, arrival("")) == nullptr);

    auto other_door = arrival(kMessage);
    other_door.listener = "hl7v2";
    CHECK(find_route(routes, other_door) == nullptr);

    auto other_address = arrival(kMessage);
    other_address.address = "10.0.0.9";
    CHECK(find_route(routes, other_address) == nullptr);
}

TEST_CASE("a route of one folder speaks for no other folder and no other listener", "[routes]")
{
    Route watched;
    watched.name = "files";
    watched.listener = "folder";
    watched.folder = "/srv/norte";
    const std::vector<Route> routes{watched};

    auto file = arrival(kMessage);
    file.listener = "folder";
    file.folder = "/srv/norte";
    CHECK(find_route(routes, file) != nullptr);
    file.folder = "/srv/sur";
    CHECK(find_route(routes, file) == nullptr);
    CHECK(find_route(routes, arrival(kMessage)) == nullptr);
}
