#include "gateway/evidence/claims.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "fhir_models/r4/json_reader.hpp"
#include "gateway/evidence/manifest.hpp"
#include "tests/support/files.hpp"

using namespace gateway::evidence;

namespace {

const std::string kDigest = digest_claim("bytes");

RequestClaims a_request()
{
    RequestClaims claims;
    claims.iss = "urn:puente:institution:hgz-1";
    claims.aud = {"urn:puente:gateway:demo", "urn:puente:institution:hgz-2"};
    claims.jti = "0190-a";
    claims.iat = 1'790'000'000;
    claims.exp = 1'790'000'300;
    claims.htm = "POST";
    claims.htu = "https://localhost:8443/exchanges";
    claims.env = "test";
    claims.agr = {"conv-1", "1", kDigest};
    claims.pou = "TREAT";
    claims.cty = "application/hl7-v2+er7";
    claims.len = 812;
    claims.dig = kDigest;
    return claims;
}

ReceiptClaims a_receipt()
{
    ReceiptClaims claims;
    claims.iss = "urn:puente:gateway:demo";
    claims.aud = "urn:puente:institution:hgz-1";
    claims.jti = "0190-a";
    claims.iat = 1'790'000'001;
    claims.env = "test";
    claims.exch = "0190-b";
    claims.evt = "accepted";
    claims.nro = true;
    claims.req = kDigest;
    claims.in = kDigest;
    claims.decision = {{"term", true}, {"purpose", true}};
    claims.strength = "institution";
    claims.log = {"puente.example/ledger-1", 7};
    claims.checkpoint = "puente.example/ledger-1\n7\n";
    return claims;
}

template <class Claims>
base::Result<Claims> read_back(const std::string& json)
{
    auto document = fhir::r4::read_json(json);
    REQUIRE(document);
    return Claims::from(document->root());
}

/// The JSON with one text replaced, which must be there.
std::string with(std::string json, std::string_view old_text, std::string_view new_text)
{
    const auto place = json.find(old_text);
    REQUIRE(place != std::string::npos);
    return json.replace(place, old_text.size(), new_text);
}

}  // namespace

TEST_CASE("a digest is told as sha-256 and base64url", "[claims]")
{
    CHECK(digest_claim("") == "sha-256:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU");
    CHECK(digest_claim(base::sha256("bytes")) == kDigest);
}

TEST_CASE("a request is written in one order without what is empty", "[claims]")
{
    CHECK(a_request().to_json() ==
          R"({"iss":"urn:puente:institution:hgz-1","aud":["urn:puente:gateway:demo",)"
          R"("urn:puente:institution:hgz-2"],"jti":"0190-a","iat":1790000000,"exp":1790000300,)"
          R"("htm":"POST","htu":"https://localhost:8443/exchanges","env":"test",)"
          R"("agr":{"id":"conv-1","ver":"1","dig":")" +
              kDigest + R"("},"pou":"TREAT","cty":"application/hl7-v2+er7","len":812,"dig":")" +
              kDigest + R"("})");
}

