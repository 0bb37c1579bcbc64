#include "gateway/exchange/decide.hpp"

#include <catch2/catch.hpp>

#include "gateway/evidence/claims.hpp"

namespace {

using namespace gateway;
using base::Errc;

constexpr base::Instant kNow{1'767'225'600'000'000};
constexpr std::string_view kCurp = "QUZE840315MDFRVL01";

agreements::Agreement agreement()
{
    agreements::Agreement made;
    made.id = "convenio";
    made.version = "2";
    made.env = "test";
    made.channels = {"exchanges"};
    made.digest = base::sha256("the signed bytes");
    made.valid_from = {kNow.microseconds - 1};
    made.valid_to = {kNow.microseconds + 1};
    made.subject_key = base::to_base64url(std::string(32, 'k'));
    agreements::Party sender;
    sender.institution = "urn:a";
    sender.signing_thumbprints = {"thumbprint-of-a"};
    agreements::Party receiver;
    receiver.institution = "urn:b";
    made.parties = {sender, receiver};
    agreements::Grant grant;
    grant.from = "urn:a";
    grant.to = "urn:b";
    grant.purposes = {"TREAT"};
    grant.resource_types = {"Patient"};
    grant.legal_basis = "LB64-V";
    made.grants = {grant};
    return made;
}

exchange::Intake intake()
{
    exchange::Intake made;
    made.listener = "exchanges";
    made.sender = "urn:a";
    made.receiver = "urn:b";
    made.agreement = "convenio";
    made.purpose = "TREAT";
    made.request_jws = "header.claims.signature";
    made.signer = "thumbprint-of-a";
    made.agreement_digest = evidence::digest_claim(base::sha256("the signed bytes"));
    made.received = kNow;
    return made;
}

base::Result<exchange::Assessment> one_patient()
{
    exchange::Assessment made;
    made.resource_types = {"Patient"};
    exchange::RecordOutcome record;
    record.accepted = true;
    record.subject.curp = kCurp;
    made.records.push_back(record);
    return made;
}

}  // namespace

TEST_CASE("a request under the agreement in force, signed with a key fixed in it, is permitted",
          "[decide]")
{
    const agreements::Book book({agreement()});
    auto given = intake();
    given.subject = exchange::subject_claim(book.all().front().subject_key, kCurp);

    const auto decision = exchange::decide(book, "test", given, one_patient());

    INFO(base::to_line(decision.reason));
    CHECK(decision.permitted);
}

TEST_CASE("what only the gateway can hold against a request denies it, and the clause is named",
          "[decide]")
{
    const agreements::Book book({agreement()});
    auto given = intake();
    std::string env = "test";
    std::string clause;
    auto code = Errc::claim_mismatch;

    SECTION("an agreement of another environment")
    {
        env = "production";
        clause = "environment";
        code = Errc::agreement_not_in_force;
    }
    SECTION("a channel the parties did not agree on")
    {
        given.listener = "mllp";
        clause = "channel";
        code = Errc::no_agreement;
    }
    SECTION("a key that both parties did not fix")
    {
        given.signer = "thumbprint-of-another-key";
        clause = "key";
    }
    SECTION("another version of the agreement")
    {
        given.agreement_digest = evidence::digest_claim("older bytes");
        clause = "version";
        code = Errc::agreement_not_in_force;
    }
    SECTION("a sub of another person")
    {
        given.subject =
            exchange::subject_claim(book.all().front().subject_key, "ZZZZ840315MDFRVL01");
        clause = "subject";
    }
    const auto decision = exchange::decide(book, env, given, one_patient());

    CHECK_FALSE(decision.permitted);
    CHECK(decision.reason.code == code);
    REQUIRE_FALSE(decision.verdicts.empty());
    CHECK(decision.verdicts.back().clause == clause);
    CHECK_FALSE(decision.verdicts.back().permits);
}

namespace {

/// The record of one patient, held against an inventory of what `agreement()` grants.
agreements::Decision held_against(const std::vector<std::string>& elements, bool refuses,
                                  base::Result<exchange::Assessment>& assessment)
{
    auto convenio = agreement();
    convenio.grants.front().fields = {{{"TREAT"}, elements, refuses}};
    static std::vector<agreements::Book> books;  // what a decision points into
    books.emplace_back(std::vector{std::move(convenio)});
    assessment = one_patient();
    assessment->fhir =
        R"({"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"urn:uuid:)"
        R"(0b1f4b64-0000-4000-8000-000000000001","resource":{"resourceType":"Patient",)"
        R"("contact":[{"name":{"family":"Nadie"},"relationship":[{"text":"r"}]}],)"
        R"("birthDate":"1984-03-15"}}]})";
    auto decision = exchange::decide(books.back(), "test", intake(), assessment);
    exchange::judge_fields(decision, "TREAT", assessment);
    return decision;
}

}  // namespace

TEST_CASE("fields outside the inventory are taken out and named in their clause", "[decide]")
{
    base::Result<exchange::Assessment> assessment;

    const auto decision = held_against({"Patient.birthDate"}, false, assessment);

    CHECK(decision.permitted);
    CHECK(decision.verdicts.back() == agreements::Verdict{"fields", true, {}, {"Patient.contact"}});
    CHECK(assessment->fhir.find("Nadie") == std::string::npos);
    CHECK(assessment->fhir.find("1984-03-15") != std::string::npos);
}

TEST_CASE("fields outside the inventory refuse the exchange where the agreement says so",
          "[decide]")
{
    base::Result<exchange::Assessment> assessment;

    const auto decision = held_against({"Patient.birthDate"}, true, assessment);

    CHECK_FALSE(decision.permitted);
    CHECK(decision.reason.code == Errc::content_not_agreed);
    CHECK(decision.reason.where == "Patient.contact");
    CHECK(decision.verdicts.back() == agreements::Verdict{"fields", false});
}

TEST_CASE("a record that would be invalid without what is taken out is refused", "[decide]")
{
    base::Result<exchange::Assessment> assessment;

    // pat-1: a contact has at least a name, a telecom, an address or an organization.
    const auto decision = held_against({"Patient.contact.relationship"}, false, assessment);

    CHECK_FALSE(decision.permitted);
    CHECK(decision.reason.code == Errc::content_not_agreed);
}

TEST_CASE("without an inventory for the purpose every field may go", "[decide]")
{
    auto convenio = agreement();
    convenio.grants.front().fields = {{{"HRESCH"}, {"Patient.birthDate"}, true}};
    const agreements::Book book({convenio});
    auto assessment = one_patient();
    assessment->fhir = R"({"resourceType":"Bundle"})";

    auto decision = exchange::decide(book, "test", intake(), assessment);
    exchange::judge_fields(decision, "TREAT", assessment);

    CHECK(decision.permitted);
    CHECK(decision.verdicts.back() == agreements::Verdict{"fields", true});
    CHECK(assessment->fhir == R"({"resourceType":"Bundle"})");
}
