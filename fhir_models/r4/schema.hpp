#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "fhir_models/base/result.hpp"
#include "fhir_models/r4/name_index.hpp"

namespace fhir::r4 {

/// The primitive types, in the order of the generated table: `kTypes[0]` is base64Binary.
enum class Primitive : std::uint8_t {
    base64_binary,
    boolean,
    canonical,
    code,
    date,
    date_time,
    decimal,
    id,
    instant,
    integer,
    markdown,
    oid,
    positive_int,
    string,
    time,
    unsigned_int,
    uri,
    url,
    uuid,
    xhtml,
};

enum class TypeKind : std::uint8_t { primitive, complex, backbone, resource };

/// A type of R4: "dateTime", "HumanName", "Patient", or the unnamed type of an element that holds
/// others, by the path of that element: "Patient.contact".
///
/// Source:  StructureDefinitions of R4 4.0.1, all 148 resources and all datatypes (schema_r4.inc).
struct Type {
    std::string_view name;
    NameIndex index;
    std::uint64_t required;  ///< bit n: the element of ordinal n has min 1
    std::uint16_t first_element;
    std::uint16_t element_count;
    TypeKind kind;
    bool abstract;  ///< Element, BackboneElement, Resource, DomainResource
};

/// One JSON property of a type. A choice (`value[x]`) is one property per type it may have.
struct Element {
    std::string_view path;    ///< "Patient.birthDate", "Observation.valueQuantity"
    std::uint16_t type;       ///< see type_of
    std::uint16_t value_set;  ///< see value_set_of
    std::uint16_t first_target;
    std::uint8_t targets;    ///< resource types a Reference or canonical may name; 0: any
    std::uint8_t name_size;  ///< of the JSON name at the end of `path`
    std::uint8_t stem_size;  ///< of the name before [x]; 0 when it is no choice
    std::uint8_t ordinal;    ///< place in its type; the properties of one choice share it
    std::uint8_t min;        ///< 0 or 1
    std::uint8_t max;        ///< 1, or 0 for *

    [[nodiscard]] std::string_view name() const noexcept  ///< "birthDate", "valueQuantity"
    {
        return path.substr(path.size() - name_size);
    }
    /// Its name in FHIRPath: "birthDate", "value".
    [[nodiscard]] std::string_view stem() const noexcept
    {
        return stem_size == 0 ? name() : name().substr(0, stem_size);
    }
    [[nodiscard]] bool repeats() const noexcept { return max == 0; }
};

struct Code {
    std::string_view code;
    std::uint16_t system;
};

/// A value set of a required binding, with all its codes when the definitions list them.
struct ValueSet {
    std::string_view url;  ///< without version
    NameIndex index;
    std::uint16_t first_code;
    std::uint16_t code_count;

    /// False for mimetypes, currencies, ucum-units and one of LOINC: nobody can check them by list.
    [[nodiscard]] bool enumerable() const noexcept { return code_count > 0; }
    /// Requires enumerable().
    [[nodiscard]] bool has(std::string_view code) const noexcept;
    [[nodiscard]] bool has(std::string_view system, std::string_view code) const noexcept;
};

/// Any type by its name or path; nullptr when R4 has none.
[[nodiscard]] const Type* find_type(std::string_view name) noexcept;
/// The concrete resource type `name`; nullptr for abstract and unknown ones.
[[nodiscard]] const Type* find_resource(std::string_view name) noexcept;

/// The property `name` ("valueQuantity") of a type; nullptr when it has none. O(1).
[[nodiscard]] const Element* find_element(const Type& type, std::string_view name) noexcept;
/// All of them, in the order of the definition.
[[nodiscard]] std::span<const Element> elements_of(const Type& type) noexcept;

[[nodiscard]] const Type& type_of(const Element& element) noexcept;
/// Requires kind == primitive.
[[nodiscard]] Primitive primitive_of(const Type& type) noexcept;
/// The n-th (from 0, below element.targets) resource type a reference of it may name.
[[nodiscard]] const Type& target_of(const Element& element, std::size_t n) noexcept;
/// The value set of its required binding; nullptr when it has none.
[[nodiscard]] const ValueSet* value_set_of(const Element& element) noexcept;

[[nodiscard]] const ValueSet* find_value_set(std::string_view url) noexcept;
[[nodiscard]] std::span<const Type> all_types() noexcept;
[[nodiscard]] std::span<const ValueSet> all_value_sets() noexcept;

/// The element a path names: "Patient.name[0].family", "Observation.valueQuantity.value".
///
/// Shape:   type name, then JSON names; indexes are allowed where the element repeats.
/// Errors:  unknown_resource, unknown_element, cardinality (an index on what does not repeat);
///          `where` = the path up to the step that is wrong.
[[nodiscard]] base::Result<const Element*> resolve(std::string_view path);

}  // namespace fhir::r4
