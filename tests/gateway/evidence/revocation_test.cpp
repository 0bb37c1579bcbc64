#include <algorithm>
#include <catch2/catch.hpp>

#include "both_verifiers.hpp"
#include "gateway/crypto/revocation.hpp"
#include "gateway/evidence/tar.hpp"
#include "scene.hpp"
#include "tests/support/pki.hpp"

using namespace gateway::evidence;
using gateway::crypto::Certificate;
using scene::culprit;
using scene::Documents;
using scene::Script;

namespace {

constexpr std::int64_t kDay = 86'400;

base::Instant after(std::int64_t seconds)
{
    return {support::kNow.microseconds + seconds * 1'000'000};
}

std::string list(const std::vector<Certificate>& revoked, std::int64_t from = -kDay,
                 std::int64_t until = kDay)
{
    return support::make_crl(support::root_authority(), revoked, after(from), after(until));
}

/// The exchange of a gateway that held signers to these lists.
Script held_to(const std::vector<std::string>& lists)
{
    Script script;
    const auto name = [lists](auto& claims) {
        for (const auto& one : lists) {
            claims.crl.push_back(digest_claim(one));
        }
    };
    script.receipt = name;
    script.completion = name;
    script.documents = [lists](Documents& documents) {
        for (std::size_t i = 0; i < lists.size(); ++i) {
            documents.push_back({"certs/" + std::to_string(i + 1) + ".crl", lists[i]});
        }
    };
    return script;
}

/// The certificate of that name in the evidence.
Certificate signer(std::string_view file)
{
    const auto files = read_tar(scene::tar_of()).value();
    return Certificate::from_pem(
               std::ranges::find(files, file, &gateway::core::Document::name)->bytes)
        .value();
}

std::string culprit_of(const Script& script)
{
    return culprit(scene::tar_of(script), scene::trust());
}

}  // namespace

TEST_CASE("evidence tells by which revocation lists its signers were good", "[revocation]")
{
    const auto stranger = gateway::crypto::Authority::make("otra", after(-kDay), after(kDay));
    const auto other = support::make_crl(*stranger, {}, after(-kDay), after(kDay));
    CHECK(culprit_of(held_to({list({})})) == "");
    CHECK(culprit_of(held_to({other, list({})})) == "");
    CHECK(culprit_of(held_to({list({}, -3 * kDay, -2 * kDay)})) == "");  // within the grace
    CHECK(culprit_of(held_to({list({signer("certs/sender.pem")}, 60, kDay)})) ==
          "");  // revoked afterwards
}

TEST_CASE("a signer that a list of the time revokes is named by its file", "[revocation]")
{
    CHECK(culprit_of(held_to({list({signer("certs/sender.pem")})})) == "request.jws");
    CHECK(culprit_of(held_to({list({}), list({signer("certs/sender.pem")})})) == "request.jws");
    CHECK(culprit_of(held_to({list({signer("certs/receiver.pem")})})) == "delivery.jws");
    CHECK(culprit_of(held_to({list({signer("certs/gateway.pem")})})) == "receipt.jws");
}

TEST_CASE("lists that tell nothing of the signers are no lists", "[revocation]")
{
    const auto stranger = gateway::crypto::Authority::make("otra", after(-kDay), after(kDay));
    const auto forged =
        gateway::crypto::Authority::make("Puente raíz de desarrollo", after(-kDay), after(kDay));
    CHECK(culprit_of(held_to({support::make_crl(*stranger, {}, after(-kDay), after(kDay))})) ==
          "receipt.jws");
    CHECK(culprit_of(held_to({support::make_crl(*forged, {}, after(-kDay), after(kDay))})) ==
          "receipt.jws");
    CHECK(culprit_of(held_to({list({}, -20 * kDay, -10 * kDay)})) == "receipt.jws");
    CHECK(culprit_of(held_to({"no list"})) == "receipt.jws");
    auto absent = held_to({list({})});
    absent.documents = [](Documents&) {};
    CHECK(culprit_of(absent) == "receipt.jws");
}
