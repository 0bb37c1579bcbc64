#include "tests/gateway/agreements/sample.hpp"

#include <stdexcept>

#include "tests/support/pki.hpp"

namespace sample {
namespace {

constexpr const char* kDocument = R"({
  "format": "puente.agreement/1",
  "id": "ID",
  "version": "VERSION",
  "env": "test",
  "object": "Referencia de pacientes entre los dos hospitales",
  "subjects": "Personas referidas entre las partes",
  "parties": [
    {
      "institution": "urn:puente:institution:hospital-norte",
      "name": "Hospital General del Norte",
      "rfc": "HGN010101AA1",
      "clues": ["DFIMB002003"],
      "signatory": {"name": "Marisela Tovar Quintanar", "position": "Directora"},
      "signing_thumbprints": ["47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"]
    },
    {
      "institution": "urn:puente:institution:hospital-sur",
      "name": "Hospital General del Sur",
      "rfc": "HGS010101AA1",
      "clues": ["MCSSA000001", "MCSSA000002"],
      "signatory": {"name": "Evaristo Luna Paredes", "position": "Director"},
      "signing_thumbprints": []
    }
  ],
  "term": {"from": "2026-01-01T00:00:00Z", "to": "2027-01-01T00:00:00Z"},
  "grants": [
    {
      "from": "urn:puente:institution:hospital-norte",
      "to": "urn:puente:institution:hospital-sur",
      "purposes": ["TREAT", "COC"],
      "resource_types": ["Patient", "Encounter", "Observation"],
      "legal_basis": "LB64-V",
      "unsigned_allowed": false,
      "uncountersigned_allowed": false,
      "fields": [
        {
          "purposes": ["COC"],
          "elements": ["Patient.identifier", "Patient.name.family", "Encounter.status", "Encounter.class", "Observation"],
          "outside": "filter"
        }
      ]
    }
  ],
  "channels": ["exchanges", "mllp"],
  "notice": {"version": "2026-01", "digest": "sha-256:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"},
  "retention": {"years": 5, "at_end": "keep"},
  "breach_notice_hours": 24,
  "onward_transfer": false,
  "termination": "Aviso con treinta días de anticipación",
  "jurisdiction": "Tribunales federales de la Ciudad de México"
}
)";

const gateway::crypto::DevInstitution& institution(const std::string& name)
{
    for (const auto& candidate : support::dev_pki().institutions) {
        if (candidate.name == name) {
            return candidate;
        }
    }
    throw std::runtime_error("no such institution in the test PKI: " + name);
}

}  // namespace

std::string document(const std::string& id, const std::string& version)
{
    return replaced(replaced(kDocument, "\"ID\"", '"' + id + '"'), "VERSION", version);
}

std::string replaced(std::string text, const std::string& from, const std::string& to)
{
    const auto at = text.find(from);
    if (at == std::string::npos) {
        throw std::runtime_error("not in the document: " + from);
    }
    return text.replace(at, from.size(), to);
}

std::string signature_of(const std::string& name, const std::string& bytes)
{
    const auto& signing = institution(name).signing;
    auto signature = gateway::agreements::sign_agreement(
        bytes, support::key_of(signing), support::certificate_of(signing), support::kNow);
    if (!signature) {
        throw std::runtime_error(base::to_line(signature.error()));
    }
    return *std::move(signature);
}

std::string certificate_of(const std::string& name)
{
    return institution(name).signing.certificate;
}

gateway::agreements::Agreement agreement(const std::string& bytes)
{
    auto read = gateway::agreements::read_document(bytes);
    if (!read) {
        throw std::runtime_error(base::to_line(read.error().front()));
    }
    return *std::move(read);
}

}  // namespace sample
