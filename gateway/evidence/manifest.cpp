#include "gateway/evidence/manifest.hpp"

#include "fhir_models/r4/json_writer.hpp"
#include "gateway/evidence/claim_table.hpp"

namespace gateway::evidence {
namespace {

constexpr std::string_view kFiles = "files";

bool read_file(const fhir::r4::Node& node, ManifestFile& file)
{
    const auto* name = node.find("name");
    const auto* len = node.find("len");
    const auto* dig = node.find("dig");
    return name != nullptr && len != nullptr && dig != nullptr && read(*name, file.name) &&
           read(*len, file.len) && read(*dig, file.dig) && is_digest_claim(file.dig);
}

}  // namespace

std::string ManifestClaims::to_json() const
{
    std::string json = R"({"iss":)";
    fhir::r4::write_json_string(iss, json);
    json += R"(,"iat":)" + std::to_string(iat) + R"(,"files":[)";
    for (const auto& file : files) {
        json += json.back() == '[' ? R"({"name":)" : R"(,{"name":)";
        fhir::r4::write_json_string(file.name, json);
        json += R"(,"len":)" + std::to_string(file.len) + R"(,"dig":)";
        fhir::r4::write_json_string(file.dig, json);
        json += '}';
    }
    return json + "]}";
}

base::Result<ManifestClaims> ManifestClaims::from(const fhir::r4::Node& claims)
{
    ManifestClaims manifest;
    const auto* iss = claims.find("iss");
    if (iss == nullptr || !read(*iss, manifest.iss)) {
        return claim_missing(kManifestName, "iss");
    }
    const auto* iat = claims.find("iat");
    if (iat == nullptr || !read(*iat, manifest.iat)) {
        return claim_missing(kManifestName, "iat");
    }
    const auto* files = claims.find(kFiles);
    if (files == nullptr || files->kind != fhir::r4::Kind::array) {
        return claim_missing(kManifestName, kFiles);
    }
    for (const auto& file : *files) {
        if (!read_file(file, manifest.files.emplace_back())) {
            return claim_malformed(kManifestName, kFiles, file);
        }
    }
    return manifest;
}

}  // namespace gateway::evidence
