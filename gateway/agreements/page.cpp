#include <utility>

#include "gateway/agreements/agreement.hpp"

namespace gateway::agreements {
namespace {

/// The words of the document's codes; what has none here is shown as its code.
constexpr std::pair<std::string_view, std::string_view> kWords[] = {
    {"test", "prueba"},
    {"production", "producción"},
    {"return", "se devuelven"},
    {"destroy", "se destruyen"},
    {"keep", "se conservan"},
    {"TREAT", "atención médica"},
    {"ETREAT", "atención de urgencia"},
    {"COC", "coordinación de la atención"},
    {"PUBHLTH", "salud pública"},
    {"HRESCH", "investigación en salud"},
    {"HPAYMT", "pago de servicios"},
    {"PATRQT", "a petición de la persona"},
    {"filter", "se quita"},
    {"refuse", "se rechaza el envío"},
};

std::string word(std::string_view code)
{
    for (const auto& [known, words] : kWords) {
        if (known == code) {
            return std::string(words) + " (" + std::string(code) + ")";
        }
    }
    return std::string(code);
}

void line(std::string& page, std::string_view label, const std::string& text)
{
    page.append("  ").append(label).append(": ").append(text).append("\n");
}

template <class Texts>
std::string list(const Texts& texts)
{
    std::string out;
    for (const auto& text : texts) {
        out.append(out.empty() ? "" : ", ").append(word(text));
    }
    return out.empty() ? "ninguna" : out;
}

void add_party(std::string& page, const Party& party)
{
    page.append("\n").append(party.name).append("\n");
    line(page, "Identificador", party.institution);
    line(page, "RFC", party.rfc);
    line(page, "CLUES", list(party.clues));
    line(page, "Firma por ella", party.signatory.name + ", " + party.signatory.position);
    line(page, "Llaves con que firma sus intercambios (x5t#S256)", list(party.signing_thumbprints));
}

void add_grant(std::string& page, const Agreement& agreement, const Grant& grant)
{
    const auto name = [&](const std::string& urn) {
        const auto* const party = agreement.party(urn);
        return party == nullptr ? urn : party->name;
    };
    page.append("\nDe ").append(name(grant.from)).append(" a ").append(name(grant.to)).append("\n");
    line(page, "Finalidades", list(grant.purposes));
    line(page, "Recursos FHIR", list(grant.resource_types));
    line(page, "Base legal sin consentimiento",
         grant.legal_basis.empty() ? "ninguna: hace falta consentimiento" : grant.legal_basis);
    line(page, "Quien envía debe firmar", grant.unsigned_allowed ? "no" : "sí");
    line(page, "Quien recibe debe contrafirmar", grant.uncountersigned_allowed ? "no" : "sí");
    for (const auto& inventory : grant.fields) {
        line(page, "Inventario de campos para " + list(inventory.purposes),
             list(inventory.elements) + "; lo demás " +
                 word(inventory.refuses ? "refuse" : "filter"));
    }
}

void add_duties(std::string& page, const Agreement& agreement)
{
    page.append("\nObligaciones\n");
    line(page, "Canales", list(agreement.channels));
    line(page, "Aviso de privacidad", "versión " + agreement.notice.version);
    line(page, "Conservación",
         std::to_string(agreement.retention_years) + " años; al terminar, los datos " +
             word(agreement.at_end));
    line(page, "Aviso de vulneraciones",
         "en " + std::to_string(agreement.breach_notice_hours) + " horas");
    line(page, "Transferencia a terceros", agreement.onward_transfer ? "permitida" : "prohibida");
    line(page, "Terminación", agreement.termination);
    line(page, "Jurisdicción", agreement.jurisdiction);
}

}  // namespace

std::string page_of(const Agreement& agreement)
{
    std::string page = "CONVENIO " + agreement.id + ", versión " + agreement.version + "\n";
    line(page, "Ambiente", word(agreement.env));
    line(page, "Objeto", agreement.object);
    line(page, "Personas", agreement.subjects);
    line(page, "Vigencia",
         "del " + base::to_rfc3339(agreement.valid_from) + " al " +
             base::to_rfc3339(agreement.valid_to));
    line(page, "SHA-256 de sus bytes", base::to_hex(base::view(agreement.digest)));
    for (const auto& party : agreement.parties) {
        add_party(page, party);
    }
    for (const auto& grant : agreement.grants) {
        add_grant(page, agreement, grant);
    }
    add_duties(page, agreement);
    return page;
}

}  // namespace gateway::agreements
