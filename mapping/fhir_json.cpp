#include "mapping/fhir_json.hpp"

#include "fhir_models/base/bytes.hpp"
#include "fhir_models/r4/json_reader.hpp"
#include "fhir_models/r4/path.hpp"

namespace mapping {
namespace {

namespace r4 = fhir::r4;

std::uint32_t count_leaves(const r4::Node& node)
{
    if (node.kind != r4::Kind::object && node.kind != r4::Kind::array) {
        return 1;
    }
    std::uint32_t count = 0;
    for (const auto& child : node) {
        count += count_leaves(child);
    }
    return count;
}

/// A collection around one resource; its fullUrl follows from its bytes.
r4::Document wrap(const r4::Node& resource, std::string_view bytes)
{
    r4::Document bundle;
    auto& root = bundle.root();
    bundle.add(root, "resourceType", r4::Kind::string, "Bundle");
    bundle.add(root, "type", r4::Kind::string, "collection");
    auto& entry = bundle.add(bundle.add(root, "entry", r4::Kind::array), {}, r4::Kind::object);
    constexpr std::array<std::uint8_t, 16> kUrl{0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1,
                                                0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8};
    const auto name = base::uuid_v5(kUrl, base::to_hex(base::view(base::sha256(bytes))));
    bundle.add(entry, "fullUrl", r4::Kind::string, bundle.keep("urn:uuid:" + name));
    bundle.add_copy(entry, "resource", resource);
    return bundle;
}

}  // namespace

base::Result<Translation> read_fhir(std::string_view bytes)
{
    auto document = r4::read_json(bytes);
    if (!document) {
        return base::Failure(document.error());
    }
    const auto type = std::string(document->root().text_of("resourceType"));
    if (type.empty()) {
        return base::fail(base::Errc::unknown_resource, "/resourceType",
                          {"un recurso FHIR R4", "a FHIR R4 resource"});
    }
    Translation translation;
    translation.place = "/";
    translation.package = "fhir.r4|4.0.1";
    translation.profile = type;
    const auto& root = document->root();
    for (const auto* path : {"identifier.value", "id"}) {
        if (translation.control_id.empty()) {
            translation.control_id = std::string(r4::get_text(root, path));
        }
    }
    translation.leaves.parsed = translation.leaves.mapped = count_leaves(root);
    translation.bundle = type == "Bundle" ? *std::move(document) : wrap(root, bytes);
    return translation;
}

}  // namespace mapping
