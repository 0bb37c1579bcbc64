#include <algorithm>
#include <catch2/catch.hpp>

#include "both_verifiers.hpp"
#include "gateway/evidence/cosignature.hpp"
#include "scene.hpp"
#include "tests/support/pki.hpp"

using namespace gateway::evidence;
using scene::both;
using scene::Documents;
using scene::Script;

namespace {

const std::string kName = "puente.example/witness";

gateway::crypto::PrivateKey fresh_key()
{
    return gateway::crypto::PrivateKey::from_pem(
               gateway::crypto::new_key(gateway::crypto::KeyKind::ed25519).value())
        .value();
}

const gateway::crypto::PrivateKey& key()
{
    static const auto made = fresh_key();
    return made;
}

std::string cosignature(const std::string& note)
{
    return cosign(note, kName, key(), support::kNow).value();
}

/// The trust of the scene, and this witness's word demanded beside it.
Trust trust()
{
    auto named = scene::trust();
    named.vkeys.push_back(witness_key(kName, key()));
    return named;
}

/// A checkpoint with `line(note)` added above the receipt's leaf and the completion's.
void witness(Documents& documents, const std::function<std::string(const std::string&)>& line)
{
    Documents more;
    for (const std::string suffix : {"", "-completion"}) {
        const auto leaf = std::ranges::find(documents, "leaf" + suffix + ".tlog-proof",
                                            &gateway::core::Document::name);
        if (leaf != documents.end()) {
            auto proof = ProofFile::from(leaf->bytes).value();
            proof.checkpoint += line(proof.checkpoint);
            more.push_back({"witnessed" + suffix + ".tlog-proof", proof.to_text()});
        }
    }
    std::ranges::move(more, std::back_inserter(documents));
}

std::string tar_with(const std::function<std::string(const std::string&)>& line)
{
    Script script;
    script.documents = [&](Documents& documents) { witness(documents, line); };
    return scene::tar_of(script);
}

/// What both said of how many witnesses, in the report of either.
std::string count_in(const std::string& tar, const Trust& brought)
{
    const auto report = verify(tar, brought);
    const auto row = std::ranges::find(report.checks, "witnesses", &Check::name);
    REQUIRE(row != report.checks.end());
    return row->detail.substr(0, row->detail.find(" that"));
}

bool says(const std::string& script, std::string_view words)
{
    return script.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("who saw the ledger's head above the leaf is told by both verifiers", "[witness]")
{
    const auto tar = tar_with(cosignature);
    const auto told = both(tar, trust());
    CHECK(told.culprit.empty());
    CHECK(count_in(tar, trust()) == "1 of the 1");
    CHECK(says(told.script, "1 of the 1 witnesses that are trusted saw this ledger"));
}

TEST_CASE("a witness that nobody named counts for nothing, and is no fault", "[witness]")
{
    const auto tar = tar_with(cosignature);
    const auto told = both(tar, scene::trust());
    CHECK(told.culprit.empty());
    CHECK(count_in(tar, scene::trust()) == "0 of the 0");
    CHECK(says(told.script, "0 of the 0 witnesses"));
}

TEST_CASE("a witness that is named and did not see it is told as such", "[witness]")
{
    auto more = trust();
    more.vkeys.push_back(witness_key("puente.example/other", fresh_key()));
    const auto tar = tar_with(cosignature);
    CHECK(count_in(tar, more) == "1 of the 2");
    CHECK(says(both(tar, more).script, "1 of the 2 witnesses"));

    const auto unseen = scene::tar_of();
    CHECK(count_in(unseen, trust()) == "0 of the 1");
    CHECK(says(both(unseen, trust()).script, "0 of the 1 witnesses"));
}

TEST_CASE("a gateway cannot sign a manifest over a forged cosignature", "[witness]")
{
    SECTION("of another checkpoint")
    {
        const auto tar = tar_with([](std::string note) {
            note.replace(note.find('\n') + 1, 1, "9");
            return cosignature(note);
        });
        CHECK(both(tar, trust()).culprit == "witnessed.tlog-proof");
    }
    SECTION("with one bit changed")
    {
        const auto tar = tar_with([](const std::string& note) {
            auto line = cosignature(note);
            auto& letter = line[line.size() - 20];
            letter = letter == 'A' ? 'B' : 'A';
            return line;
        });
        CHECK(both(tar, trust()).culprit == "witnessed.tlog-proof");
    }
    SECTION("cut short")
    {
        const auto tar = tar_with([](const std::string& note) {
            auto line = cosignature(note);
            return line.substr(0, line.size() - 41) + "\n";
        });
        CHECK(both(tar, trust()).culprit == "witnessed.tlog-proof");
    }
    SECTION("above another leaf")
    {
        Script script;
        script.documents = [](Documents& documents) {
            witness(documents, cosignature);
            const auto file = std::ranges::find(documents, "witnessed.tlog-proof",
                                                &gateway::core::Document::name);
            file->bytes.replace(file->bytes.find("index 258"), 9, "index 259");
        };
        CHECK(both(scene::tar_of(script), trust()).culprit == "witnessed.tlog-proof");
    }
}

TEST_CASE("a line with the id of another key is nobody's word", "[witness]")
{
    const auto tar = tar_with([](const std::string& note) {
        return cosign(note, kName, fresh_key(), support::kNow).value();
    });
    CHECK(both(tar, trust()).culprit.empty());
    CHECK(count_in(tar, trust()) == "0 of the 1");
}
