#include "gateway/agreements/inventory.hpp"

#include <algorithm>

#include "fhir_models/base/text.hpp"
#include "fhir_models/r4/schema.hpp"

namespace gateway::agreements {
namespace {

using fhir::r4::Document;
using fhir::r4::Element;
using fhir::r4::Kind;
using fhir::r4::Node;
using fhir::r4::Type;
using fhir::r4::TypeKind;

/// The element a step names, by its JSON name or, of a choice, by its name in FHIRPath.
const Element* element_at(const Type& type, std::string_view step)
{
    if (const auto* const named = fhir::r4::find_element(type, step)) {
        return named;
    }
    const auto elements = fhir::r4::elements_of(type);
    const auto found = std::ranges::find(elements, step, &Element::stem);
    return found == elements.end() ? nullptr : &*found;
}

/// The listed paths and what lies above them.
class Fields {
public:
    explicit Fields(const Inventory& inventory)
    {
        for (const auto& path : inventory.elements) {
            add(path);
            const auto type = path.substr(0, path.find('.'));
            add(type + ".id");
            add(type + ".meta.security");
        }
    }

    [[nodiscard]] bool whole(const std::string& path) const { return whole_.contains(path); }
    [[nodiscard]] bool partly(const std::string& path) const { return partly_.contains(path); }

    /// The path of an element below `parent`: a choice by the name it is listed under.
    [[nodiscard]] std::string path_of(const std::string& parent, const Element& element) const
    {
        auto named = parent + "." + std::string(element.name());
        return whole(named) || partly(named) ? named : parent + "." + std::string(element.stem());
    }

private:
    void add(const std::string& path)
    {
        whole_.insert(path);
        for (auto dot = path.find('.'); dot != std::string::npos; dot = path.find('.', dot + 1)) {
            partly_.insert(path.substr(0, dot));
        }
    }

    std::set<std::string> whole_;
    std::set<std::string> partly_;
};

/// What R4 requires below `path` and is not listed, of what is listed in part.
std::string gap_below(const Type& type, std::string_view path,
                      const std::vector<std::string>& elements)
{
    std::uint64_t listed = 0;
    for (const std::string_view element : elements) {
        if (!element.starts_with(path) || element.size() == path.size() ||
            element[path.size()] != '.') {
            continue;
        }
        const auto rest = element.substr(path.size() + 1);
        const auto step = rest.substr(0, rest.find('.'));
        const auto* const found = element_at(type, step);
        if (found == nullptr) {
            continue;
        }
        listed |= std::uint64_t{1} << found->ordinal;
        const auto here = element.substr(0, path.size() + 1 + step.size());
        if (step.size() < rest.size() && std::ranges::find(elements, here) == elements.end()) {
            if (auto gap = gap_below(fhir::r4::type_of(*found), here, elements); !gap.empty()) {
                return gap;
            }
        }
    }
    for (const auto& element : fhir::r4::elements_of(type)) {
        if ((type.required & ~listed) >> element.ordinal & 1U) {
            return std::string(path) + "." + std::string(element.stem());
        }
    }
    return {};
}

class Stripper {
public:
    Stripper(Document& document, const Inventory& inventory)
        : document_(document), fields_(inventory)
    {
    }

    Removed strip()
    {
        auto& bundle = document_.root();
        keep_only(bundle, "Bundle",
                  {"resourceType", "id", "meta", "type", "timestamp", "identifier", "entry"});
        if (auto* const entries = bundle.find("entry")) {
            for (auto& one : *entries) {
                entry(one);
            }
        }
        return std::move(removed_);
    }

private:
    void entry(Node& entry)
    {
        keep_only(entry, "Bundle.entry", {"fullUrl", "resource", "request"});
        if (auto* const request = entry.find("request")) {
            // A search in the place of an id may name the person.
            const bool searches = request->text_of("url").find('?') != std::string_view::npos;
            keep_only(*request, "Bundle.entry.request",
                      searches ? Names{"method"} : Names{"method", "url"});
        }
        if (auto* const held = entry.find("resource")) {
            resource(*held);
        }
    }

    using Names = std::initializer_list<std::string_view>;

    void keep_only(Node& node, const std::string& path, Names names)
    {
        for (auto* child = node.first; child != nullptr;) {
            auto* const next = child->next;
            if (std::ranges::find(names, child->name) == names.end()) {
                remove(node, *child, path + "." + std::string(child->name));
            }
            child = next;
        }
    }

