#include "scene.hpp"

#include "gateway/evidence/checkpoint.hpp"
#include "gateway/evidence/merkle.hpp"
#include "tests/support/pki.hpp"
#include "tree.hpp"

namespace scene {

using namespace gateway::crypto;
using namespace gateway::evidence;

namespace {

const std::string kGateway = "urn:puente:gateway:prueba";
const std::string kSender = institution_urn("hospital-norte");
const std::string kReceiver = institution_urn("hospital-sur");
const std::string kExchange = "019f0000-0000-7000-8000-000000000001";
const std::string kOrigin = "puente.example/ledger-1";
constexpr std::uint64_t kReceiptIndex = 258;
constexpr std::uint64_t kCompletionIndex = 270;
constexpr std::uint64_t kLedgerSize = 300;
const std::int64_t kSeconds = base::to_seconds(support::kNow);

struct Party {
    PrivateKey key;
    Certificate certificate;

    [[nodiscard]] std::string sign(std::string_view typ, std::string_view claims,
                                   Algorithm algorithm) const
    {
        const JwsHeader header{algorithm, std::string(typ), "k1", certificate.x5t()};
        return sign_jws(key, header, claims).value();
    }
    [[nodiscard]] std::string sign(std::string_view typ, std::string_view claims) const
    {
        return sign(typ, claims, key.algorithm());
    }
};

Party party_of(const Credential& credential)
{
    return {support::key_of(credential), support::certificate_of(credential)};
}

/// A key of the receiver's own of any kind, under the same name.
Party receiver_with(KeyKind kind)
{
    static std::map<KeyKind, Party> made;
    if (const auto known = made.find(kind); known != made.end()) {
        return known->second;
    }
    auto key = PrivateKey::from_pem(new_key(kind).value()).value();
    const auto& root = support::dev_pki().root;
    const CertificatePlan plan{"receptor",
                               {{"basicConstraints", "critical,CA:FALSE"},
                                {"keyUsage", "critical,digitalSignature"},
                                {"subjectAltName", "URI:" + kReceiver}},
                               support::certificate_of(root).not_before(),
                               support::certificate_of(root).not_after()};
    const auto pem = support::root_authority().issue(plan, key.public_pem()).value();
    return made.emplace(kind, Party{std::move(key), Certificate::from_pem(pem).value()})
        .first->second;
}

/// A ledger with `leaf` at `index` among leaves of no matter.
ProofFile prove(std::string_view leaf, std::uint64_t index)
{
    Frontier frontier;
    tree::MemoryTiles tiles;
    for (std::uint64_t i = 0; i < kLedgerSize; ++i) {
        frontier.append(leaf_hash(i == index ? leaf : "{\"seq\":" + std::to_string(i) + "}"));
    }
    tiles.store(frontier);
    const auto key = PrivateKey::from_pem(support::dev_pki().ledger_key).value();
    return {index, inclusion_proof(index, kLedgerSize, tiles.reader()).value(),
            sign_checkpoint({kOrigin, kLedgerSize, frontier.root()}, key).value()};
}

std::string earlier_checkpoint()
{
    const auto key = PrivateKey::from_pem(support::dev_pki().ledger_key).value();
    return sign_checkpoint({kOrigin, 100, base::sha256("earlier")}, key).value();
}

void log(Documents& documents, const Script& script, const std::string& name, std::string_view jws,
         std::uint64_t index)
{
    LeafFields leaf;
    leaf.seq = index;
    leaf.t = base::to_rfc3339(support::kNow);
    leaf.evt = "accepted";
    leaf.exch = kExchange;
    leaf.jws = digest_claim(jws);
    script.leaf(leaf);
    auto proof = prove(leaf.to_json(), index);
    script.proof(proof);
    documents.push_back({name + ".json", leaf.to_json()});
    documents.push_back({name + ".tlog-proof", proof.to_text()});
}

std::string agreement_text(const Party& sender, const Party& receiver)
{
    return R"({"id":"conv-1","version":"1","parties":[{"institution":")" + kSender +
           R"(","signing_thumbprints":[")" + sender.certificate.x5t() + R"("]},{"institution":")" +
           kReceiver + R"(","signing_thumbprints":[")" + receiver.certificate.x5t() + "\"]}]}\n";
}

void agree(Documents& documents, const Script& script, const Party& sender, const Party& receiver)
{
    const auto text = agreement_text(sender, receiver);
    documents.push_back({"agreement.json", text});
    int number = 0;
    for (const auto& [urn, party] :
         {std::pair(kSender, &sender), std::pair(kReceiver, &receiver)}) {
        AgreementSignatureClaims claims{urn, kSeconds - 1000, digest_claim(text)};
        script.signature(claims);
        const auto name = "agreement." + std::to_string(++number);
        documents.push_back({name + ".jws", party->sign(kAgreementSignatureTyp, claims.to_json())});
        documents.push_back({name + ".pem", party->certificate.pem()});
    }
}

RequestClaims request_claims(const std::string& agreement)
{
    RequestClaims claims;
    claims.iss = kSender;
    claims.aud = {kGateway, kReceiver};
    claims.jti = "019f0000-0000-7000-8000-0000000000aa";
    claims.iat = kSeconds;
    claims.exp = kSeconds + 300;
    claims.htm = "POST";
    claims.htu = "https://localhost:8443/exchanges";
    claims.env = "test";
    claims.agr = {"conv-1", "1", digest_claim(agreement)};
    claims.pou = "TREAT";
    claims.cty = "application/hl7-v2+er7";
    claims.len = 6;
    claims.dig = digest_claim("source");
    return claims;
}

ReceiptClaims receipt_claims(const RequestClaims& request, const std::string& request_jws)
{
    ReceiptClaims claims;
    claims.iss = kGateway;
    claims.aud = kSender;
    claims.jti = request.jti;
    claims.iat = kSeconds + 1;
    claims.env = "test";
    claims.exch = kExchange;
    claims.evt = "accepted";
    claims.nro = !request_jws.empty();
    claims.req = claims.nro ? digest_claim(request_jws) : "";
    claims.transport = claims.nro ? "" : "route:mllp-norte";
    claims.in = digest_claim("source");
    claims.out = digest_claim("fhir");
    claims.map = "hl7.v2-to-fhir|1.0.0 ADT_A01";
    claims.agr = request.agr;
    claims.receiver = kReceiver;
    claims.pou = "TREAT";
    claims.decision = {{"agreement", true}, {"purpose", true}};
    claims.records = 1;
    claims.strength = claims.nro ? "institution" : "transport";
    claims.log = {kOrigin, kReceiptIndex};
    claims.checkpoint = earlier_checkpoint();
    return claims;
}

void complete(Documents& documents, const Script& script, const Party& gateway,
              const Party& receiver, const ReceiptClaims& receipt, const std::string& receipt_jws)
{
    CompletionClaims completion;
    completion.iss = kGateway;
    completion.aud = {kSender, kReceiver};
    completion.iat = kSeconds + 3;
    completion.exch = kExchange;
    completion.req = receipt.req;
    completion.rcpt = digest_claim(receipt_jws);
    completion.nrr = script.nrr;
    completion.log = {kOrigin, kCompletionIndex};
    if (script.nrr) {
        DeliveryClaims delivery{kReceiver,       kGateway,    kSeconds + 2, "d1",
                                completion.rcpt, receipt.out, "received",   ""};
        script.delivery(delivery);
        const auto jws = receiver.sign(kDeliveryTyp, delivery.to_json());
        documents.push_back({"delivery.jws", jws});
        completion.dlv = digest_claim(jws);
    } else {
        completion.transport = std::string(64, 'a');
        completion.status = 200;
        completion.answer = digest_claim("OK");
    }
    script.completion(completion);
    const auto jws = gateway.sign(kCompletionTyp, completion.to_json());
    documents.push_back({"completion.jws", jws});
    log(documents, script, "leaf-completion", jws, kCompletionIndex);
}

}  // namespace

std::string tar_of(const Script& script)
{
    const auto gateway = party_of(support::dev_pki().gateway_signing);
    const auto sender = party_of(support::dev_pki().institutions[0].signing);
    const auto receiver = receiver_with(script.receiver_key);
    Documents documents{{"certs/gateway.pem", gateway.certificate.pem()},
                        {"certs/sender.pem", sender.certificate.pem()},
                        {"certs/receiver.pem", receiver.certificate.pem()}};

    auto request = request_claims(agreement_text(sender, receiver));
    script.request(request);
    std::string request_jws;
    if (script.nro) {
        request_jws = sender.sign(kRequestTyp, request.to_json(), script.sender_algorithm);
        documents.push_back({"request.jws", request_jws});
    }
    auto receipt = receipt_claims(request_claims(agreement_text(sender, receiver)), request_jws);
    const std::string outcome = R"({"resourceType":"OperationOutcome"})";
    receipt.issues = digest_claim(outcome);
    documents.push_back({"outcome.json", outcome});
    const std::string records = "{\"record\":1,\"outcome\":\"accepted\"}\n";
    receipt.manifest = digest_claim(records);
    documents.push_back({"records.ndjson", records});
    script.receipt(receipt);
    if (!receipt.agr.id.empty()) {
        agree(documents, script, sender, receiver);
    }
    const auto receipt_jws = gateway.sign(kReceiptTyp, receipt.to_json());
    documents.push_back({"receipt.jws", receipt_jws});
    log(documents, script, "leaf", receipt_jws, kReceiptIndex);
    if (script.delivered) {
        complete(documents, script, gateway, receiver, receipt, receipt_jws);
    }
    script.documents(documents);
    return pack(std::move(documents), {&gateway.key, &gateway.certificate, "k1"}).value();
}

Script refused()
{
    Script script;
    script.delivered = false;
    script.receipt = [](ReceiptClaims& receipt) {
        receipt.evt = "rejected";
        receipt.code = "PU-4001";
        receipt.out.clear();
        receipt.agr = {};
        receipt.receiver.clear();
        receipt.decision = {{"agreement", false}};
    };
    return script;
}

Trust trust()
{
    const auto key = PrivateKey::from_pem(support::dev_pki().ledger_key).value();
    const auto witness = PrivateKey::from_pem(new_key(KeyKind::ed25519).value()).value();
    return {support::dev_pki().root.certificate,
            {verifier_key("witness.example/w1", witness), verifier_key(kOrigin, key)}};
}

}  // namespace scene
