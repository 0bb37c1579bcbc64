#include "gateway/crypto/efirma.hpp"

#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "fhir_models/base/text.hpp"
#include "fhir_models/national/curp.hpp"

namespace gateway::crypto {
namespace {

base::Failure refused(std::string_view place, base::Text expected, base::Text found = {})
{
    return base::fail(base::Errc::untrusted_certificate, "certificate." + std::string(place),
                      std::move(expected), std::move(found));
}

/// The field of the subject as UTF-8; empty when it is absent or stands there twice.
std::string field(X509* x509, int nid)
{
    const auto* const name = X509_get_subject_name(x509);
    const int at = X509_NAME_get_index_by_NID(name, nid, -1);
    if (at < 0 || X509_NAME_get_index_by_NID(name, nid, at) >= 0) {
        return {};
    }
    unsigned char* utf8 = nullptr;
    const int size =
        ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
    std::string text(reinterpret_cast<char*>(utf8), size > 0 ? static_cast<std::size_t>(size) : 0);
    OPENSSL_free(utf8);
    return text;
}

/// RFC: three or four letters (Ñ and & among them), a date as yymmdd, three more characters.
bool is_rfc(std::string_view text)
{
    constexpr auto is_letter = [](char c) { return (c >= 'A' && c <= 'Z') || c == '&'; };
    std::size_t letters = 0;
    while (!text.empty() && letters < 4) {
        if (text.starts_with("Ñ")) {
            text.remove_prefix(std::string_view("Ñ").size());
        } else if (is_letter(text.front())) {
            text.remove_prefix(1);
        } else {
            break;
        }
        ++letters;
    }
    if (letters < 3 || text.size() != 9 || !base::is_digits(text.substr(0, 6))) {
        return false;
    }
    const int month = (text[2] - '0') * 10 + (text[3] - '0');
    const int day = (text[4] - '0') * 10 + (text[5] - '0');
    return month >= 1 && month <= 12 && day >= 1 && day <= 31 &&
           std::ranges::all_of(text.substr(6), [](char c) {
               return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
           });
}

/// The serial number's octets are the 20 digits themselves; empty when they are not.
std::string number_of(X509* x509)
{
    const auto* const serial = X509_get0_serialNumber(x509);
    std::string digits(reinterpret_cast<const char*>(ASN1_STRING_get0_data(serial)),
                       static_cast<std::size_t>(ASN1_STRING_length(serial)));
    return digits.size() == 20 && base::is_digits(digits) ? digits : std::string();
}

}  // namespace

base::Result<Efirma> read_efirma(const Certificate& certificate)
{
    X509* const x509 = certificate.native();
    if (X509_NAME_get_index_by_NID(X509_get_subject_name(x509), NID_organizationalUnitName, -1) >=
        0) {
        return refused("subject.OU", {"una e.firma, no un CSD", "an e.firma, not a CSD"});
    }
    const auto usage = X509_get_extended_key_usage(x509);  // all bits when the extension is absent
    if ((X509_get_extension_flags(x509) & EXFLAG_XKUSAGE) == 0 || (usage & XKU_SMIME) == 0) {
        return refused("extendedKeyUsage", {"una e.firma, no un CSD", "an e.firma, not a CSD"});
    }
    const auto identifiers = field(x509, NID_x500UniqueIdentifier);
    const auto rfcs = base::split(identifiers, '/');
    Efirma found;
    found.rfc = base::trim(rfcs.front());
    found.representative_rfc = rfcs.size() == 2 ? base::trim(rfcs.back()) : std::string_view();
    if (rfcs.size() > 2 || !is_rfc(found.rfc) ||
        (rfcs.size() == 2 && !is_rfc(found.representative_rfc))) {
        return refused("subject.x500UniqueIdentifier",
                       {"RFC, o RFC / RFC del representante", "RFC, or RFC / RFC of who signs"},
                       base::kind_of(identifiers));
    }
    const auto numbers = field(x509, NID_serialNumber);
    const auto curps = base::split(numbers, '/');
    const auto curp = fhir::national::Curp::parse(base::trim(curps.back()));
    if (curps.size() > 2 || !curp) {
        return refused("subject.serialNumber", {"una CURP", "a CURP"}, base::kind_of(numbers));
    }
    found.curp = curp->text();
    found.number = number_of(x509);
    if (found.number.empty()) {
        return refused("serialNumber", {"20 dígitos en ASCII", "20 digits in ASCII"});
    }
    return found;
}

}  // namespace gateway::crypto
