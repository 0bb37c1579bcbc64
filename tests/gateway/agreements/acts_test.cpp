#include "gateway/agreements/acts.hpp"

#include <catch2/catch.hpp>
#include <fstream>

#include "gateway/agreements/book.hpp"
#include "gateway/crypto/jws.hpp"
#include "tests/gateway/agreements/sample.hpp"
#include "tests/support/files.hpp"
#include "tests/support/pki.hpp"

using namespace gateway::agreements;
using base::Errc;

namespace {

const gateway::crypto::Credential& signing_of(std::size_t institution)
{
    return support::dev_pki().institutions.at(institution).signing;
}

base::Instant after(std::int64_t seconds)
{
    return base::from_seconds(base::to_seconds(support::kNow) + seconds);
}

base::Result<std::string> sign(const ActPlan& plan, const std::string& bytes = sample::document())
{
    return sign_act(bytes, plan, support::key_of(signing_of(0)),
                    support::certificate_of(signing_of(0)), support::kNow);
}

/// A token of these claims, signed by the first party: what a careless tool might make.
std::string token_of(const std::string& more, std::string_view typ = kActTyp)
{
    const auto token =
        sign_statement(sample::document(), {typ, more}, support::key_of(signing_of(0)),
                       support::certificate_of(signing_of(0)), support::kNow);
    REQUIRE(token);
    return *token;
}

base::Result<Act> read(const std::string& token, std::size_t signer = 0,
                       const std::string& bytes = sample::document())
{
    const auto anchors = support::anchors();
    SignatureChecker checker(anchors, support::kNow);
    return read_act(sample::agreement(bytes), token, signing_of(signer).certificate, checker);
}

Question treat(base::Instant when)
{
    return {"convenio-norte-sur", sample::kNorte, sample::kSur, "TREAT", {"Patient"}, true, when};
}

}  // namespace

