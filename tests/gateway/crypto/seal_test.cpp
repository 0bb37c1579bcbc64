#include "gateway/crypto/seal.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>

#include "fhir_models/base/bytes.hpp"
#include "tests/support/files.hpp"

using namespace gateway::crypto;

namespace {

MasterKey some_key()
{
    return MasterKey::from_bytes({1, 2, 3});
}

}  // namespace

TEST_CASE("sealed bytes open to what they were", "[crypto]")
{
    const auto plain = GENERATE(std::string(), std::string("MSH|^~\\&|"), std::string(1, '\0'),
                                std::string(5'000'000, 'x'));

    const auto sealed = seal(some_key(), plain, "exchange-1/payload").value();

    CHECK(open(some_key(), sealed, "exchange-1/payload").value() == plain);
    CHECK(sealed.wrapped_key.size() == 60);
}

TEST_CASE("one changed bit anywhere in sealed bytes is found", "[crypto]")
{
    const auto sealed = seal(some_key(), "PID|1||FOLIO-1", "exchange-1/payload").value();
    for (const auto part : {&Sealed::wrapped_key, &Sealed::bytes}) {
        for (std::size_t bit = 0; bit < (sealed.*part).size() * 8; ++bit) {
            auto changed = sealed;
            auto& byte = (changed.*part)[bit / 8];
            byte = static_cast<char>(static_cast<unsigned char>(byte) ^ (1U << (bit % 8)));
            CAPTURE(bit);

            const auto opened = open(some_key(), changed, "exchange-1/payload");

            REQUIRE_FALSE(opened);
            REQUIRE(opened.error().code == base::Errc::evidence_altered);
        }
    }
}

TEST_CASE("sealed bytes open with their own key, context and whole length only", "[crypto]")
{
    const auto sealed = seal(some_key(), "plain", "exchange-1/payload").value();
    const auto other = seal(some_key(), "plain", "exchange-1/payload").value();

    CHECK_FALSE(open(MasterKey::from_bytes({9}), sealed, "exchange-1/payload"));
    CHECK_FALSE(open(some_key(), sealed, "exchange-2/payload"));
    CHECK_FALSE(open(some_key(), sealed, ""));
    CHECK_FALSE(open(some_key(), {"", sealed.bytes}, "exchange-1/payload"));
    CHECK_FALSE(open(some_key(), {sealed.wrapped_key, ""}, "exchange-1/payload"));
    CHECK_FALSE(open(some_key(), {other.wrapped_key, sealed.bytes}, "exchange-1/payload"));
    CHECK_FALSE(open(some_key(), {sealed.wrapped_key, sealed.bytes + '\0'}, "exchange-1/payload"));
    CHECK(sealed.wrapped_key != other.wrapped_key);
    CHECK(sealed.bytes != other.bytes);
}

TEST_CASE("bytes larger than the reader's limit stay closed", "[crypto]")
{
    const auto sealed = seal(some_key(), std::string(1001, 'x'), "c").value();

    CHECK(open(some_key(), sealed, "c", 1000).error().code == base::Errc::limit_exceeded);
    CHECK(open(some_key(), sealed, "c", 1001));
}

TEST_CASE("the master key is made once, for its owner alone", "[crypto]")
{
    const support::TempDir folder;
    const auto path = (folder / "master.key").string();

    const auto made = MasterKey::load_or_create(path).value();
    const auto found = MasterKey::load_or_create(path).value();

    CHECK(made.bytes() == found.bytes());
    CHECK(std::ranges::count(made.bytes(), 0) < 8);
    struct stat status {};
    REQUIRE(stat(path.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777U) == 0600U);
    CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
}

TEST_CASE("a master key open to others, of another size or nowhere is refused", "[crypto]")
{
    const support::TempDir folder;
    const auto path = (folder / "master.key").string();
    REQUIRE(MasterKey::load_or_create(path));

    for (const auto mode : {0640U, 0604U, 0660U, 0601U}) {
        REQUIRE(chmod(path.c_str(), mode) == 0);
        const auto key = MasterKey::load_or_create(path);
        REQUIRE_FALSE(key);
        CHECK(key.error().code == base::Errc::unusable_key);
        CHECK(key.error().where == path);
    }
    REQUIRE(chmod(path.c_str(), 0600U) == 0);
    for (const std::size_t size : {0U, 31U, 33U}) {
        std::ofstream(path, std::ios::trunc) << std::string(size, 'k');
        CHECK_FALSE(MasterKey::load_or_create(path));
    }
    CHECK_FALSE(MasterKey::load_or_create((folder / "none/master.key").string()));
    CHECK_FALSE(MasterKey::load_or_create(folder.path().string()));
}

TEST_CASE("HMAC-SHA-256 gives the answers of RFC 4231", "[crypto]")
{
    CHECK(base::to_hex(hmac_sha256(std::string(20, '\x0b'), "Hi There")) ==
          "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    CHECK(base::to_hex(hmac_sha256("Jefe", "what do ya want for nothing?")) ==
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}
