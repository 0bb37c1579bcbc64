#include "gateway/evidence/tar.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>

#include "tests/support/files.hpp"

using namespace gateway::evidence;
using gateway::core::Document;

namespace {

const std::vector<Document> kFiles{{"verify.sh", "#!/bin/bash\n"},
                                   {"certs/gateway.pem", std::string(512, 'c')},
                                   {"empty.txt", ""},
                                   {"certs/sender.pem", std::string(513, 's')}};

}  // namespace

TEST_CASE("a tar gives back its files in order", "[tar]")
{
    const auto tar = write_tar(kFiles).value();
    const auto files = read_tar(tar);

    REQUIRE(files);
    REQUIRE(files->size() == 4);
    CHECK(files->at(0).name == "certs/gateway.pem");
    CHECK(files->at(0).bytes == std::string(512, 'c'));
    CHECK(files->at(2).name == "empty.txt");
    CHECK(files->at(3).bytes == "#!/bin/bash\n");
    CHECK(tar.size() == 512 * (2 + 3 + 1 + 2 + 2));
    CHECK(write_tar(*files).value() == tar);
}

TEST_CASE("tar(1) reads what is written", "[tar]")
{
    const support::TempDir folder;
    std::ofstream(folder / "e.tar", std::ios::binary) << write_tar(kFiles).value();
    const auto command = "cd '" + folder.path().string() + "' && tar -xf e.tar";

    REQUIRE(std::system(command.c_str()) == 0);  // NOLINT(cert-env33-c)

    for (const auto& file : kFiles) {
        CHECK(support::read_file(folder / file.name) == file.bytes);
    }
    const auto mode = std::filesystem::status(folder / "verify.sh").permissions();
    CHECK((mode & std::filesystem::perms::owner_exec) != std::filesystem::perms::none);
}

TEST_CASE("every changed bit outside the files' bytes is found", "[tar]")
{
    const auto tar = write_tar(kFiles).value();
    const auto whole = read_tar(tar).value();
    for (std::size_t place = 0; place < tar.size(); ++place) {
        auto changed = tar;
        changed[place] = static_cast<char>(changed[place] ^ (1 << (place % 8)));
        const auto files = read_tar(changed);
        if (!files) {
            REQUIRE(files.error().code == base::Errc::evidence_altered);
            REQUIRE_FALSE(files.error().where.empty());
            continue;
        }
        std::size_t different = 0;  // then the bit is in one file's bytes
        for (std::size_t i = 0; i < whole.size(); ++i) {
            REQUIRE((*files)[i].name == whole[i].name);
            different += (*files)[i].bytes == whole[i].bytes ? 0 : 1;
        }
        REQUIRE(different == 1);
    }
}

TEST_CASE("a tar cut anywhere or followed by anything is refused", "[tar]")
{
    const auto tar = write_tar(kFiles).value();
    for (std::size_t size = 0; size < tar.size(); size += 7) {
        REQUIRE_FALSE(read_tar(std::string_view(tar).substr(0, size)));
    }
    CHECK_FALSE(read_tar(tar + '\0'));
    CHECK(read_tar(tar + std::string(512, '\0')));  // tar(1) fills up its records
    CHECK_FALSE(read_tar(tar + tar));
}

TEST_CASE("a name that could leave the folder is refused", "[tar]")
{
    const std::string name =
        GENERATE(as<std::string>(), "", "/etc/passwd", "../x", "a/../b", "a//b", "a/", ".hidden",
                 "a b", "a\nb", "\xc3\xb1", std::string(101, 'a'));
    CAPTURE(name);
    CHECK_FALSE(write_tar({{name, "x"}}));
}

TEST_CASE("the same name twice is refused", "[tar]")
{
    CHECK_FALSE(write_tar({{"a", "1"}, {"a", "2"}}));
}

TEST_CASE("what tar(1) packs again is the same evidence, in any of its formats", "[tar]")
{
    const std::string format = GENERATE(as<std::string>(), "ustar", "gnu", "pax", "v7");
    const support::TempDir folder;
    std::ofstream(folder / "e.tar", std::ios::binary) << write_tar(kFiles).value();
    const auto command = "cd '" + folder.path().string() +
                         "' && mkdir o && tar -xf e.tar -C o && tar --format=" + format +
                         " -C o -cf again.tar .";
    REQUIRE(std::system(command.c_str()) == 0);  // NOLINT(cert-env33-c)

    const auto files = read_tar(support::read_file(folder / "again.tar"));

    INFO(format);
    REQUIRE(files);
    CHECK(write_tar(*files).value() == write_tar(kFiles).value());
}

TEST_CASE("a link in a tar is refused by its name", "[tar]")
{
    const support::TempDir folder;
    const auto command = "cd '" + folder.path().string() +
                         "' && ln -s /etc/passwd receipt.jws && tar -cf e.tar receipt.jws";
    REQUIRE(std::system(command.c_str()) == 0);  // NOLINT(cert-env33-c)

    const auto files = read_tar(support::read_file(folder / "e.tar"));

    REQUIRE_FALSE(files);
    CHECK(files.error().where == "receipt.jws");
}
