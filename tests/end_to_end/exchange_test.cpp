#include <catch2/catch.hpp>
#include <csignal>

#include "fhir_models/base/bytes.hpp"
#include "gateway/app/bench.hpp"
#include "gateway/evidence/package.hpp"
#include "gateway/evidence/verify.hpp"
#include "tests/end_to_end/world.hpp"

namespace {

using namespace end_to_end;
using gateway::app::invented_adt;

std::size_t fresh()
{
    static std::size_t number = 1000;
    return ++number;
}

gateway::evidence::Trust trust()
{
    return {support::read_file(world().trust_folder() + "/root.pem"),
            {support::read_file(world().trust_folder() + "/ledger.vkey")}};
}

/// Name of the first check that fails; "verified" when none does.
std::string verdict(const std::string& tar)
{
    auto trusted = trust();
    while (trusted.vkeys.front().ends_with('\n')) {
        trusted.vkeys.front().pop_back();
    }
    const auto report = gateway::evidence::verify(tar, trusted);
    return report.ok() ? "verified"
                       : report.checks.back().file + " " + report.checks.back().name + " " +
                             report.checks.back().detail;
}

void replace(gateway::app::SignedRequest& request, std::string_view name, std::string value)
{
    for (auto& [key, old] : request.headers) {
        if (key == name) {
            old = value;
        }
    }
}

}  // namespace

TEST_CASE("a signed submission is kept, delivered, countersigned, and its evidence stands alone",
          "[end_to_end]")
{
    const auto before = world().received();
    const auto response = world().post(world().sign(invented_adt(fresh())));

    INFO(response.body.substr(0, 600));
    REQUIRE(response.status == 201);
    const auto id = id_of(response);
    CHECK(world().wait_for(id, "completed") == "completed");
    CHECK(world().received() > before);

    const auto tar = world().evidence(id);
    CHECK(verdict(tar) == "verified");
    const auto files = gateway::evidence::unpack(tar);
    REQUIRE(files);
    for (const std::string name : {"request.jws", "receipt.jws", "delivery.jws", "completion.jws",
                                   "leaf.json", "agreement.json", "verify.sh"}) {
        CAPTURE(name);
        CHECK(std::ranges::count(*files, name, &gateway::core::Document::name) == 1);
    }
}

TEST_CASE(
    "the same request again gets its first receipt, byte for byte; other bytes under its id get "
    "409",
    "[end_to_end]")
{
    const auto request = world().sign(invented_adt(fresh()));
    const auto first = world().post(request);
    REQUIRE(first.status == 201);
    const auto count = world().exchanges();

    const auto again = world().post(request);
    CHECK(again.status == 200);
    CHECK(again.body == first.body);

    const auto other = world().sign_as(invented_adt(fresh()), world().local().terms(), request);
    const auto conflict = world().post(other);
    CHECK(conflict.status == 409);
    CHECK(member(conflict.body, "code") == "PU-5006");
    CHECK(world().exchanges() == count);
}

TEST_CASE("what is wrong with a request is named, and nothing else changes", "[end_to_end]")
{
    const auto count = world().exchanges();
    auto request = world().sign(invented_adt(fresh()));
    int status = 0;
    std::string code;

    SECTION("no digest")
    {
        std::erase_if(request.headers,
                      [](const auto& header) { return header.first == "content-digest"; });
        status = 400;
        code = "PU-5004";
    }
    SECTION("a digest of other bytes")
    {
        replace(request, "content-digest",
                "sha-256=:" + base::to_base64(base::view(base::sha256("other"))) + ":");
        status = 400;
        code = "PU-5004";
    }
    SECTION("a signature that is not one")
    {
        auto token = request.headers[2].second;
        token[token.size() - 20] = token[token.size() - 20] == 'A' ? 'B' : 'A';
        replace(request, "exchange-request", token);
        status = 401;
        code = "PU-5002";
    }
    SECTION("alg none")
    {
        const auto token = request.headers[2].second;
        const auto claims = token.substr(token.find('.'), token.rfind('.') - token.find('.'));
        replace(
            request, "exchange-request",
            base::to_base64url(R"({"alg":"none","typ":"exchange-request+jws"})") + claims + ".");
        status = 401;
        code = "PU-5001";
    }
    SECTION("no signature and no route that speaks for the sender")
    {
        std::erase_if(request.headers,
                      [](const auto& header) { return header.first == "exchange-request"; });
        status = 401;
        code = "PU-5001";
    }
    SECTION("another Idempotency-Key")
    {
        replace(request, "idempotency-key", "another");
        status = 401;
        code = "PU-5003";
    }
    const auto response = world().post(request);

    INFO(response.body);
    CHECK(response.status == status);
    CHECK(member(response.body, "code") == code);
    CHECK_FALSE(member(response.body, "trace").empty());
    CHECK(world().exchanges() == count);
}

