#include "gateway/crypto/standing.hpp"

#include <catch2/catch.hpp>

#include "tests/support/pki.hpp"

using namespace gateway::crypto;
using support::kNow;

namespace {

constexpr base::Instant after(std::int64_t seconds)
{
    return {kNow.microseconds + seconds * 1'000'000};
}

constexpr std::int64_t kDay = 86'400;

Certificate signer_until(base::Instant until)
{
    const auto root = support::root_authority();
    const auto key = PrivateKey::from_pem(new_key(KeyKind::p256).value()).value();
    return Certificate::from_pem(root.issue({"firma",
                                             {{"basicConstraints", "critical,CA:FALSE"},
                                              {"keyUsage", "critical,digitalSignature"}},
                                             after(-kDay),
                                             until},
                                            key.public_pem())
                                     .value())
        .value();
}

std::shared_ptr<const RevocationLists> lists(const std::string& pem, std::int64_t grace = 0)
{
    return std::make_shared<const RevocationLists>(RevocationLists::read({pem}, grace).value());
}

base::Errc code(const base::Result<void>& result)
{
    REQUIRE_FALSE(result);
    return result.error().code;
}

}  // namespace

TEST_CASE("a certificate is good until its term ends, to the second", "[standing]")
{
    const Standing standing(support::anchors(), nullptr);
    const auto signer = signer_until(after(10));

    CHECK(standing.check(signer, kNow));
    CHECK(standing.check(signer, after(9)));
    CHECK(code(standing.check(signer, after(11))) == base::Errc::untrusted_certificate);
    CHECK(standing.check(signer, after(1)));  // a clock set back is no reason to refuse
}

TEST_CASE("a revoked certificate is refused, and so is none that is not", "[standing]")
{
    const auto revoked = signer_until(after(kDay));
    const auto good = signer_until(after(kDay));
    const Standing standing(
        support::anchors(),
        lists(support::make_crl(support::root_authority(), {revoked}, after(-60), after(kDay))));

    const auto verdict = standing.check(revoked, kNow);
    CHECK(code(verdict) == base::Errc::untrusted_certificate);
    CHECK(verdict.error().where == "certificate.serialNumber");
    CHECK(standing.check(good, kNow));
}

TEST_CASE("a list that is missing or overdue is not its holder's fault, and closes the door",
          "[standing]")
{
    const auto signer = signer_until(after(9 * kDay));
    const auto due = support::make_crl(support::root_authority(), {}, after(-60), after(60));
    const Standing strict(support::anchors(), lists(due));
    const Standing lenient(support::anchors(), lists(due, kDay));
    const Standing empty(support::anchors(), std::make_shared<const RevocationLists>(
                                                 RevocationLists::read({}, kDay).value()));

    CHECK(strict.check(signer, after(30)));
    CHECK(code(strict.check(signer, after(121))) == base::Errc::authority_silent);
    CHECK(lenient.check(signer, after(60 + kDay)));
    CHECK(code(lenient.check(signer, after(121 + kDay))) == base::Errc::authority_silent);
    CHECK(code(empty.check(signer, kNow)) == base::Errc::authority_silent);
}

TEST_CASE("TLS certificates are held to the lists only where there are lists", "[standing]")
{
    const auto pem = support::make_crl(support::root_authority(), {}, after(-60), after(60));
    CHECK_FALSE(Trust(support::anchors(), support::anchors(), nullptr).tls);
    CHECK(Trust(support::anchors(), support::anchors(), lists(pem)).tls);
}
