#include "gateway/evidence/ledger_check.hpp"

#include <catch2/catch.hpp>
#include <fstream>

#include "gateway/evidence/bundle.hpp"
#include "gateway/evidence/checkpoint.hpp"
#include "gateway/evidence/merkle.hpp"
#include "gateway/evidence/tile_path.hpp"
#include "tests/support/files.hpp"
#include "tests/support/pki.hpp"

using namespace gateway::evidence;
namespace fs = std::filesystem;

namespace {

const std::string kOrigin = "puente.example/ledger-1";

void write_file(const fs::path& path, std::string_view bytes)
{
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
}

gateway::crypto::PrivateKey ledger_key()
{
    return gateway::crypto::PrivateKey::from_pem(support::dev_pki().ledger_key).value();
}

Trust trust()
{
    return {"", {verifier_key(kOrigin, ledger_key())}};
}

/// A ledger of `size` leaves as files.
void write_ledger(const fs::path& folder, std::uint64_t size)
{
    Frontier frontier;
    std::string bundle;
    for (std::uint64_t seq = 0; seq < size; ++seq) {
        const auto leaf = R"({"seq":)" + std::to_string(seq) + R"(,"evt":"read"})";
        frontier.append(leaf_hash(leaf));
        REQUIRE(append_entry(bundle, leaf));
        if (seq % 256 == 255 || seq + 1 == size) {
            const TilePath path{true, 0, seq / 256, static_cast<std::uint32_t>(seq % 256 + 1)};
            write_file(folder / to_text(path), bundle);
            bundle.clear();
        }
    }
    for (const auto& tile : frontier.take_changed()) {
        const TilePath path{false, tile.level, tile.index,
                            static_cast<std::uint32_t>(tile.hashes.size() / 32)};
        write_file(folder / to_text(path), tile.hashes);
    }
    write_file(folder / "checkpoint",
               sign_checkpoint({kOrigin, size, frontier.root()}, ledger_key()).value());
}

std::string failure_of(const Report& report)
{
    return report.ok() ? "" : report.checks.back().name + ": " + report.checks.back().file;
}

void flip(const fs::path& path, std::size_t place)
{
    auto bytes = support::read_file(path);
    bytes.at(place) = static_cast<char>(bytes.at(place) ^ 1);
    write_file(path, bytes);
}

}  // namespace

TEST_CASE("a true ledger of any size is found true", "[ledger]")
{
    const std::uint64_t size = GENERATE(0U, 1U, 255U, 256U, 257U, 700U, 66'000U);
    CAPTURE(size);
    const support::TempDir folder;
    write_ledger(folder.path(), size);

    const auto report = check_ledger(folder.path(), trust());

    CHECK(failure_of(report) == "");
}

TEST_CASE("a changed byte of a ledger is found and its file named", "[ledger]")
{
    const support::TempDir folder;
    write_ledger(folder.path(), 700);
    const auto [file, place, name] = GENERATE(table<std::string, std::size_t, std::string>({
        {"checkpoint", 30, "checkpoint signed by a ledger that is trusted: checkpoint"},
        {"tile/entries/000", 20, "tile of hashes: tile/0/000"},
        {"tile/entries/001", 4, "every leaf tells its place: tile/entries/001"},
        {"tile/entries/001", 0, "entries: tile/entries/001"},
        {"tile/entries/002.p/188", 20, "partial tiles: tile"},
        {"tile/0/001", 8191, "tile of hashes: tile/0/001"},
        {"tile/0/002.p/188", 0, "partial tiles: tile"},
        {"tile/1/000.p/2", 63, "partial tiles: tile"},
    }));
    CAPTURE(file, place);
    flip(folder.path() / file, place);

    CHECK(failure_of(check_ledger(folder.path(), trust())) == name);
}

TEST_CASE("a file that is missing from a ledger is named", "[ledger]")
{
    const support::TempDir folder;
    write_ledger(folder.path(), 700);
    const auto [file, name] = GENERATE(table<std::string, std::string>({
        {"checkpoint", "checkpoint signed by a ledger that is trusted: checkpoint"},
        {"tile/entries/000", "entries: tile/entries/000"},
        {"tile/entries/002.p/188", "entries: tile/entries/002.p/188"},
        {"tile/0/000", "tile of hashes: tile/0/000"},
        {"tile/0/002.p/188", "partial tiles: tile/0/2"},
        {"tile/1/000.p/2", "partial tiles: tile/1/0"},
    }));
    CAPTURE(file);
    fs::remove(folder.path() / file);

    CHECK(failure_of(check_ledger(folder.path(), trust())) == name);
}

TEST_CASE("a ledger of somebody else, or without trust, is not believed", "[ledger]")
{
    const support::TempDir folder;
    write_ledger(folder.path(), 3);
    CHECK_FALSE(check_ledger(folder.path(), {}).ok());
    CHECK_FALSE(
        check_ledger(folder.path(), {"", {verifier_key("another.example", ledger_key())}}).ok());
}

TEST_CASE("a partial tile that is gone is read from the full one", "[ledger]")
{
    const support::TempDir folder;
    write_ledger(folder.path(), 700);
    const auto note = support::read_file(folder / "checkpoint");
    write_ledger(folder.path(), 800);
    write_file(folder / "checkpoint", note);
    for (const auto* file : {"tile/entries/002.p/188", "tile/0/002.p/188", "tile/1/000.p/2"}) {
        fs::remove(folder.path() / file);
    }

    CHECK(failure_of(check_ledger(folder.path(), trust())) == "partial tiles: tile/1/0");
    write_file(folder / "tile/1/000", support::read_file(folder / "tile/1/000.p/3"));
    CHECK(failure_of(check_ledger(folder.path(), trust())) == "");
}

TEST_CASE("a bundle gives back the leaves that were put in", "[ledger]")
{
    std::string bundle;
    REQUIRE(append_entry(bundle, "one"));
    REQUIRE(append_entry(bundle, ""));
    REQUIRE(append_entry(bundle, std::string(65535, 'x')));
    CHECK_FALSE(append_entry(bundle, std::string(65536, 'x')));

    const auto leaves = read_bundle(bundle);
    REQUIRE(leaves);
    REQUIRE(leaves->size() == 3);
    CHECK(leaves->at(0) == "one");
    CHECK(leaves->at(1).empty());
    CHECK(leaves->at(2).size() == 65535);
    CHECK_FALSE(read_bundle(std::string_view(bundle).substr(0, 4)));
    CHECK_FALSE(read_bundle(std::string_view(bundle).substr(0, 6)));
}
