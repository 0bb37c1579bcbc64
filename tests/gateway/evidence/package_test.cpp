#include "gateway/evidence/package.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "gateway/evidence/proof_file.hpp"
#include "scene.hpp"
#include "tests/support/pki.hpp"

using namespace gateway::evidence;

namespace {

std::string bytes_of(const std::vector<gateway::core::Document>& files, std::string_view name)
{
    const auto found = std::ranges::find(files, name, &gateway::core::Document::name);
    REQUIRE(found != files.end());
    return found->bytes;
}

}  // namespace

TEST_CASE("a package holds what it was given, and what explains it", "[package]")
{
    const auto files = unpack(scene::tar_of()).value();

    CHECK(bytes_of(files, "digests.txt") ==
          "41cf6794ba4200b839c53531555f0f3998df4cbb01a4d5cb0b94e3ca5e23947d  source\n"
          "97f5bb02b4b21dcbf42e0f78e040a02a94a37904d3f80c49817dac54aebe55b9  fhir\n");
    CHECK(bytes_of(files, "verify.sh").starts_with("#!/bin/bash\n"));
    CHECK(bytes_of(files, "README.txt").starts_with("EVIDENCIA"));
    CHECK(bytes_of(files, "receipt.jws").starts_with("eyJ"));
    CHECK(std::ranges::is_sorted(files, {}, &gateway::core::Document::name));
}

TEST_CASE("a package without a receipt is not made", "[package]")
{
    const auto key = support::key_of(support::dev_pki().gateway_signing);
    const auto certificate = support::certificate_of(support::dev_pki().gateway_signing);

    CHECK_FALSE(pack({}, {&key, &certificate, "k1"}));
    CHECK_FALSE(pack({{"receipt.jws", "no token"}}, {&key, &certificate, "k1"}));
}

TEST_CASE("an inclusion proof reads back as it was written", "[package]")
{
    const ProofFile proof{7, {base::sha256("a"), base::sha256("b")}, "origin\n8\nroot\n\nsigned\n"};
    const auto text = proof.to_text();
    CHECK(text.starts_with("c2sp.org/tlog-proof@v1\nindex 7\n"));

    const auto read = ProofFile::from(text);
    REQUIRE(read);
    CHECK(read->to_text() == text);
    CHECK(ProofFile::from(ProofFile{0, {}, "note"}.to_text())->hashes.empty());
}

TEST_CASE("what is no inclusion proof is refused", "[package]")
{
    const std::string start = "c2sp.org/tlog-proof@v1\n";
    const std::string text =
        GENERATE_COPY(std::string(), start, start + "\nnote", start + "index\n\nnote",
                      start + "index 07\n\nnote", start + "index 7\nAAAA\n\nnote",
                      start + "index 7\nextra\n\nnote", start + "index 7\n", "v2\nindex 7\n\nnote");
    CAPTURE(text);
    CHECK_FALSE(ProofFile::from(text));
}
