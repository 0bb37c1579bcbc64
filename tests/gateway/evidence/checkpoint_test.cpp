#include "gateway/evidence/checkpoint.hpp"

#include <catch2/catch.hpp>

#include "tests/support/pki.hpp"

using namespace gateway::evidence;

namespace {

const std::string kOrigin = "puente.example/ledger-1";
const Checkpoint kCheckpoint{kOrigin, 20852163, base::sha256("root")};

const gateway::crypto::PrivateKey& key()
{
    static const auto key =
        gateway::crypto::PrivateKey::from_pem(support::dev_pki().ledger_key).value();
    return key;
}

std::string note()
{
    return sign_checkpoint(kCheckpoint, key()).value();
}

}  // namespace

TEST_CASE("the note that C2SP shows is opened by its key", "[checkpoint]")
{
    // github.com/C2SP/C2SP signed-note.md shows the text; the key and both signatures are those of
    // golang.org/x/mod/sumdb/note's documentation, as "PeterNeumann".
    const std::string vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const std::string quote =
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n"
        "\n"
        "\xe2\x80\x94 PeterNeumann "
        "x08go/ZJkuBS9UG/"
        "SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
        "\n";

    const auto opened = open_checkpoint(quote, vkey);

    REQUIRE_FALSE(opened);  // rightly signed, yet no checkpoint
    CHECK(opened.error().code == base::Errc::evidence_altered);
    auto changed = quote;
    changed[0] = 'i';
    CHECK(open_checkpoint(changed, vkey).error().code == base::Errc::bad_signature);
}

TEST_CASE("a checkpoint reads back as it was signed", "[checkpoint]")
{
    const auto vkey = verifier_key(kOrigin, key());
    CHECK(note().starts_with("puente.example/ledger-1\n20852163\n" +
                             base::to_base64(base::view(kCheckpoint.root)) +
                             "\n\n\xe2\x80\x94 puente.example/ledger-1 "));

    const auto opened = open_checkpoint(note(), vkey);

    REQUIRE(opened);
    CHECK(opened->origin == kOrigin);
    CHECK(opened->size == kCheckpoint.size);
    CHECK(opened->root == kCheckpoint.root);
}

TEST_CASE("lines of witnesses are passed over, a wrong one of the ledger is not", "[checkpoint]")
{
    const auto vkey = verifier_key(kOrigin, key());
    const std::string witness = "\xe2\x80\x94 witness.example/w1 AAAAAAAA\n";
    CHECK(open_checkpoint(note() + witness, vkey));
    const auto place = note().find("\n\n") + 2;
    CHECK(open_checkpoint(note().insert(place, witness), vkey));

    CHECK_FALSE(open_checkpoint(note() + "no signature\n", vkey));
    auto other = sign_checkpoint({kOrigin, 5, {}}, key()).value();
    CHECK_FALSE(open_checkpoint(note() + other.substr(other.find("\n\n") + 2), vkey));
    CHECK_FALSE(open_checkpoint(note().substr(0, place) + witness, vkey));
}

TEST_CASE("no byte of a checkpoint can change unseen", "[checkpoint]")
{
    const auto vkey = verifier_key(kOrigin, key());
    const auto good = note();
    for (std::size_t i = 0; i < good.size(); ++i) {
        auto changed = good;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        CAPTURE(i);
        CHECK_FALSE(open_checkpoint(changed, vkey));
        CHECK_FALSE(open_checkpoint(good.substr(0, i), vkey));
    }
}

TEST_CASE("a checkpoint of another ledger is not opened", "[checkpoint]")
{
    CHECK_FALSE(open_checkpoint(note(), verifier_key("puente.example/ledger-2", key())));
    const auto other = gateway::crypto::PrivateKey::from_pem(
        gateway::crypto::new_key(gateway::crypto::KeyKind::ed25519).value());
    CHECK_FALSE(open_checkpoint(note(), verifier_key(kOrigin, *other)));
}

TEST_CASE("what is no verifier key opens nothing", "[checkpoint]")
{
    const auto vkey = verifier_key(kOrigin, key());
    auto other_id = vkey;
    other_id[kOrigin.size() + 1] = other_id[kOrigin.size() + 1] == '0' ? '1' : '0';
    const std::string text =
        GENERATE_COPY(as<std::string>(), "", "+", "++", kOrigin, kOrigin + "+00000000+", vkey + "=",
                      vkey.substr(0, vkey.size() - 4), vkey.substr(1), other_id);
    CAPTURE(text);

    const auto opened = open_checkpoint(note(), text);

    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == base::Errc::unusable_key);
}

TEST_CASE("only an Ed25519 key with a plain name signs checkpoints", "[checkpoint]")
{
    const auto p256 = support::key_of(support::dev_pki().gateway_signing);
    CHECK(sign_checkpoint(kCheckpoint, p256).error().code == base::Errc::unusable_key);
    const std::string origin = GENERATE("", "with blank", "a+b", "line\nbreak");
    CHECK_FALSE(sign_checkpoint({origin, 1, {}}, key()));
}
