#include "gateway/folders/files.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>

#include "tests/support/files.hpp"

namespace {

namespace fs = std::filesystem;
using namespace gateway::folders;

void put(const fs::path& path, std::string_view bytes)
{
    std::ofstream(path, std::ios::binary) << bytes;
}

/// A moment `seconds` after the file was last written.
base::Instant after(const fs::path& path, std::int64_t seconds)
{
    const auto written = std::chrono::file_clock::to_sys(fs::last_write_time(path));
    return base::Instant{
        std::chrono::duration_cast<std::chrono::microseconds>(written.time_since_epoch()).count() +
        seconds * 1'000'000};
}

std::vector<std::string> ready(const support::TempDir& folder, base::Instant now)
{
    const auto names = ready_files(folder.path().string(), now);
    REQUIRE(names);
    return *names;
}

}  // namespace

TEST_CASE("a name that says not yet is not taken until it is renamed", "[folders]")
{
    for (const auto* name : {".adt.hl7", "adt.hl7.part", "adt.hl7.filepart", "adt.hl7.tmp"}) {
        CHECK_FALSE(is_final_name(name));
    }
    CHECK(is_final_name("adt.hl7"));
    CHECK(is_final_name("partida.txt"));
}

TEST_CASE("a file is taken two seconds after its last byte, and at once when moved in", "[folders]")
{
    const support::TempDir folder;
    put(folder / "b.hl7", "MSH|");

    CHECK(ready(folder, after(folder / "b.hl7", 0)).empty());
    CHECK(ready(folder, after(folder / "b.hl7", 1)).empty());
    CHECK(ready(folder, after(folder / "b.hl7", 2)) == std::vector<std::string>{"b.hl7"});

    const auto now = after(folder / "b.hl7", 0);
    put(folder / "a.hl7", "MSH|");
    fs::last_write_time(folder / "a.hl7",
                        fs::last_write_time(folder / "a.hl7") - std::chrono::hours(1));
    put(folder / "c.hl7", "MSH|");
    fs::last_write_time(folder / "c.hl7",
                        fs::last_write_time(folder / "c.hl7") + std::chrono::hours(1));
    CHECK(ready(folder, now) == std::vector<std::string>{"a.hl7", "c.hl7"});
}

TEST_CASE("only plain files are taken: no link leads out of the folder", "[folders]")
{
    const support::TempDir folder;
    const support::TempDir elsewhere;
    put(elsewhere / "secret", "MSH|");
    fs::create_symlink(elsewhere / "secret", folder / "link.hl7");
    fs::create_directory(folder / "done");

    CHECK(ready(folder, base::Instant{}).empty());
    CHECK_FALSE(read_whole(folder.path().string(), "link.hl7", 100));
}

TEST_CASE("a file beyond the limit is refused before it is read, and is not named", "[folders]")
{
    const support::TempDir folder;
    put(folder / "PEREZ_JUAN.hl7", "12345");

    CHECK(read_whole(folder.path().string(), "PEREZ_JUAN.hl7", 5).value() == "12345");
    const auto refused = read_whole(folder.path().string(), "PEREZ_JUAN.hl7", 4);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == base::Errc::body_too_large);
    CHECK(base::to_line(refused.error()).find("PEREZ") == std::string::npos);
}

TEST_CASE("the results stand beside the file, and nothing that was answered is overwritten",
          "[folders]")
{
    const support::TempDir folder;
    const auto root = folder.path().string();
    REQUIRE(make_folders(root));
    put(folder / "a.hl7", "one");
    REQUIRE(settle(root, "a.hl7", kDone, {"receipt one", "outcome one"}));
    put(folder / "a.hl7", "two");
    REQUIRE(settle(root, "a.hl7", kDone, {"receipt two", ""}));

    CHECK_FALSE(fs::exists(folder / "a.hl7"));
    CHECK(support::read_file(folder / "done/a.hl7") == "one");
    CHECK(support::read_file(folder / "done/a.hl7.receipt.jws") == "receipt one");
    CHECK(support::read_file(folder / "done/a.hl7.outcome.json") == "outcome one");
    CHECK(support::read_file(folder / "done/a.hl7~2") == "two");
    CHECK(support::read_file(folder / "done/a.hl7~2.receipt.jws") == "receipt two");
    CHECK_FALSE(fs::exists(folder / "done/a.hl7~2.outcome.json"));
}

TEST_CASE("what was cut off between the results and the move is done again under the same name",
          "[folders]")
{
    const support::TempDir folder;
    const auto root = folder.path().string();
    REQUIRE(make_folders(root));
    put(folder / "done/a.hl7.receipt.jws", "receipt");
    put(folder / "a.hl7", "one");

    REQUIRE(settle(root, "a.hl7", kDone, {"receipt", ""}));

    CHECK(support::read_file(folder / "done/a.hl7") == "one");
    CHECK_FALSE(fs::exists(folder / "done/a.hl7~2"));
}

TEST_CASE("a refusal that was told is known again when the file is put in once more", "[folders]")
{
    const support::TempDir folder;
    const auto root = folder.path().string();
    REQUIRE(make_folders(root));
    const std::pair<const char*, const char*> refusals[] = {{"first refusal", "a.hl7"},
                                                            {"second refusal", "a.hl7~2"}};
    for (const auto& [receipt, stands] : refusals) {
        put(folder / "a.hl7", "one");
        CHECK_FALSE(was_told(root, "a.hl7", receipt));
        REQUIRE(settle(root, "a.hl7", kRefused, {receipt, "why"}));
        fs::rename(folder / (std::string("refused/") + stands),
                   folder / "again");  // its owner takes it away
    }
    CHECK(was_told(root, "a.hl7", "first refusal"));
    CHECK(was_told(root, "a.hl7", "second refusal"));
    CHECK_FALSE(was_told(root, "a.hl7", "third refusal"));
    CHECK_FALSE(was_told(root, "a.hl7", ""));
}

TEST_CASE("a folder that cannot be written is an error at its path", "[folders]")
{
    const support::TempDir folder;
    put(folder / "file", "");
    const auto made = make_folders((folder / "file").string());
    REQUIRE_FALSE(made);
    CHECK(made.error().code == base::Errc::store_failed);
    CHECK(made.error().where == (folder / "file").string());
}
