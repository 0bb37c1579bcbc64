#include "gateway/evidence/cosignature.hpp"

#include <catch2/catch.hpp>

#include "gateway/evidence/checkpoint.hpp"
#include "tests/support/pki.hpp"

using namespace gateway::evidence;
using base::Errc;

namespace {

const std::string kOrigin = "puente.example/ledger-1";
const std::string kWitness = "puente.example/ledger-2";

gateway::crypto::PrivateKey fresh_key()
{
    return gateway::crypto::PrivateKey::from_pem(
               gateway::crypto::new_key(gateway::crypto::KeyKind::ed25519).value())
        .value();
}

const gateway::crypto::PrivateKey kLedger = fresh_key();
const gateway::crypto::PrivateKey kKey = fresh_key();
const std::string kVkey = witness_key(kWitness, kKey);

std::string note(std::uint64_t size = 7)
{
    return sign_checkpoint({kOrigin, size, base::sha256("root")}, kLedger).value();
}

std::string line(const std::string& of = note())
{
    return cosign(of, kWitness, kKey, support::kNow).value();
}

}  // namespace

TEST_CASE("a checkpoint that another implementation signed and cosigned is opened by both keys",
          "[cosignature]")
{
    // Made by github.com/transparency-dev/formats v0.1.1 and golang.org/x/mod/sumdb/note.
    const std::string text =
        "example.com/vector-log\n1234\nSBNJTRN+FjG7owHVrKtue7eqdM4RhdRWVl71HXN2d7I=\n\n"
        "\xe2\x80\x94 example.com/vector-log "
        "RRah2qlLrSlk6J8DA1HmNewppUM15Quhs5cAIb1KjBsV3otVirJTW8AFVsQtJkTW1Zny7GuoAxZpI6bUPcpM68QOIg"
        "E"
        "=\n\xe2\x80\x94 witness.example.com/vector "
        "QW8QPQAAAABqwLUbDdj7sDNRIVjmjYgqFI6y4UJhPg/"
        "UAA8J8wAdqSd3q4PedRhkgXA4xFN/Jg5uWn7ZkBA+H/UHQs5d9hITdXmQAA==\n";
    const std::string ledger =
        "example.com/vector-log+4516a1da+ARGkVJ4QEa2MOOLGBO6i7NVSJ1FQ97tIX+w+Ku0RZ6Em";
    const std::string witness =
        "witness.example.com/vector+416f103d+BK/QmJFVP3SKJOqAMhFxBQPtylo3sjwWibyFDAlZKK8B";

    CHECK(open_checkpoint(text, ledger).value().size == 1234);
    const auto when = cosigned_at(text, witness).value();
    REQUIRE(when);
    CHECK(base::to_seconds(*when) == 1'791'014'171);
    CHECK(witness_name(witness) == "witness.example.com/vector");

    CHECK_FALSE(open_checkpoint(text, witness));  // a witness's key opens no ledger
    CHECK_FALSE(cosigned_at(text, ledger));
    CHECK_FALSE(witness_name(ledger));
}

TEST_CASE("a witness's line tells when it saw the checkpoint", "[cosignature]")
{
    const auto text = note() + line();
    CHECK(line().starts_with("\xe2\x80\x94 " + kWitness + " "));
    CHECK(open_checkpoint(text, verifier_key(kOrigin, kLedger)));

    const auto when = cosigned_at(text, kVkey).value();

    REQUIRE(when);
    CHECK(when->microseconds == support::kNow.microseconds);
}

TEST_CASE("lines of other witnesses, and none at all, say nothing of this one", "[cosignature]")
{
    CHECK_FALSE(cosigned_at(note(), kVkey).value());
    const auto by_another = cosign(note(), "another.example", kKey, support::kNow).value();
    CHECK_FALSE(cosigned_at(note() + by_another, kVkey).value());
    const auto by_another_key = cosign(note(), kWitness, fresh_key(), support::kNow).value();
    CHECK_FALSE(cosigned_at(note() + by_another_key, kVkey).value());
}

TEST_CASE("a cosignature of another checkpoint is a forgery", "[cosignature]")
{
    CHECK(cosigned_at(note(8) + line(note(7)), kVkey).error().code == Errc::bad_signature);
    CHECK(cosigned_at(note() + line() + line(note(8)), kVkey).error().code == Errc::bad_signature);
}

TEST_CASE("the ledger's kind of signature is no cosignature", "[cosignature]")
{
    // The witness's key over the bare text, in a line with the id of its cosignatures.
    const auto plain = kKey.sign(note().substr(0, note().find("\n\n") + 1)).value();
    const auto real = line();
    const auto blank = real.rfind(' ');
    const auto id =
        base::from_base64(real.substr(blank + 1, real.size() - blank - 2))->substr(0, 4);
    for (const auto& time : {std::string(), std::string(8, '\0')}) {
        const auto forged = real.substr(0, blank + 1) + base::to_base64(id + time + plain) + "\n";
        CHECK(cosigned_at(note() + forged, kVkey).error().code == Errc::bad_signature);
    }
}

TEST_CASE("no byte of a cosigned checkpoint can change unseen", "[cosignature]")
{
    const auto good = note() + line();
    const auto witness = note().size();
    for (std::size_t i = 0; i < good.size(); ++i) {
        const bool ledgers = i > note().find("\n\n") && i < witness;
        if (ledgers) {
            continue;  // the ledger's line is the ledger's key's to check
        }
        auto changed = good;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        CAPTURE(i);
        const auto when = cosigned_at(changed, kVkey);
        CHECK_FALSE((when && *when));
        const auto short_one = cosigned_at(good.substr(0, i), kVkey);
        CHECK_FALSE((short_one && *short_one));
    }
}

TEST_CASE("only an Ed25519 key with a plain name cosigns, and only a note", "[cosignature]")
{
    const auto p256 = support::key_of(support::dev_pki().gateway_signing);
    CHECK(cosign(note(), kWitness, p256, support::kNow).error().code == Errc::unusable_key);
    CHECK_FALSE(cosign(note(), "with blank", kKey, support::kNow));
    CHECK_FALSE(cosign("no note", kWitness, kKey, support::kNow));
}