TEST_CASE("a revocation ends an agreement from its moment on, for good", "[agreements][acts]")
{
    const auto token = sign({after(60), std::nullopt, "Fin de la colaboración"});
    REQUIRE(token);
    auto act = read(*token);
    REQUIRE(act);
    CHECK(act->institution == sample::kNorte);
    CHECK(act->reason == "Fin de la colaboración");
    auto agreement = sample::agreement(sample::document());
    agreement.acts.push_back(*act);
    const Book book({agreement});

    CHECK(book.decide(treat(after(59))).permitted);
    const auto refused = book.decide(treat(after(60)));

    CHECK_FALSE(refused.permitted);
    CHECK(refused.verdicts.back() == Verdict{"standing", false});
    CHECK(refused.reason.code == Errc::agreement_revoked);
    CHECK(refused.reason.where == "convenio-norte-sur|1 /termination");
    CHECK_FALSE(book.decide(treat(after(86'400 * 30))).permitted);
}

TEST_CASE("a suspension ends by itself", "[agreements][acts]")
{
    const auto token = sign({after(0), after(100), "Incidente de seguridad"});
    REQUIRE(token);
    const auto act = read(*token);
    REQUIRE(act);
    auto agreement = sample::agreement(sample::document());
    agreement.acts.push_back(*act);
    const Book book({agreement});

    CHECK_FALSE(book.decide(treat(after(99))).permitted);
    CHECK(book.decide(treat(after(100))).permitted);
}

TEST_CASE("an act of another document, signer or kind ends nothing", "[agreements][acts]")
{
    const std::string past = std::to_string(base::to_seconds(support::kNow) - 1);
    const std::string soon = std::to_string(base::to_seconds(support::kNow) + 1);
    const auto good = sign({after(0), std::nullopt, "motivo"});
    REQUIRE(good);

    CHECK(read(*good, 0, sample::document("convenio-norte-sur", "2")).error().code ==
          Errc::digest_mismatch);
    CHECK(read(*good, 1).error().code == Errc::claim_mismatch);  // another's certificate
    CHECK(read(token_of("", kSignatureTyp)).error().code == Errc::malformed_jws);

    const auto [more, where] = GENERATE_COPY(table<std::string, std::string>(
        {{R"(,"act":"revoke","nbf":)" + past + R"(,"reason":"x")", "nbf"},
         {R"(,"act":"revoke","reason":"x")", "nbf"},
         {R"(,"act":"pause","nbf":)" + soon + R"(,"reason":"x")", "act"},
         {R"(,"act":"suspend","nbf":)" + soon + R"(,"reason":"x")", "exp"},
         {R"(,"act":"suspend","nbf":)" + soon + R"(,"exp":)" + soon + R"(,"reason":"x")", "exp"},
         {R"(,"act":"revoke","nbf":)" + soon + R"(,"exp":)" + soon + R"(,"reason":"x")", "exp"},
         {R"(,"act":"revoke","nbf":)" + soon + R"(,"reason":"")", "reason"}}));
    CAPTURE(more);
    const auto act = read(token_of(more));
    REQUIRE_FALSE(act);
    CHECK(act.error().code == Errc::claim_mismatch);
    CHECK(act.error().where == where);
}

TEST_CASE("an act without sense is not signed", "[agreements][acts]")
{
    CHECK(sign({after(-1), std::nullopt, "x"}).error().where == "--from");
    CHECK(sign({after(5), after(5), "x"}).error().where == "--until");
    CHECK(sign({after(5), std::nullopt, ""}).error().where == "--reason");
}

TEST_CASE("the acts of a folder are read with it, and none is passed over", "[agreements][acts]")
{
    const support::TempDir folder;
    const auto write = [&](const std::string& name, const std::string& bytes) {
        std::ofstream(folder / name, std::ios::binary) << bytes;
    };
    const auto bytes = sample::document();
    write("c.json", bytes);
    write("c.json.1.jws", sample::signature_of("hospital-norte", bytes));
    write("c.json.1.pem", sample::certificate_of("hospital-norte"));
    write("c.json.2.jws", sample::signature_of("hospital-sur", bytes));
    write("c.json.2.pem", sample::certificate_of("hospital-sur"));
    write("convenio-norte-sur.key", "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU\n");
    write("c.json.act.7.jws", *sign({after(0), std::nullopt, "motivo"}) + "\n");
    const auto load = [&] {
        return load_folder(folder.path().string(), support::anchors(), support::kNow);
    };

    const auto half = load();
    REQUIRE_FALSE(half);
    CHECK(half.error().where == "c.json.act.7.jws");

    write("c.json.act.7.pem", signing_of(0).certificate);
    const auto book = load();
    REQUIRE(book);
    REQUIRE(book->all().front().acts.size() == 1);
    CHECK_FALSE(book->decide(treat(after(1))).permitted);

    write("other.json.act.1.jws", "x");
    const auto orphan = load();
    REQUIRE_FALSE(orphan);
    CHECK(orphan.error().where == "other.json");
}

TEST_CASE("the page of an agreement says in Spanish what both parties sign", "[agreements]")
{
    const auto agreement = sample::agreement(sample::document());
    const auto page = page_of(agreement);

    for (const std::string said :
         {"CONVENIO convenio-norte-sur, versión 1", "Ambiente: prueba (test)",
          "De Hospital General del Norte a Hospital General del Sur",
          "Finalidades: atención médica (TREAT), coordinación de la atención (COC)",
          "Base legal sin consentimiento: LB64-V", "Quien recibe debe contrafirmar: sí",
          "Llaves con que firma sus intercambios (x5t#S256): ninguna",
          "Aviso de vulneraciones: en 24 horas", "Transferencia a terceros: prohibida",
          "los datos se conservan (keep)", "Evaristo Luna Paredes, Director"}) {
        CAPTURE(said);
        CHECK(page.find(said) != std::string::npos);
    }
    CHECK(page.find(base::to_hex(base::view(agreement.digest))) != std::string::npos);
}
