#pragma once

#include <cstdint>
#include <set>
#include <string_view>

#include "fhir_models/r4/core_extensions.hpp"
#include "fhir_models/r4/findings.hpp"
#include "fhir_models/r4/invariants.hpp"
#include "fhir_models/r4/local_references.hpp"
#include "fhir_models/r4/primitives.hpp"
#include "fhir_models/r4/schema.hpp"
#include "fhir_models/r4/validate.hpp"

namespace fhir::r4 {

/// The types and elements with rules of their own.
struct Landmarks {
    const Type* bundle = find_type("Bundle");
    const Type* search_parameter = find_type("SearchParameter");
    const Type* element = find_type("Element");
    const Type* extension = find_type("Extension");
    const Type* reference = find_type("Reference");
    const Type* attachment = find_type("Attachment");
    const Type* coding = find_type("Coding");
    const Type* codeable_concept = find_type("CodeableConcept");
    const Element* reference_text = find_element(*reference, "reference");
    const Element* nested = find_element(*extension, "extension");
    const Element* value = find_element(*extension, "valueString");
};
[[nodiscard]] const Landmarks& landmarks();

/// One walk down a resource, to its structure.
class StructureWalk {
public:
    StructureWalk(Findings& findings, const Landmarks& known, Checks checks)
        : findings_(findings), known_(known), checks_(checks)
    {
    }

    void resource(const Node& node, const Place& place, LocalScope& scope)
    {
        std::set<std::string_view> anchors;
        resource(node, place, scope, nullptr, anchors);
    }

private:
    /// What is the same for all of one resource.
    struct Context {
        LocalScope& scope;
        const fhirpath::Environment& around;
        std::set<std::string_view>& anchors;  ///< the "#..." it and what it contains name
        std::set<std::string_view> ids{};     ///< of its elements
    };

    /// `root` is the resource that contains this one, or nullptr.
    void resource(const Node& node, const Place& place, LocalScope& scope, const Node* root,
                  std::set<std::string_view>& anchors);
    void object(const Node& node, const Type& type, const Place& place, Context& context);
    void property(const Node& object, const Node& child, const Element& element, const Place& place,
                  Context& context);
    void items(const Node& object, const Node& array, const Element& element, const Place& place,
               Context& context);
    void value(const Node& node, const Element& element, const Place& place, Context& context);
    void primitive(const Node& node, const Element& element, const Type& type, const Place& place,
                   Context& context);
    void twin(const Node& object, const Node& child, const Element& element, const Place& place,
              Context& context);
    void twin_items(const Node& array, const Node* values, const Element& element,
                    const Place& place, Context& context);
    void extensions(const Node& owner, const Type& type, const Element* element,
                    const Place& place);
    void extension_value(const Node& extension, const CoreExtension& core, const Place& place);
    void coding(const Node& node, const Place& place);
    void uri_text(const Node& node, Primitive form, const Place& place);
    void code_behind(const Node& node, const Element& element, const Place& place);
    void missing(const Node& node, const Type& type, std::uint64_t ordinals, const Place& place);
    void only_choice(const Node& object, const Node& child, const Element& element,
                     const Type& type, const Place& place);
    void code(const Node& node, const ValueSet& codes, const Place& place);
    void contained_ids(const Node& resource, const Place& place);
    void concept_code(const Node& node, const ValueSet& codes, const Place& place);

    void rules(const Node& node, const Type& type, std::uint64_t seen, const Place& place,
               Context& context);
    void rule(const Invariant& rule, const fhirpath::Value& focus, const Place& place,
              Context& context);
    void texts(const Node& node, const Element& element, const Type& type, const Place& place);
    void reference_text(const Node& node, const Place& place);
    void reference_target(const Node& node, const Element& element, const Place& place);
    void attachment(const Node& node, const Place& place);
    void search_parameter(const Node& node, const Place& place);
    void bundle(const Node& node, const Place& place);
    void document(const Node& entries, const Place& place);
    void full_url(const Node& entry, const Place& place);
    void narrative(const Node& div, const Place& place);
    void unnamed_contained(const Node& resource, const Place& place, const Context& context);

    Findings& findings_;
    const Landmarks& known_;
    Checks checks_;
    std::set<std::string_view> unlisted_;  ///< value sets told as not checked
};

}  // namespace fhir::r4