TEST_CASE("every claim set reads back what it wrote", "[claims]")
{
    auto request = a_request();
    request.basis = "LB64-V";
    request.sub = "c3Vi";
    CHECK(read_back<RequestClaims>(request.to_json())->to_json() == request.to_json());

    auto receipt = a_receipt();
    CHECK(read_back<ReceiptClaims>(receipt.to_json())->to_json() == receipt.to_json());
    receipt.evt = "filtered";
    receipt.decision.push_back({"basis", true, "LB64-V", {}});
    receipt.decision.push_back({"fields", true, {}, {"Patient.address", "Patient.photo"}});
    CHECK(receipt.to_json().find(R"({"clause":"basis","permits":true,"by":"LB64-V"},)"
                                 R"({"clause":"fields","permits":true,)"
                                 R"("removed":["Patient.address","Patient.photo"]})") !=
          std::string::npos);
    CHECK(read_back<ReceiptClaims>(receipt.to_json())->to_json() == receipt.to_json());
    receipt.decision.pop_back();
    receipt.evt = "rejected";
    receipt.code = "PU-4003";
    receipt.nro = false;
    receipt.req.clear();
    receipt.transport = "route:mllp-hgz-1";
    receipt.agr = {"conv-1", "1", kDigest};
    CHECK(read_back<ReceiptClaims>(receipt.to_json())->to_json() == receipt.to_json());

    const DeliveryClaims delivery{"urn:r", "urn:g", 1, "j", kDigest, kDigest, "refused", "PU-5004"};
    CHECK(read_back<DeliveryClaims>(delivery.to_json())->to_json() == delivery.to_json());

    CompletionClaims completion;
    completion.iss = "urn:g";
    completion.aud = {"urn:s", "urn:r"};
    completion.exch = "e";
    completion.rcpt = kDigest;
    completion.transport = "00ff";
    completion.status = 200;
    completion.answer = kDigest;
    completion.log = {"o", 8};
    CHECK(read_back<CompletionClaims>(completion.to_json())->to_json() == completion.to_json());

    const AgreementSignatureClaims signature{"urn:s", 5, kDigest};
    CHECK(read_back<AgreementSignatureClaims>(signature.to_json())->to_json() ==
          signature.to_json());

    LeafFields leaf;
    leaf.t = "2026-11-21T01:30:30.000Z";
    leaf.evt = "read";
    leaf.aud_event = kDigest;
    CHECK(leaf.to_json() ==
          R"({"seq":0,"t":"2026-11-21T01:30:30.000Z","evt":"read","audit":")" + kDigest + R"("})");
    CHECK(read_back<LeafFields>(leaf.to_json())->to_json() == leaf.to_json());
}

TEST_CASE("a request with a wrong claim is refused at that claim", "[claims]")
{
    const auto [old_text, new_text, where] = GENERATE(table<std::string, std::string, std::string>({
        {R"("iss")", R"("is")", "request.jws iss"},
        {R"("urn:puente:institution:hgz-1")", R"("")", "request.jws iss"},
        {R"("jti":"0190-a")", R"("jti":5)", "request.jws jti"},
        {R"("iat":1790000000)", R"("iat":-1)", "request.jws iat"},
        {R"("iat":1790000000)", R"("iat":1.5)", "request.jws iat"},
        {R"("iat":1790000000)", R"("iat":"1790000000")", "request.jws iat"},
        {R"("iat":1790000000)", R"("iat":99999999999999999999)", "request.jws iat"},
        {R"("iat":1790000000)", R"("iat":1789999999)", "request.jws exp"},
        {R"("exp":1790000300)", R"("exp":1790000000)", "request.jws exp"},
        {R"("aud":["urn:puente:gateway:demo",)", R"("aud":[7,)", "request.jws aud"},
        {R"("ver":"1")", R"("v":"1")", "request.jws agr"},
        {R"("len":812)", R"("len":true)", "request.jws len"},
        {R"("dig":"sha-256:)", R"("dig":"sha-512:)", "request.jws agr"},
    }));
    CAPTURE(old_text, new_text);

    const auto claims = read_back<RequestClaims>(with(a_request().to_json(), old_text, new_text));

    REQUIRE_FALSE(claims);
    CHECK(claims.error().code == base::Errc::claim_mismatch);
    CHECK(claims.error().where == where);
}

TEST_CASE("a receipt that contradicts itself is refused", "[claims]")
{
    const auto [old_text, new_text, where] = GENERATE(table<std::string, std::string, std::string>({
        {R"("accepted")", R"("rejected")", "receipt.jws code"},
        {R"("accepted")", R"("maybe")", "receipt.jws evt"},
        {R"("nro":true)", R"("nro":false)", "receipt.jws req"},
        {R"("permits":true)", R"("permits":"yes")", "receipt.jws decision"},
        {R"("index":7)", R"("index":"7")", "receipt.jws log"},
        {R"("accepted")", R"("filtered")", "receipt.jws decision"},
        {R"("permits":true})", R"("permits":true,"removed":["Patient.photo"]})",
         "receipt.jws decision"},
        {R"("permits":true})", R"("permits":true,"removed":[7]})", "receipt.jws decision"},
        {R"("permits":true})", R"("permits":true,"by":7})", "receipt.jws decision"},
    }));
    CAPTURE(old_text, new_text);

    const auto claims = read_back<ReceiptClaims>(with(a_receipt().to_json(), old_text, new_text));

    REQUIRE_FALSE(claims);
    CHECK(claims.error().where == where);
}

