#include "gateway/config/config.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "gateway/config/settings.hpp"

using gateway::config::Config;
using gateway::config::read_config;

namespace {

constexpr std::string_view kHospital =
    "[[institution]]\n"
    "id = \"urn:puente:institution:hgz-norte\"\n"
    "roles = [\"sender\"]\n";

std::vector<base::Error> faults_of(std::string_view toml)
{
    auto config = read_config(toml, "gateway.toml", "/etc/puente");
    REQUIRE_FALSE(config);
    return config.error();
}

}  // namespace

TEST_CASE("an empty file gives the gateway that works on loopback", "[config]")
{
    const auto config = read_config("", "gateway.toml", "");

    REQUIRE(config);
    CHECK(config->address == "127.0.0.1");
    CHECK(config->exchange_port == 8443);
    CHECK(config->agreements == "agreements");
    CHECK(config->institutions.empty());
}

TEST_CASE("every kind of setting is read", "[config]")
{
    const auto config = read_config(
        "name = \"urn:puente:gateway:norte\"\n"
        "exchange_port = 0\n"
        "mllp_tls = true\n"
        "threads = 3\n"
        "body_limit = 1048576\n"
        "tls_key = \"keys/tls.key\"\n"
        "signing_key = \"/run/keys/signing.key\"\n"
        "[[institution]]\n"
        "id = \"urn:puente:institution:hgz-norte\"\n"
        "roles = [\"sender\", \"receiver\"]\n"
        "delivery_url = \"https://hgz-norte.example/entrega\"\n"
        "[[route]]\n"
        "name = \"admisiones\"\n"
        "listener = \"mllp\"\n"
        "port = 2575\n"
        "sending_facility = \"HGZ\"\n"
        "institution = \"urn:puente:institution:hgz-norte\"\n"
        "zone = \"-06:00\"\n",
        "gateway.toml", "/etc/puente");

    REQUIRE(config);
    CHECK(config->name == "urn:puente:gateway:norte");
    CHECK(config->exchange_port == 0);
    CHECK(config->mllp_tls);
    CHECK(config->threads == 3);
    CHECK(config->body_limit == 1048576);
    REQUIRE(config->institutions.size() == 1);
    CHECK(config->institutions[0].roles == std::vector<std::string>{"sender", "receiver"});
    REQUIRE(config->routes.size() == 1);
    CHECK(config->routes[0].port == 2575);
    CHECK(config->routes[0].zone == "-06:00");
}

TEST_CASE("relative paths stand against the folder of the file, absolute ones stay", "[config]")
{
    const auto config = read_config("tls_key = \"keys/tls.key\"\nsigning_key = \"/run/s.key\"\n",
                                    "gateway.toml", "/etc/puente");

    REQUIRE(config);
    CHECK(config->tls_key == "/etc/puente/keys/tls.key");
    CHECK(config->signing_key == "/run/s.key");
    CHECK(config->agreements == "/etc/puente/agreements");
    CHECK(config->client_ca.empty());
}

