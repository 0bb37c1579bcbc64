#include "gateway/api/rendering.hpp"

#include <map>

#include "gateway/exchange/served.hpp"

namespace gateway::api {
namespace {

using fhir::r4::Document;
using fhir::r4::Kind;
using fhir::r4::Node;

/// "Patient/9c…" by every way an entry of the Bundle can be named: fullUrl, Type/id.
using Names = std::map<std::string, std::string_view, std::less<>>;

Names names_of(Document& bundle, Node& entries, std::string_view sender)
{
    Names names;
    for (auto& entry : entries) {
        const auto* const resource = entry.find("resource");
        const auto own = exchange::entry_id(entry);
        if (resource == nullptr || own.empty()) {
            continue;
        }
        const auto type = std::string(resource->text_of("resourceType")) + "/";
        const auto served =
            bundle.keep(type + exchange::served_id(sender, resource->text_of("resourceType"), own));
        names.emplace(entry.text_of("fullUrl"), served);
        names.emplace(type + std::string(resource->text_of("id")), served);
    }
    return names;
}

void rewrite_references(Node& node, const Names& names)
{
    for (auto& child : node) {
        if (child.kind == Kind::object || child.kind == Kind::array) {
            rewrite_references(child, names);
        } else if (child.kind == Kind::string &&
                   (child.name == "reference" || child.name == "url" || child.name == "valueUri")) {
            const auto found = names.find(child.text);
            if (found != names.end()) {
                child.text = found->second;
            }
        }
    }
}

void set(Document& bundle, Node& parent, std::string_view name, std::string_view text)
{
    auto* const member = parent.find(name);
    if (member == nullptr) {
        bundle.add(parent, name, Kind::string, text);
    } else {
        member->text = text;
    }
}

/// Puts `child`, the last of its parent, behind the first member.
void move_up(Node& parent)
{
    Node* before = parent.first;
    while (before != nullptr && before->next != parent.last) {
        before = before->next;
    }
    if (before == nullptr || before == parent.first) {
        return;
    }
    Node* const child = parent.last;
    before->next = nullptr;
    parent.last = before;
    child->next = parent.first->next;
    parent.first->next = child;
}

void add_meta(Document& bundle, Node& resource, const Version& version)
{
    auto* meta = resource.find("meta");
    if (meta == nullptr) {
        meta = &bundle.add(resource, "meta", Kind::object);
        move_up(resource);
    }
    set(bundle, *meta, "versionId", bundle.keep(version.id));
    set(bundle, *meta, "lastUpdated", bundle.keep(base::to_rfc3339(version.updated)));
    set(bundle, *meta, "source", bundle.keep(version.sender));
}

}  // namespace

void serve_bundle(Document& bundle, const Version& version)
{
    auto* const entries = bundle.root().find("entry");
    if (entries == nullptr) {
        return;
    }
    const auto names = names_of(bundle, *entries, version.sender);
    for (auto& entry : *entries) {
        auto* const resource = entry.find("resource");
        const auto own = exchange::entry_id(entry);
        if (resource == nullptr || own.empty()) {
            continue;
        }
        const auto id = exchange::served_id(version.sender, resource->text_of("resourceType"), own);
        rewrite_references(*resource, names);
        add_meta(bundle, *resource, version);
        if (resource->find("id") == nullptr) {
            bundle.add(*resource, "id", Kind::string, bundle.keep(id));
            move_up(*resource);
        } else {
            resource->find("id")->text = bundle.keep(id);
        }
    }
}

}  // namespace gateway::api
