#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>

#include "gateway/crypto/certificate.hpp"
#include "gateway/crypto/revocation.hpp"
#include "tests/support/files.hpp"
#include "tests/support/pki.hpp"

using namespace gateway::crypto;
using support::kNow;

namespace {

constexpr base::Instant days(int count)
{
    return {kNow.microseconds + std::int64_t{count} * 86'400'000'000};
}

const std::vector<Extension> kSigner{{"basicConstraints", "critical,CA:FALSE"},
                                     {"keyUsage", "critical,digitalSignature"}};

/// A leaf of `authority` with a key of its own.
Certificate leaf_of(const Authority& authority, const std::vector<Extension>& extensions,
                    base::Instant from = days(-10), base::Instant until = days(10))
{
    const auto key = PrivateKey::from_pem(new_key(KeyKind::p256).value()).value();
    const auto pem = authority.issue({"alguien", extensions, from, until}, key.public_pem());
    return Certificate::from_pem(pem.value()).value();
}

/// An intermediate authority of `root` with these extensions.
Authority intermediate_of(const Authority& root, const std::vector<Extension>& extensions,
                          const std::string& name = "intermedia")
{
    const auto pem = new_key(KeyKind::p256).value();
    auto key = PrivateKey::from_pem(pem).value();
    const auto certificate =
        root.issue({name, extensions, days(-100), days(100)}, key.public_pem());
    return {Certificate::from_pem(certificate.value()).value(), std::move(key), pem};
}

std::string refusal(const base::Result<void>& checked)
{
    REQUIRE_FALSE(checked);
    CHECK(checked.error().code == base::Errc::untrusted_certificate);
    CHECK_FALSE(checked.error().expected.es.empty());
    return checked.error().where;
}

}  // namespace

TEST_CASE("a certificate of the anchor is trusted while it is in force", "[crypto]")
{
    const auto leaf = leaf_of(support::root_authority(), kSigner);
    const auto trust = support::anchors();

    CHECK(trust.check(leaf, {}, kNow));
    CHECK(trust.check(leaf, {}, days(-10)));
    CHECK(refusal(trust.check(leaf, {}, days(-11))) == "certificate.notBefore");
    CHECK(refusal(trust.check(leaf, {}, days(11))) == "certificate.notAfter");
}

TEST_CASE("a certificate is trusted for signing or not at all", "[crypto]")
{
    const auto trust = support::anchors();
    const auto [extensions, where] = GENERATE(table<std::vector<Extension>, std::string>({
        {{{"keyUsage", "nonRepudiation"}}, ""},
        {{{"keyUsage", "keyEncipherment"}}, "certificate.keyUsage"},
        {{{"basicConstraints", "critical,CA:FALSE"}}, "certificate.keyUsage"},
        {{{"basicConstraints", "critical,CA:TRUE"}, {"keyUsage", "digitalSignature,keyCertSign"}},
         "certificate.basicConstraints"},
        {{{"keyUsage", "digitalSignature,keyCertSign"}}, "certificate.basicConstraints"},
        {{{"keyUsage", "digitalSignature"}, {"1.2.3.4.5", "critical,DER:0500"}},
         "certificate.extensions"},
    }));
    CAPTURE(where);

    const auto checked = trust.check(leaf_of(support::root_authority(), extensions), {}, kNow);

    if (where.empty()) {
        CHECK(checked);
    } else {
        CHECK(refusal(checked) == where);
    }
}

TEST_CASE("a stranger with the anchor's name is not the anchor", "[crypto]")
{
    const auto stranger =
        Authority::make("Puente raíz de desarrollo", days(-100), days(100)).value();
    const auto leaf = leaf_of(stranger, kSigner);

    CHECK(refusal(support::anchors().check(leaf, {}, kNow)) == "certificate.chain");
    CHECK(refusal(support::anchors().check(leaf, {stranger.certificate()}, kNow)) ==
          "certificate.chain");
}

TEST_CASE("a leaf among the anchors vouches for nobody, not even for itself", "[crypto]")
{
    const auto leaf = leaf_of(support::root_authority(), kSigner);
    const auto other = Authority::make("otra raíz", days(-100), days(100)).value();

    CHECK(TrustAnchors::from_pem(leaf.pem()).error().where == "anchors");
    CHECK_FALSE(TrustAnchors::from_pem(""));
    const auto trust = TrustAnchors::from_pem(leaf.pem() + other.certificate().pem()).value();
    CHECK(refusal(trust.check(leaf, {}, kNow)) == "certificate.chain");
    CHECK(refusal(trust.check(other.certificate(), {}, kNow)) == "certificate.basicConstraints");
}

TEST_CASE("an intermediate authority is followed when it is given and is one", "[crypto]")
{
    const auto root = support::root_authority();
    const std::vector<Extension> authority{{"basicConstraints", "critical,CA:TRUE,pathlen:0"},
                                           {"keyUsage", "critical,keyCertSign,cRLSign"}};
    const auto good = intermediate_of(root, authority);
    const auto leaf = leaf_of(good, kSigner);
    const auto trust = support::anchors();

    CHECK(trust.check(leaf, {good.certificate()}, kNow));
    CHECK(refusal(trust.check(leaf, {}, kNow)) == "certificate.chain");

    // A leaf that issues, and an authority below one that may have none.
    const auto impostor = intermediate_of(root, kSigner);
    CHECK_FALSE(trust.check(leaf_of(impostor, kSigner), {impostor.certificate()}, kNow));
    for (const auto& old_sign : {Extension{"keyUsage", "keyCertSign"}, {"nsCertType", "sslCA"}}) {
        const auto undeclared = intermediate_of(root, {old_sign}, "vieja");
        CHECK(refusal(trust.check(leaf_of(undeclared, kSigner), {undeclared.certificate()},
                                  kNow)) == "certificate.issuer");
    }
    const auto deeper = intermediate_of(good, authority, "más abajo");
    CHECK(refusal(trust.check(leaf_of(deeper, kSigner), {deeper.certificate(), good.certificate()},
                              kNow)) == "certificate.issuer");
}

TEST_CASE("an intermediate alone is no anchor: partial chains end nowhere", "[crypto]")
{
    const auto good = intermediate_of(
        support::root_authority(),
        {{"basicConstraints", "critical,CA:TRUE"}, {"keyUsage", "critical,keyCertSign,cRLSign"}});
    const auto trust = TrustAnchors::from_pem(good.certificate().pem()).value();

    CHECK(refusal(trust.check(leaf_of(good, kSigner), {}, kNow)) == "certificate.chain");
}

TEST_CASE("revocation is asked of a list in force, of the right issuer, or refused", "[crypto]")
{
    const auto root = support::root_authority();
    const auto leaf = leaf_of(root, kSigner);
    const auto other = leaf_of(root, kSigner);
    const auto stranger = Authority::make("Puente raíz de desarrollo", days(-9), days(9)).value();
    const auto foreign = Authority::make("otra raíz", days(-9), days(9)).value();
    const auto trust = support::anchors();
    const auto check = [&](const std::vector<std::string>& texts, std::int64_t grace = 0) {
        const auto lists = RevocationLists::read(texts, grace).value();
        return trust.check(leaf, {}, kNow, &lists);
    };
    using support::make_crl;

    CHECK(check({make_crl(root, {}, days(-1), days(1))}));
    CHECK(check({make_crl(root, {other}, days(-1), days(1))}));
    CHECK(refusal(check({make_crl(root, {leaf}, days(-1), days(1))})) ==
          "certificate.serialNumber");
    CHECK(refusal(check({make_crl(foreign, {}, days(-1), days(1))})) == "crl");
    CHECK_FALSE(check({make_crl(stranger, {}, days(-1), days(1))}));
    CHECK(refusal(check({})) == "crl");
    CHECK(
        check({make_crl(foreign, {}, days(-1), days(1)) + make_crl(root, {}, days(-1), days(1))}));

    const auto old = make_crl(root, {}, days(-3), days(-2));
    CHECK(refusal(check({old})) == "crl.nextUpdate");
    CHECK(refusal(check({old}, 2 * 86'400 - 1)) == "crl.nextUpdate");
    CHECK(check({old}, 2 * 86'400));
}

TEST_CASE("what was signed before the revocation stays good, by a list of later too", "[crypto]")
{
    const auto root = support::root_authority();
    const auto leaf = leaf_of(root, kSigner);
    const auto trust = support::anchors();
    const auto lists =
        RevocationLists::read({support::make_crl(root, {leaf}, days(1), days(2))}, 0).value();

    CHECK(trust.check(leaf, {}, kNow, &lists));
    CHECK(refusal(trust.check(leaf, {}, days(1), &lists)) == "certificate.serialNumber");
}

TEST_CASE("lists are PEM, many in a text, or one as DER; a broken one spoils its text", "[crypto]")
{
    const auto root = support::root_authority();
    const auto pem = support::make_crl(root, {}, days(-1), days(1));
    const auto inner = pem.substr(pem.find('\n') + 1, pem.rfind("-----END") - pem.find('\n') - 1);
    std::string base64;
    std::ranges::copy_if(inner, std::back_inserter(base64), [](char c) { return c != '\n'; });

    CHECK(RevocationLists::read({pem + pem}, 0)->all().size() == 2);
    const auto der = RevocationLists::read({base::from_base64(base64).value()}, 0);
    REQUIRE(der);
    CHECK(der->all().front().pem == pem);
    CHECK(der->all().front().next_update == days(1));
    CHECK(RevocationLists::read({}, 0)->all().empty());
    for (const auto& text :
         {std::string("no list at all"), std::string(), pem + "-----BEGIN X509 CRL-----\nAAAA\n",
          support::dev_pki().root.certificate}) {
        const auto read = RevocationLists::read({text}, 0);
        REQUIRE_FALSE(read);
        CHECK(read.error().where == "crl");
    }
}

TEST_CASE("a list that revokes an authority takes its leaves with it", "[crypto]")
{
    const auto root = support::root_authority();
    const auto good = intermediate_of(root, {{"basicConstraints", "critical,CA:TRUE"},
                                             {"keyUsage", "critical,keyCertSign,cRLSign"}});
    const auto leaf = leaf_of(good, kSigner);
    const auto own = support::make_crl(good, {}, days(-1), days(1));
    const auto above = support::make_crl(root, {good.certificate()}, days(-1), days(1));
    const auto trust = support::anchors();
    const auto check = [&](const std::vector<std::string>& texts) {
        const auto lists = RevocationLists::read(texts, 0).value();
        return trust.check(leaf, {good.certificate()}, kNow, &lists);
    };

    CHECK(check({own}));
    CHECK(refusal(check({own, above})) == "certificate.serialNumber");
}

TEST_CASE("a weak key is refused whoever vouches for it", "[crypto]")
{
    const support::TempDir folder;
    const auto [make, name] = GENERATE(table<std::string, std::string>({
        {"genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024", "RSA of 1,024 bits"},
        {"genpkey -algorithm EC -pkeyopt ec_paramgen_curve:secp256k1", "another curve"},
        {"genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384", "another curve"},
        {"genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt "
         "ec_param_enc:explicit",
         "a curve given by parameters"},
        {"genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048", "RSA bound to PSS"},
    }));
    CAPTURE(name);
    const auto key = (folder / "weak.key").string();
    const auto command = "openssl " + make + " -out " + key + " -quiet 2>/dev/null || openssl " +
                         make + " -out " + key + " 2>/dev/null; openssl pkey -in " + key +
                         " -pubout -out " + key + ".pub";
    REQUIRE(std::system(command.c_str()) == 0);

    CHECK_FALSE(PrivateKey::from_file(key));
    const auto leaf = support::root_authority().issue({"débil", kSigner, days(-1), days(1)},
                                                      support::read_file(key + ".pub"));
    const auto read = Certificate::from_pem(leaf.value()).value();
    CHECK_FALSE(read.public_key());
    CHECK(refusal(support::anchors().check(read, {}, kNow)) == "certificate.key");
}

TEST_CASE("a chain is as strong as its weakest authority", "[crypto]")
{
    const support::TempDir folder;
    const auto [root_key, digest, where] = GENERATE(table<std::string, std::string, std::string>({
        {"RSA -pkeyopt rsa_keygen_bits:2048", "sha256", ""},
        {"RSA -pkeyopt rsa_keygen_bits:1024", "sha256", "certificate.issuer"},
        {"RSA -pkeyopt rsa_keygen_bits:2048", "sha1", "certificate.signature"},
    }));
    CAPTURE(root_key, digest);
    const auto command =
        "cd " + folder.path().string() + " && openssl genpkey -algorithm " + root_key +
        " -out ca.key && openssl req -x509 -new -key ca.key -subj /CN=raiz -sha256 -days 9 -addext "
        "keyUsage=critical,keyCertSign -out ca.pem && openssl ecparam -name prime256v1 -genkey "
        "-noout -out leaf.key && openssl req -new -key leaf.key -subj /CN=hoja -out leaf.csr && "
        "printf 'keyUsage=digitalSignature' > leaf.ext && openssl x509 -req -in leaf.csr -CA "
        "ca.pem -CAkey ca.key -CAcreateserial -extfile leaf.ext -days 9 -" +
        digest + " -out leaf.pem";
    REQUIRE(std::system(("(" + command + ") >/dev/null 2>&1").c_str()) == 0);
    const auto trust = TrustAnchors::from_pem(support::read_file(folder / "ca.pem")).value();
    const auto leaf = Certificate::from_file((folder / "leaf.pem").string()).value();

    const auto checked = trust.check(leaf, {}, leaf.not_before());

    if (where.empty()) {
        CHECK(checked);
    } else {
        CHECK(refusal(checked) == where);
    }
}
