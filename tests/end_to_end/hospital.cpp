#include "tests/end_to_end/hospital.hpp"

#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "gateway/evidence/verify.hpp"
#include "tests/contract/postgres_server.hpp"

namespace end_to_end {

namespace app = gateway::app;
namespace fs = std::filesystem;

Package::Package(const std::string& name, const std::string& format, const std::string& depends)
{
    std::ofstream(folder_ / "package.toml")
        << "url = \"https://hospital.example/packages/" << name << "\"\nname = \"" << name
        << "\"\nversion = \"1.0.0\"\nformat = \"" << format
        << "\"\nlayer = \"institution\"\ndepends = [" << depends << "]\n";
}

void Package::change(const std::string& rows) const
{
    std::ofstream(folder_ / "changes.csv") << "verb,rule,source,when,target,as,vocab,value,note\n"
                                           << rows;
}

void Package::mend() const
{
    fs::remove(folder_ / "changes.csv");
}

Hospital::Hospital(const std::string& store)
{
    package.change(
        "replace,PID[Patient]/16,PID-16,,maritalStatus,CWE[CodeableConcept],,,as it comes\n"
        "replace,AL1[AllergyIntolerance]/6,AL1-6,,onsetDateTime,,,\"\"\"1900-01-01\"\"\",the "
        "day\n");
    rows.change(
        "replace,SIS[Observation-peso]/26.1,c26,,valueQuantity.unit,,,\"\"\"libras\"\"\",unit\n");
    auto node = app::LocalNode::on(store);
    node.settings += "packages = [\"" + package.path() + "\", \"" + rows.path() + "\"]\n";
    world.emplace(node);
    const auto file = world->folder() / "gateway.toml";
    auto text = support::read_file(file);
    const std::string role = "\"privacy-officer\"";
    text.replace(text.find(role), role.size(), role + ", \"administrator\"");
    std::ofstream(file, std::ios::binary) << text;
    restart();
}

void Hospital::restart()
{
    world->local().end(SIGTERM);
    REQUIRE(world->local().start());
}

std::string Hospital::send(const std::string& message)
{
    const auto answer = world->post(world->sign(message));
    INFO(answer.body);
    REQUIRE(answer.status == 201);
    auto id = id_of(answer);
    REQUIRE(world->wait_for(id, "completed") == "completed");
    return id;
}

std::string Hospital::send_load(std::string file)
{
    const auto answer = world->post(world->sign(std::move(file)));
    INFO(answer.body);
    REQUIRE(answer.status == 202);
    auto id = id_of(answer);
    REQUIRE(world->wait_for(id, "completed") == "completed");
    return id;
}

std::string Hospital::delivered(const std::string& id)
{
    REQUIRE(world->wait_for(id, "completed") == "completed");
    for (const auto* end : {".json", ".ndjson"}) {
        if (const auto file = world->folder() / ("received/" + id + end); fs::exists(file)) {
            return support::read_file(file);
        }
    }
    return {};
}

std::string Hospital::shown(const std::string& id)
{
    return world->as_sender("GET", "/exchanges/" + id).body;
}

bool Hospital::verifies(const std::string& id)
{
    gateway::evidence::Trust trust{support::read_file(world->trust_folder() + "/root.pem"),
                                   {support::read_file(world->trust_folder() + "/ledger.vkey")}};
    trust.vkeys.front().pop_back();
    const auto report = gateway::evidence::verify(world->evidence(id), trust);
    INFO(report.checks.back().file << " " << report.checks.back().name);
    CHECK(report.ok());
    return report.ok();
}

std::string Hospital::command(const std::string& arguments, std::string_view who)
{
    const auto pki = (world->folder() / "pki").string();
    const auto stem = pki + "/institutions/" + std::string(who.empty() ? app::kAuditorName : who);
    return std::string(PUENTE_PROGRAM) + " exchange reprocess " + arguments + " --url " +
           world->local().terms().url + " --key " + stem + "/tls.key --cert " + stem +
           "/tls.pem --ca " + pki + "/ca/root.pem --reason 'mx.prueba 1.0.1'";
}

Outcome Hospital::reprocess(const std::string& arguments, std::string_view who)
{
    return run(command(arguments, who));
}

Outcome Hospital::reprocess_all(const std::string& more)
{
    return reprocess("--sender urn:puente:institution:emisor " + more);
}

std::string version_of(const std::string& id, const std::string& printed)
{
    const auto line = id + "\tchanged\t";
    const auto at = printed.find(line);
    return at == std::string::npos
               ? std::string()
               : printed.substr(at + line.size(), printed.find('\n', at) - at - line.size());
}

bool holds(const std::string& text, const std::string& what)
{
    return text.find(what) != std::string::npos;
}

std::size_t count(std::string_view text, std::string_view what)
{
    std::size_t times = 0;
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
        ++times;
    }
    return times;
}

std::vector<std::string> both_stores()
{
    std::vector<std::string> urls{""};
    if (contract::PostgresServer::available()) {
        urls.push_back(contract::PostgresServer::instance().fresh_url());
    }
    return urls;
}

}  // namespace end_to_end
