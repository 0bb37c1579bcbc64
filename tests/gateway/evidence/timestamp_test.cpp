#include <algorithm>
#include <catch2/catch.hpp>

#include "both_verifiers.hpp"
#include "gateway/crypto/timestamp.hpp"
#include "gateway/evidence/tar.hpp"
#include "scene.hpp"
#include "tests/support/files.hpp"
#include "tests/support/tsa.hpp"

using namespace gateway::evidence;
using scene::culprit;
using scene::Documents;
using scene::Script;

namespace {

struct Authority {
    support::TempDir folder;
    support::Tsa tsa{folder.path() / "tsa"};

    [[nodiscard]] std::string stamp(const std::string& data) const
    {
        const auto anchors = gateway::crypto::TrustAnchors::from_pem(tsa.root_pem()).value();
        const auto request = gateway::crypto::timestamp_request(data, "").value();
        return gateway::crypto::read_timestamp_reply(tsa.answer(request), request, anchors)
            .value()
            .token;
    }
};

Authority& authority()
{
    static Authority made;
    return made;
}

Trust trust()
{
    auto both = scene::trust();
    both.anchors_pem += authority().tsa.root_pem();
    return both;
}

/// The stamped checkpoint above the receipt's leaf and above the completion's.
void stamp(Documents& documents)
{
    Documents more;
    for (const std::string suffix : {"", "-completion"}) {
        const auto leaf = std::ranges::find(documents, "leaf" + suffix + ".tlog-proof",
                                            &gateway::core::Document::name);
        if (leaf != documents.end()) {
            const auto proof = ProofFile::from(leaf->bytes).value();
            more.push_back({"timestamp" + suffix + ".tlog-proof", leaf->bytes});
            more.push_back({"timestamp" + suffix + ".tst", authority().stamp(proof.checkpoint)});
        }
    }
    std::ranges::move(more, std::back_inserter(documents));
}

/// Evidence with `edit` done to one of its files, the manifest signed over it.
std::string told(const std::string& name, const std::function<void(std::string&)>& edit)
{
    Script script;
    script.documents = [&](Documents& documents) {
        stamp(documents);
        const auto file = std::ranges::find(documents, name, &gateway::core::Document::name);
        REQUIRE(file != documents.end());
        edit(file->bytes);
    };
    return scene::tar_of(script);
}

}  // namespace

TEST_CASE("a stamped checkpoint above the leaf is found true by both verifiers", "[timestamp]")
{
    Script script;
    script.documents = stamp;
    script.delivered = GENERATE(true, false);
    CHECK(culprit(scene::tar_of(script), trust()).empty());
}

TEST_CASE("a time-stamp authority nobody brought from outside proves nothing", "[timestamp]")
{
    Script script;
    script.documents = stamp;
    CHECK(culprit(scene::tar_of(script), scene::trust()) == "timestamp.tst");
}

TEST_CASE("one changed bit of a token is found and the file named", "[timestamp]")
{
    Script script;
    script.documents = stamp;
    const auto files = read_tar(scene::tar_of(script)).value();
    const auto token = std::ranges::find(files, "timestamp.tst", &gateway::core::Document::name);
    REQUIRE(token != files.end());
    const auto at = static_cast<std::size_t>(token - files.begin());
    const auto brought = trust();
    for (std::size_t place = 0; place < token->bytes.size(); ++place) {
        auto changed = files;
        changed[at].bytes[place] = static_cast<char>(changed[at].bytes[place] ^ 1);
        const auto tar = write_tar(changed).value();
        const auto report = verify(tar, brought);
        REQUIRE_FALSE(report.ok());
        CHECK(report.checks.back().file == "timestamp.tst");
        if (place % 1000 == 500) {
            CHECK(culprit(tar, brought) == "timestamp.tst");
        }
    }
}

TEST_CASE("a gateway cannot sign a manifest over a token that is not the checkpoint's",
          "[timestamp]")
{
    SECTION("of other bytes")
    {
        const auto tar =
            told("timestamp.tst", [](std::string& token) { token = authority().stamp("other"); });
        CHECK(culprit(tar, trust()) == "timestamp.tst");
    }
    SECTION("of no form")
    {
        const auto tar = told("timestamp.tst", [](std::string& token) { token.resize(100); });
        CHECK(culprit(tar, trust()) == "timestamp.tst");
    }
    SECTION("with another signature")
    {
        const auto tar =
            told("timestamp-completion.tst", [](std::string& token) { token.back() ^= 1; });
        CHECK(culprit(tar, trust()) == "timestamp-completion.tst");
    }
    SECTION("above another leaf")
    {
        const auto tar = told("timestamp.tlog-proof", [](std::string& proof) {
            proof.replace(proof.find("index 258"), 9, "index 259");
        });
        CHECK(culprit(tar, trust()) == "timestamp.tlog-proof");
    }
}

TEST_CASE("a proof without its token is not taken for a time-stamp", "[timestamp]")
{
    Script script;
    script.documents = [](Documents& documents) {
        stamp(documents);
        std::erase_if(documents, [](const auto& file) { return file.name == "timestamp.tst"; });
    };
    CHECK(culprit(scene::tar_of(script), trust()) == "timestamp.tst");
}
