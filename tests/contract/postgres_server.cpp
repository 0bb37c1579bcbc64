#include "tests/contract/postgres_server.hpp"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include "gateway/store/postgres/connection.hpp"

namespace contract {
namespace {

namespace fs = std::filesystem;

/// /usr/lib/postgresql/NN/bin of the newest version; empty when there is none.
std::string find_programs()
{
    std::string found;
    std::error_code ignored;
    for (const auto& version : fs::directory_iterator("/usr/lib/postgresql", ignored)) {
        const auto programs = version.path() / "bin";
        if (fs::exists(programs / "initdb") && programs.string() > found) {
            found = programs;
        }
    }
    return found;
}

}  // namespace

PostgresServer::PostgresServer() : programs_(find_programs())
{
    const auto folder = folder_.path().string();
    const bool owned = ::geteuid() != 0 || std::system(("chown postgres " + folder).c_str()) == 0;
    running_ = !programs_.empty() && owned &&
               run("initdb -D data -A trust -U puente -E UTF8 --locale=C.UTF-8 -N") &&
               run("pg_ctl -D data -l server.log -w -o \"-k " + folder +
                   " -c listen_addresses= -c fsync=off -c max_connections=50\" start");
    if (!running_) {
        std::puts("PostgreSQL is not installed here: the store's contract runs on SQLite alone");
    }
}

PostgresServer::~PostgresServer()
{
    if (running_) {
        (void)run("pg_ctl -D data -m immediate -w stop");
    }
}

bool PostgresServer::run(const std::string& command) const
{
    const std::string user = ::geteuid() == 0 ? "runuser -u postgres -- " : "";
    const auto line = "cd " + folder_.path().string() + " && " + user + programs_ + "/" + command +
                      " > /dev/null 2>&1";
    return std::system(line.c_str()) == 0;
}

std::string PostgresServer::settings() const
{
    return "host=" + folder_.path().string() + " user=puente dbname=postgres";
}

bool PostgresServer::available()
{
    return instance().running_;
}

PostgresServer& PostgresServer::instance()
{
    static PostgresServer server;
    return server;
}

std::string PostgresServer::fresh_schema()
{
    const auto name = "test_" + std::to_string(++schemas_);
    auto connection = gateway::store::postgres::Connection::open(settings());
    if (!connection || !connection->execute("create schema " + name)) {
        throw std::runtime_error("no schema in the test server");
    }
    return settings() + " options=-csearch_path=" + name;
}

std::string PostgresServer::fresh_url()
{
    std::string folder;
    for (const char c : folder_.path().string()) {
        folder += c == '/' ? std::string("%2F") : std::string(1, c);
    }
    const auto schema = fresh_schema();
    return "postgresql:///postgres?host=" + folder + "&user=puente&options=-csearch_path%3D" +
           schema.substr(schema.rfind('=') + 1);
}

}  // namespace contract