    void remove(Node& parent, const Node& child, std::string path)
    {
        if (child.name == "modifierExtension" || child.name == "implicitRules") {
            removed_.modifier = path;
        }
        Document::remove(parent, child);
        removed_.paths.insert(std::move(path));
        ++count_;
    }

    void resource(Node& resource)
    {
        const auto* const type = fhir::r4::find_resource(resource.text_of("resourceType"));
        if (type == nullptr) {
            return;
        }
        const auto before = count_;
        const std::string path(type->name);
        if (!fields_.whole(path)) {
            below(resource, *type, path);
        }
        if (auto* const contained = resource.find("contained")) {
            for (auto& one : *contained) {
                this->resource(one);
            }
        }
        if (count_ != before) {
            tag(resource);
        }
    }

    void below(Node& node, const Type& type, const std::string& path)
    {
        for (auto* child = node.first; child != nullptr;) {
            auto* const next = child->next;
            if (child->name != "resourceType") {
                field(node, *child, type, path);
            }
            child = next;
        }
    }

    void field(Node& parent, Node& child, const Type& type, const std::string& path)
    {
        const auto name = child.name.starts_with('_') ? child.name.substr(1) : child.name;
        const auto* const element = fhir::r4::find_element(type, name);
        if (element == nullptr) {
            remove(parent, child, path + ".?");
            return;
        }
        auto here = fields_.path_of(path, *element);
        if (fields_.whole(here)) {
            return;
        }
        if (!fields_.partly(here)) {
            remove(parent, child, std::move(here));
            return;
        }
        const auto& inner = fhir::r4::type_of(*element);
        if (child.kind != Kind::array) {
            below(child, inner, here);
        }
        for (auto* item = child.kind == Kind::array ? child.first : nullptr; item != nullptr;) {
            auto* const next = item->next;
            below(*item, inner, here);
            if (item->first == nullptr) {
                Document::remove(child, *item);
            }
            item = next;
        }
        if (child.first == nullptr) {  // what it held is told already
            Document::remove(parent, child);
        }
    }

    /// R4: a resource that is not whole says so.
    void tag(Node& resource)
    {
        auto* meta = resource.find("meta");
        if (meta == nullptr) {
            meta = &document_.add(resource, "meta", Kind::object);
        }
        auto* tags = meta->find("tag");
        if (tags == nullptr) {
            tags = &document_.add(*meta, "tag", Kind::array);
        }
        auto& coding = document_.add(*tags, {}, Kind::object);
        document_.add(coding, "system", Kind::string,
                      "http://terminology.hl7.org/CodeSystem/v3-ObservationValue");
        document_.add(coding, "code", Kind::string, "SUBSETTED");
    }

    Document& document_;
    const Fields fields_;
    Removed removed_;
    std::size_t count_ = 0;
};

}  // namespace

bool is_element(std::string_view path)
{
    const auto steps = base::split(path, '.');
    const auto* type = fhir::r4::find_resource(steps.front());
    if (type == nullptr || type->name == "Bundle" || type->name == "Parameters") {
        return false;
    }
    for (std::size_t i = 1; i < steps.size(); ++i) {
        const auto* const element = type->kind == TypeKind::primitive || type->abstract
                                        ? nullptr
                                        : element_at(*type, steps[i]);
        const bool last = i + 1 == steps.size();
        if (element == nullptr || (!last && element->name() != steps[i])) {
            return false;
        }
        type = &fhir::r4::type_of(*element);
    }
    return true;
}

std::string gap_in(const Inventory& inventory, const std::vector<std::string>& resource_types)
{
    const auto& elements = inventory.elements;
    for (const auto& name : resource_types) {
        const auto* const type = fhir::r4::find_resource(name);
        const bool named = std::ranges::any_of(elements, [&name](std::string_view element) {
            return element.substr(0, element.find('.')) == name;
        });
        if (type == nullptr || !named) {
            return name;
        }
        const bool whole = std::ranges::find(elements, name) != elements.end();
        if (auto gap = whole ? std::string() : gap_below(*type, name, elements); !gap.empty()) {
            return gap;
        }
    }
    return {};
}

Removed strip(Document& bundle, const Inventory& inventory)
{
    return Stripper(bundle, inventory).strip();
}

}  // namespace gateway::agreements