TEST_CASE("another institution cannot send under the sender's certificate or signature",
          "[end_to_end]")
{
    const auto request = world().sign(invented_adt(fresh()));
    const auto response = world().as_receiver("POST", "/exchanges", request.headers, request.body);
    CHECK(response.status == 401);
    CHECK(member(response.body, "code") == "PU-5003");
}

TEST_CASE("a purpose outside the agreement is refused, signed, logged, and the refusal is evidence",
          "[end_to_end]")
{
    auto terms = world().local().terms();
    terms.purpose = "HRESCH";
    const auto response = world().post(world().sign(invented_adt(fresh()), terms));

    INFO(response.body);
    REQUIRE(response.status == 403);
    CHECK(member(response.body, "code") == "PU-4003");
    CHECK_FALSE(member(response.body, "receipt").empty());
    CHECK(verdict(world().evidence(id_of(response))) == "verified");
}

TEST_CASE("bytes nobody can read are refused with a place, in both languages", "[end_to_end]")
{
    const auto body =
        GENERATE(as<std::string>(), "x", std::string("MSH|"), std::string(2000, '{'),
                 std::string("\xff\xfe\x00\x01", 4),
                 std::string(R"({"resourceType":"Bundle","type":"collection","type":"batch"})"));
    const auto response = world().post(world().sign(body));

    INFO(response.body);
    CHECK(response.status >= 400);
    CHECK(response.status < 500);
    CHECK(member(response.body, "code").starts_with("PU-"));
}

TEST_CASE("HL7 v2 over MLLP is acknowledged CA when kept, CE with ERR when refused", "[end_to_end]")
{
    const auto message = invented_adt(fresh());
    const auto ack = world().over_mllp(message);
    INFO(ack);
    CHECK(ack.find("\rMSA|CA|") != std::string::npos);
    CHECK(world().over_mllp(message) == ack);  // the same message again: the same answer

    const auto number = fresh();
    auto contradiction = invented_adt(number);
    const auto birth = contradiction.find("||" + gateway::app::invented_birth(number) + "|F");
    REQUIRE(birth != std::string::npos);
    contradiction.replace(birth, 10, "||19010316");
    const auto refused = world().over_mllp(contradiction);
    INFO(refused);
    CHECK(refused.find("\rMSA|CE|") != std::string::npos);
    CHECK(refused.find("\rERR|") != std::string::npos);
    CHECK(refused.find("PU-3002") != std::string::npos);
    CHECK(refused.find(gateway::app::invented_curp(number)) ==
          std::string::npos);  // places, never values
}

TEST_CASE("the receiver reads the patient by CURP when it says for what and why", "[end_to_end]")
{
    const auto number = fresh();
    const auto sent = world().post(world().sign(invented_adt(number)));
    REQUIRE(sent.status == 201);
    const auto curp = gateway::app::invented_curp(number);
    const auto path = "/fhir/Patient?identifier=urn:oid:2.16.840.1.113883.4.629%7C" + curp;
    const gateway::net::Headers why{{"exchange-purpose", "TREAT"},
                                    {"exchange-justification", "consulta de seguimiento"}};

    const auto found = world().as_receiver("GET", path, why);
    INFO(found.body);
    CHECK(found.status == 200);
    CHECK(found.body.find("\"Patient\"") != std::string::npos);
    CHECK(found.body.find(curp) != std::string::npos);

    CHECK(world().as_receiver("GET", path).status == 403);
    CHECK(world().as_receiver("GET", path, {{"exchange-purpose", "TREAT"}}).status == 403);
    const auto other = world().as_receiver(
        "GET", path, {{"exchange-purpose", "HRESCH"}, {"exchange-justification", "estudio"}});
    CHECK(other.status == 200);
    CHECK(other.body.find("\"total\":0") !=
          std::string::npos);  // what may not be seen answers like what is absent
    CHECK(world().as_receiver("GET", "/fhir/Patient?name=x", why).status == 400);
}

TEST_CASE("what was acknowledged is there after kill -9, once", "[end_to_end]")
{
    std::vector<std::pair<gateway::app::SignedRequest, std::string>> kept;
    for (int round = 0; round < 3; ++round) {
        for (int i = 0; i < 5; ++i) {
            auto request = world().sign(invented_adt(fresh()));
            const auto response = world().post(request);
            REQUIRE(response.status == 201);
            kept.emplace_back(std::move(request), response.body);
        }
        world().local().end(SIGKILL);
        REQUIRE(world().local().start());
    }
    for (const auto& [request, receipt] : kept) {
        const auto again =
            world().post(world().sign_as(request.body, world().local().terms(), request));
        CHECK(again.status == 200);
        CHECK(again.body == receipt);
        CHECK(world().wait_for(id_of(again), "completed") == "completed");
    }
}