TEST_CASE("a faulty setting is told with its place and what was expected", "[config]")
{
    const auto [toml, where, expected] = GENERATE(table<std::string, std::string, std::string>({
        {"mlpp_port = 2575", "gateway.toml:1:1 mlpp_port", "mllp_port"},
        {"\n\nexchange_port = 70000", "gateway.toml:3:17 exchange_port", "0…65535"},
        {"exchange_port = -1", "gateway.toml:1:17 exchange_port", "0…65535"},
        {"exchange_port = \"8443\"", "gateway.toml:1:17 exchange_port", "integer"},
        {"mllp_tls = 1", "gateway.toml:1:12 mllp_tls", "true or false"},
        {"env = \"testing\"", "gateway.toml:1:7 env", "test or production"},
        {"env = 3", "gateway.toml:1:7 env", "test or production"},
        {"name = ", "gateway.toml:1:", "well-formed"},
        {"name = \"a\"\nname = \"b\"", "gateway.toml:2:", "well-formed"},
        {std::string("\n [\0]", 5), "gateway.toml:2:3", "control"},
        {"name = \"\xff\"", "gateway.toml:1:9", "UTF-8"},
        {"a\xc3\xb1o = 1", "gateway.toml:1:2", "UTF-8"},
        {"institution = 3", "gateway.toml:1:15 institution", "[[institution]]"},
        {"[institution]\nid = \"urn:a\"", "gateway.toml:1:1 institution", "[[institution]]"},
        {"[[institution]]\nid = \"urn:a\"\nroles = [\"doctor\"]",
         "gateway.toml:3:10 institution.roles", "privacy-officer"},
        {"[[institution]]\nid = \"urn:a\"\nroles = [\"sender\"]\ndelivry_url = \"x\"",
         "gateway.toml:4:1 institution.delivry_url", "delivery_url"},
        {"[[institution]]\nroles = [\"sender\"]", "gateway.toml:1:1 institution.id", "required"},
        {"[[route]]\nname = \"r\"\nlistener = \"fax\"", "gateway.toml:3:12 route.listener",
         "mllp, hl7v2"},
        {"[[route]]\nname = \"r\"\nlistener = \"folder\"", "gateway.toml:1:1 route.folder",
         "required"},
        {"[[route]]\nname = \"r\"\nlistener = \"mllp\"\nfolder = \"in\"",
         "gateway.toml:1:1 route.folder", "only"},
        {"[[route]]\nname = \"r\"\nlistener = \"mllp\"\nzone = \"CST\"",
         "gateway.toml:4:8 route.zone", "-06:00"},
    }));
    CAPTURE(toml);

    const auto faults = faults_of(toml);

    REQUIRE_FALSE(faults.empty());
    CHECK(faults[0].code == base::Errc::malformed_config);
    CHECK_THAT(faults[0].where, Catch::StartsWith(where));
    CHECK_THAT(faults[0].expected.en, Catch::Contains(expected));
    CHECK_FALSE(faults[0].expected.es.empty());
}

TEST_CASE("all the faults of a file are told at once", "[config]")
{
    const auto faults = faults_of("data_folder = \"x\"\nexchange_port = 70000\nmllp_tls = 0\n");

    CHECK(faults.size() == 3);
}

TEST_CASE("an institution or a route is not named twice, and a route names the enrolled",
          "[config]")
{
    const std::string hospital(kHospital);
    const std::string route = "[[route]]\nname = \"r\"\nlistener = \"mllp\"\n";

    CHECK(faults_of(hospital + hospital)[0].where == "gateway.toml:4:1 institution.id");
    CHECK(faults_of(route + route)[0].where == "gateway.toml:4:1 route.name");
    CHECK(faults_of(hospital + route + "receiver = \"urn:puente:institution:otro\"\n")[0].where ==
          "gateway.toml:4:1 route.receiver");
}

TEST_CASE("a value never stands in an error", "[config]")
{
    for (const auto& fault : faults_of("env = \"secreto\"\nexchange_port = \"secreto\"\n")) {
        CHECK(base::to_line(fault).find("secreto") == std::string::npos);
    }
}

TEST_CASE("the manual tells every key", "[config]")
{
    const auto page = gateway::config::manual();

    for (const auto& row : gateway::config::config_settings()) {
        CHECK(page.find("\n" + std::string(row.name)) != std::string::npos);
    }
    CHECK_THAT(page, Catch::Contains("integer 0…65535. Default 8443"));
}

TEST_CASE("a store that is no PostgreSQL URL is refused, and what it says is never told",
          "[config]")
{
    const auto faults = faults_of("store = \"mysql://puente:secreto@db/puente\"\n");

    REQUIRE(faults.size() == 1);
    CHECK(faults[0].where == "gateway.toml:1:9 store");
    CHECK(base::to_line(faults[0]).find("secreto") == std::string::npos);
    CHECK(read_config("store = \"postgresql://db/puente\"\n", "gateway.toml", "/etc"));
}
