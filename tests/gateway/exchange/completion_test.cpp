#include "gateway/exchange/completion.hpp"

#include <catch2/catch.hpp>
#include <fstream>

#include "fhir_models/base/bytes.hpp"
#include "gateway/crypto/jws.hpp"
#include "tests/gateway/exchange/gateway_self.hpp"
#include "tests/support/files.hpp"

namespace {

using namespace gateway;
using base::Errc;

constexpr std::string_view kReceipt = "header.receipt.signature";

const crypto::DevInstitution& norte()
{
    return support::dev_pki().institutions[0];
}
const crypto::DevInstitution& sur()
{
    return support::dev_pki().institutions[1];
}

core::Exchange from_norte_to_sur()
{
    core::Exchange made;
    made.id = "e1";
    made.sender = norte().urn;
    made.receiver = sur().urn;
    made.agreement = "convenio|1";
    made.agreement_digest = base::to_hex(base::view(base::sha256("the signed bytes")));
    made.purpose = "TREAT";
    made.out_digest = base::to_hex(base::view(base::sha256("delivered")));
    return made;
}

/// Between both; the receiver's `keys` are fixed in it.
agreements::Agreement agreement(std::vector<std::string> keys)
{
    agreements::Agreement made;
    made.id = "convenio";
    made.version = "1";
    made.digest = base::sha256("the signed bytes");
    made.parties.resize(2);
    made.parties[0].institution = norte().urn;
    made.parties[1].institution = sur().urn;
    made.parties[1].signing_thumbprints = std::move(keys);
    agreements::Grant grant;
    grant.from = norte().urn;
    grant.to = sur().urn;
    grant.purposes = {"TREAT"};
    made.grants = {grant};
    return made;
}

/// The receiver has two keys enrolled: its own, and one that a test takes from its neighbour.
exchange::Directory directory(const support::TempDir& folder)
{
    config::Institution institution;
    institution.id = sur().urn;
    int n = 0;
    for (const auto* owner : {&sur(), &norte()}) {
        const auto file = (folder / ("key-" + std::to_string(n++) + ".pem")).string();
        std::ofstream(file) << owner->signing.certificate;
        institution.signing_certificates.push_back(file);
    }
    auto loaded = exchange::Directory::load({institution}, {});
    REQUIRE(loaded);
    return *std::move(loaded);
}

std::string countersignature(const crypto::DevInstitution& signer)
{
    evidence::DeliveryClaims claims;
    claims.iss = sur().urn;
    claims.aud = "urn:puente:gateway:prueba";
    claims.iat = base::to_seconds(support::kNow);
    claims.jti = "j1";
    claims.rcpt = evidence::digest_claim(kReceipt);
    claims.got = evidence::digest_claim("delivered");
    claims.evt = "received";
    const auto key = support::key_of(signer.signing);
    const auto x5t = support::certificate_of(signer.signing).x5t();
    const auto token = crypto::sign_jws(
        key, {key.algorithm(), std::string(evidence::kDeliveryTyp), x5t, x5t}, claims.to_json());
    REQUIRE(token);
    return *token;
}

std::string x5t_of(const crypto::DevInstitution& institution)
{
    return support::certificate_of(institution.signing).x5t();
}

}  // namespace

TEST_CASE("a countersignature counts only by a key that the agreement's version fixes",
          "[completion]")
{
    const support::TempDir folder;
    const auto enrolled = directory(folder);
    const auto gateway = support::gateway_self();
    const auto given = from_norte_to_sur();
    const auto check = [&](const agreements::Agreement& agreed) {
        return exchange::check_delivery(countersignature(sur()), given, kReceipt,
                                        exchange::countersigners(given, agreed, enrolled), gateway,
                                        support::kNow);
    };

    const auto taken = check(agreement({x5t_of(norte()), x5t_of(sur())}));
    INFO((taken ? std::string("taken") : base::to_line(taken.error())));
    CHECK(taken);

    for (const auto& keys :
         {std::vector<std::string>{}, std::vector<std::string>{x5t_of(norte())}}) {
        const auto refused = check(agreement(keys));
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == Errc::claim_mismatch);
        CHECK(refused.error().where == "delivery.jws x5t#S256");
    }
}

TEST_CASE("a key the agreement fixes but nobody enrolled countersigns nothing", "[completion]")
{
    const auto none = exchange::Directory::load({}, {});
    REQUIRE(none);
    CHECK(exchange::countersigners(from_norte_to_sur(), agreement({x5t_of(sur())}), *none).empty());
}

TEST_CASE("an exchange whose version of the agreement is gone has no agreement", "[completion]")
{
    const agreements::Book book({agreement({})});
    auto given = from_norte_to_sur();
    CHECK(exchange::agreement_of(given, book, support::kNow));

    given.agreement_digest = base::to_hex(base::view(base::sha256("other bytes")));
    const auto gone = exchange::agreement_of(given, book, support::kNow);

    REQUIRE_FALSE(gone);
    CHECK(gone.error().code == Errc::agreement_not_in_force);
    CHECK(gone.error().where == "convenio|1");
}

TEST_CASE("a delivery ends without countersignature only where every grant of it says so",
          "[completion]")
{
    const auto given = from_norte_to_sur();
    auto agreed = agreement({});
    CHECK_FALSE(exchange::may_end_uncountersigned(given, agreed));

    agreed.grants.front().uncountersigned_allowed = true;
    CHECK(exchange::may_end_uncountersigned(given, agreed));

    agreed.grants.push_back(agreed.grants.front());
    agreed.grants.back().uncountersigned_allowed = false;
    CHECK_FALSE(exchange::may_end_uncountersigned(given, agreed));

    agreed.grants.back().purposes = {"HRESCH"};  // of another purpose: not asked
    CHECK(exchange::may_end_uncountersigned(given, agreed));

    agreed.grants.front().to = "urn:another";
    CHECK_FALSE(exchange::may_end_uncountersigned(given, agreed));
}
