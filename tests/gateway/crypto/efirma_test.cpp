#include "gateway/crypto/efirma.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>

#include "tests/support/files.hpp"
#include "tests/support/pki.hpp"

using namespace gateway::crypto;

namespace {

/// A certificate as SAT would make it for somebody who does not exist; `subject` as of `openssl
/// req -subj`.
Certificate issued(const std::string& subject, const std::string& extended_usage,
                   const std::string& serial = "0x3330303031303030303030353030303033343136")
{
    const support::TempDir folder;
    const auto extensions =
        "keyUsage=digitalSignature,nonRepudiation,dataEncipherment,keyAgreement" +
        (extended_usage.empty() ? "" : "\\nextendedKeyUsage=" + extended_usage);
    const auto command = "cd " + folder.path().string() +
                         " && openssl req -x509 -newkey rsa:2048 -nodes -keyout k -days 9 -utf8 "
                         "-config /dev/null -set_serial " +
                         serial + " -subj '" + subject +
                         "' -out plain.pem 2>log && openssl x509 -in plain.pem -x509toreq "
                         "-signkey k -out csr 2>log && printf '" +
                         extensions +
                         "\\n' > ext && openssl x509 -req -in csr -signkey k -days 9 -set_serial " +
                         serial + " -extfile ext -out cert.pem 2>log";
    if (std::system(command.c_str()) != 0) {
        throw std::runtime_error("openssl could not issue: " + support::read_file(folder / "log"));
    }
    return Certificate::from_file((folder / "cert.pem").string()).value();
}

const std::string kPerson =
    "/CN=PERSONA DE PRUEBA/x500UniqueIdentifier=HEGG560427TY7/serialNumber=HEGG560427MVZRRL04";
const std::string kLegalPerson =
    "/CN=CLINICA DE PRUEBA SA DE CV/x500UniqueIdentifier=CLÑ010203AB1 \\/ HEGG560427TY7"
    "/serialNumber= \\/ HEGG560427MVZRRL04";
const std::string kUsage = "emailProtection,clientAuth";

std::string refusal(const Certificate& certificate)
{
    const auto efirma = read_efirma(certificate);
    REQUIRE_FALSE(efirma);
    CHECK(efirma.error().code == base::Errc::untrusted_certificate);
    return efirma.error().where;
}

}  // namespace

TEST_CASE("an e.firma names its person", "[crypto]")
{
    const auto efirma = read_efirma(issued(kPerson, kUsage)).value();

    CHECK(efirma.rfc == "HEGG560427TY7");
    CHECK(efirma.representative_rfc.empty());
    CHECK(efirma.curp == "HEGG560427MVZRRL04");
    CHECK(efirma.number == "30001000000500003416");
}

TEST_CASE("the e.firma of a legal person names who signs for it", "[crypto]")
{
    const auto efirma = read_efirma(issued(kLegalPerson, kUsage)).value();

    CHECK(efirma.rfc == "CLÑ010203AB1");
    CHECK(efirma.representative_rfc == "HEGG560427TY7");
    CHECK(efirma.curp == "HEGG560427MVZRRL04");
}

TEST_CASE("a CSD is no e.firma", "[crypto]")
{
    CHECK(refusal(issued(kPerson + "/OU=Matriz", kUsage)) == "certificate.subject.OU");
    CHECK(refusal(issued(kPerson, "")) == "certificate.extendedKeyUsage");
    CHECK(refusal(issued(kPerson, "serverAuth")) == "certificate.extendedKeyUsage");
}

TEST_CASE("an e.firma without RFC, CURP or number is refused at that place", "[crypto]")
{
    const auto [subject, where] = GENERATE(table<std::string, std::string>({
        {"/serialNumber=HEGG560427MVZRRL04", "certificate.subject.x500UniqueIdentifier"},
        {"/x500UniqueIdentifier=HEGG561327TY7/serialNumber=HEGG560427MVZRRL04",
         "certificate.subject.x500UniqueIdentifier"},
        {"/x500UniqueIdentifier=HEGG560427TY7 \\/ X/serialNumber=HEGG560427MVZRRL04",
         "certificate.subject.x500UniqueIdentifier"},
        {"/x500UniqueIdentifier=HEGG560427TY7/x500UniqueIdentifier=HEGG560427TY7/"
         "serialNumber=HEGG560427MVZRRL04",
         "certificate.subject.x500UniqueIdentifier"},
        {"/x500UniqueIdentifier=HEGG560427TY7", "certificate.subject.serialNumber"},
        {"/x500UniqueIdentifier=HEGG560427TY7/serialNumber=HEGG560427",
         "certificate.subject.serialNumber"},
    }));
    CAPTURE(subject);

    CHECK(refusal(issued(subject, kUsage)) == where);
}

TEST_CASE("a serial number that is not the SAT's is refused", "[crypto]")
{
    CHECK(refusal(issued(kPerson, kUsage, "0x1234")) == "certificate.serialNumber");
}
