#include <catch2/catch.hpp>
#include <chrono>
#include <ctime>
#include <fstream>

#include "gateway/agreements/book.hpp"
#include "tests/gateway/agreements/sample.hpp"
#include "tests/support/files.hpp"
#include "tests/support/pki.hpp"

using namespace gateway::agreements;

namespace {

void write(const std::filesystem::path& path, const std::string& bytes)
{
    std::ofstream(path, std::ios::binary) << bytes;
}

/// Puts a signed agreement in the folder, as `agreement sign` leaves it.
void put(const support::TempDir& folder, const std::string& id, const std::string& version = "1")
{
    const auto bytes = sample::document(id, version);
    const auto path = folder / (id + "." + version + ".json");
    write(path, bytes);
    int n = 0;
    for (const std::string name : {"hospital-norte", "hospital-sur"}) {
        const auto stem = path.string() + "." + std::to_string(++n);
        write(stem + ".jws", sample::signature_of(name, bytes) + "\n");
        write(stem + ".pem", sample::certificate_of(name));
    }
    write(folder / (id + ".key"), "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU\n");
}

base::Result<Book> load(const support::TempDir& folder)
{
    return load_folder(folder.path().string(), support::anchors(), support::kNow);
}

}  // namespace

TEST_CASE("a folder of signed agreements becomes a book", "[agreements][load]")
{
    const support::TempDir folder;
    put(folder, "convenio-a");
    put(folder, "convenio-b");
    put(folder, "convenio-b", "2");
    write(folder / "LEEME.txt", "nothing of ours");

    const auto book = load(folder);

    REQUIRE(book);
    CHECK(book->all().size() == 3);
    REQUIRE(book->find("convenio-a") != nullptr);
    CHECK(book->find("convenio-a")->subject_key == "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU");
}

TEST_CASE("no folder and an empty one are an empty book", "[agreements][load]")
{
    const support::TempDir folder;

    CHECK(load(folder)->all().empty());
    CHECK(load_folder((folder / "nowhere").string(), support::anchors(), support::kNow)
              ->all()
              .empty());
}

TEST_CASE("one bad agreement keeps the whole folder out and is named", "[agreements][load]")
{
    const support::TempDir folder;
    put(folder, "convenio-a");
    put(folder, "convenio-b");

    SECTION("a changed byte")
    {
        const auto path = folder / "convenio-b.1.json";
        write(path, sample::replaced(support::read_file(path), "TREAT", "BTG"));
        const auto book = load(folder);
        REQUIRE_FALSE(book);
        CHECK(book.error().code == base::Errc::digest_mismatch);
        CHECK_THAT(book.error().where, Catch::StartsWith("convenio-b.1.json signature 1"));
    }
    SECTION("a missing signature")
    {
        std::filesystem::remove(folder / "convenio-b.1.json.2.jws");
        const auto book = load(folder);
        REQUIRE_FALSE(book);
        CHECK(book.error().where == "convenio-b.1.json /parties/1");
    }
    SECTION("a missing certificate")
    {
        std::filesystem::remove(folder / "convenio-b.1.json.1.pem");
        CHECK(load(folder).error().where == "convenio-b.1.json /parties/0");
    }
    SECTION("no key, or one of another size")
    {
        write(folder / "convenio-b.key", "AAAA\n");
        CHECK(load(folder).error().where == "convenio-b.key");
        std::filesystem::remove(folder / "convenio-b.key");
        CHECK(load(folder).error().where == "convenio-b.key");
    }
    SECTION("the same version twice")
    {
        for (const std::string end : {"", ".1.jws", ".1.pem", ".2.jws", ".2.pem"}) {
            std::filesystem::copy(folder / ("convenio-b.1.json" + end),
                                  folder / ("copia.json" + end));
        }
        CHECK(load(folder).error().where == "copia.json /version");
    }
}

TEST_CASE("ten thousand agreements load in less than two seconds", "[.][figure]")
{
    const support::TempDir folder;
    for (int i = 0; i < 10'000; ++i) {
        put(folder, "convenio-" + std::to_string(i));
    }

    const auto cpu = std::clock();
    const auto begin = std::chrono::steady_clock::now();
    const auto book = load(folder);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;

    REQUIRE(book);
    CHECK(book->all().size() == 10'000);
    WARN("loaded in " << seconds.count() << " s, "
                      << static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC << " s of CPU");
    CHECK(seconds.count() < 2);
}