TEST_CASE("what is no claim set is refused, not read as an empty one", "[claims]")
{
    const std::string json = GENERATE("null", "[]", "7", "\"iss\"", "{}");
    CAPTURE(json);
    CHECK_FALSE(read_back<RequestClaims>(json));
    CHECK_FALSE(read_back<ReceiptClaims>(json));
    CHECK_FALSE(read_back<DeliveryClaims>(json));
    CHECK_FALSE(read_back<CompletionClaims>(json));
    CHECK_FALSE(read_back<LeafFields>(json));
}

namespace {

using fhir::r4::Kind;
using fhir::r4::Node;
using Names = std::set<std::string>;

/// The published form of a claim set: gateway/evidence/claims.schema.json.
class Schema {
public:
    explicit Schema(const std::string& name) : set_(definitions().find(name)) { REQUIRE(set_); }

    [[nodiscard]] Names required() const
    {
        Names names;
        for (const auto& item : *set_->find("required")) {
            names.emplace(item.text);
        }
        return names;
    }

    /// Every member of the claims is told of, with its kind; all that are told of are there.
    void describes(const std::string& json) const
    {
        const auto document = fhir::r4::read_json(json).value();
        Names told;
        Names there;
        for (const auto& property : *set_->find("properties")) {
            told.emplace(property.name);
        }
        for (const auto& member : document.root()) {
            there.emplace(member.name);
            const auto* property = set_->find("properties")->find(member.name);
            CAPTURE(member.name);
            REQUIRE(property != nullptr);
            CHECK(kind_of(*property) == member.kind);
        }
        CHECK(told == there);
    }

private:
    static const Node& definitions()
    {
        static const auto schema =
            fhir::r4::read_json(
                support::read_file(support::project_root() / "gateway/evidence/claims.schema.json"))
                .value();
        return *schema.root().find("$defs");
    }

    static Kind kind_of(const Node& property)
    {
        const auto reference = property.text_of("$ref");
        if (!reference.empty()) {
            return kind_of(*definitions().find(reference.substr(reference.rfind('/') + 1)));
        }
        const auto type = property.text_of("type");
        return type == "object"    ? Kind::object
               : type == "array"   ? Kind::array
               : type == "boolean" ? Kind::boolean
               : type == "integer" ? Kind::number
                                   : Kind::string;
    }

    const Node* set_;
};

Names members(const std::string& json)
{
    Names names;
    const auto document = fhir::r4::read_json(json).value();
    for (const auto& member : document.root()) {
        names.emplace(member.name);
    }
    return names;
}

/// A claim set with every member, and the same as nothing fills it.
template <class Claims>
void check_schema(const std::string& name, const Claims& full)
{
    CAPTURE(name);
    Schema(name).describes(full.to_json());
    CHECK(Schema(name).required() == members(Claims{}.to_json()));
}

}  // namespace

TEST_CASE("the published schemas tell of every claim there is, and of no other", "[claims]")
{
    auto request = a_request();
    request.basis = "LB64-V";
    request.sub = "sub";
    auto receipt = a_receipt();
    for (auto* text : {&receipt.code, &receipt.transport, &receipt.out, &receipt.map, &receipt.plan,
                       &receipt.receiver, &receipt.pou, &receipt.issues, &receipt.manifest,
                       &receipt.root, &receipt.prev, &receipt.prev_rcpt}) {
        *text = kDigest;
    }
    receipt.agr = {"conv-1", "1", kDigest};
    receipt.crl = {kDigest};

    check_schema("exchange-request+jws", request);
    check_schema("exchange-receipt+jws", receipt);
    check_schema("exchange-delivery+jws",
                 DeliveryClaims{"r", "g", 1, "j", kDigest, kDigest, "refused", "PU-5004"});
    check_schema("exchange-completion+jws", CompletionClaims{"g",
                                                             {"s", "r"},
                                                             1,
                                                             "e",
                                                             kDigest,
                                                             kDigest,
                                                             true,
                                                             kDigest,
                                                             "t",
                                                             200,
                                                             kDigest,
                                                             kDigest,
                                                             {"o", 1},
                                                             {kDigest}});
    check_schema("agreement-signature+jws", AgreementSignatureClaims{"p", 1, kDigest});
    check_schema("ledger-leaf", LeafFields{1, "t", "accepted", "e", kDigest, kDigest, "a|1",
                                           "TREAT", "s", "r", kDigest});
    check_schema("exchange-evidence+jws", ManifestClaims{"g", 1, {{"receipt.jws", 3, kDigest}}});
}
