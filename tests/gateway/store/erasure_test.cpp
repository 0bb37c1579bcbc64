#include <catch2/catch.hpp>

#include "gateway/store/sqlite/connection.hpp"
#include "gateway/store/store.hpp"
#include "tests/contract/samples.hpp"
#include "tests/support/files.hpp"

namespace {

using gateway::store::sqlite::Connection;

bool stands_in(const std::filesystem::path& file, const std::string& bytes)
{
    return std::filesystem::exists(file) &&
           support::read_file(file).find(bytes) != std::string::npos;
}

}  // namespace

TEST_CASE("neither the files of a store nor a later copy hold the key of what was erased",
          "[store][retention]")
{
    const support::TempDir folder;
    const auto path = folder / "puente.db";
    const std::string key = "the wrapped key of a payload, 60 bytes that stand nowhere else";
    const std::string identifier(64, 'f');
    auto store = gateway::store::open_sqlite(path.string()).value();
    auto rows = contract::rows_of("e1");
    rows.blobs = {{"e1", "fhir", 0, {key, std::string(9000, 'x')}}};
    rows.persons = {{"p1", "curp", identifier, {1}}};
    rows.served = {{"e1", 0, "p1", {1}, {{"Patient", "patient-erased", 0}}}};
    REQUIRE(store->commit(rows));
    const auto before = folder / "before.db";
    REQUIRE(gateway::store::copy_sqlite(path.string(), before.string()));
    REQUIRE(stands_in(before, key));
    REQUIRE(stands_in(before, "patient-erased"));

    gateway::store::Rows erasure;
    erasure.erased = {{"e1", {2}, "retention"}};
    REQUIRE(store->commit(erasure));

    const auto after = folder / "after.db";
    REQUIRE(gateway::store::copy_sqlite(path.string(), after.string()));
    for (const auto& file : {path, folder / "puente.db-wal", after}) {
        CAPTURE(file.string());
        CHECK_FALSE(stands_in(file, key));
        CHECK_FALSE(stands_in(file, identifier));
        CHECK_FALSE(stands_in(file, "patient-erased"));
        CHECK_FALSE(stands_in(file, std::string(100, 'x')));
    }
    auto database = Connection::open(after.string(), Connection::Mode::read).value();
    const auto count = [](const auto& row) { return row.integer(0); };
    CHECK(database.first(
              "select count(*) from served_key where served_key match '\"patienterase\"'", count) ==
          0);
}
