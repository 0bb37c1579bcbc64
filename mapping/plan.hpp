#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "fhir_models/r4/schema.hpp"
#include "mapping/condition.hpp"
#include "mapping/hl7v2/outgoing.hpp"
#include "mapping/package.hpp"
#include "mapping/rules/rule_pack.hpp"
#include "mapping/structure.hpp"

namespace mapping {

/// What a rule does with its source.
enum class Action : std::uint8_t { ignore, text, apply };

/// How the text of a source becomes the text of a primitive. `by_type`: as R4's own type asks.
enum class Convert : std::uint8_t {
    by_type,
    dmy,
    hms,
    oid,
    uuid_urn,
    hex,
    base64_of_text,
    cie10,
    digest
};

/// A node below the root of a map: every prefix of every target path is one slot, so that rows that
/// name the same item find the same node.
struct Slot {
    std::string_view name;  ///< JSON property, of the R4 table
    const fhir::r4::Element* element = nullptr;
    const fhir::r4::Type* type = nullptr;  ///< what stands there; the resource's when `hop`
    std::uint32_t parent = 0;              ///< slot; 0 is the root of the map
    std::uint16_t depth = 0;
    bool array = false;      ///< one item of an array
    bool hop = false;        ///< a reference to another resource, which is where we go on
    bool choice = false;     ///< one of the types of value[x]
    bool extension = false;  ///< "_birthDate": beside a primitive
};

/// A literal, or a place whose text is taken.
struct Part {
    std::string literal;
    std::optional<Operand> place;
};

struct Rule {
    std::string id;
    std::string note;  ///< of a rule that ignores: why
    std::uint16_t package = 0;
    Action action = Action::ignore;
    Convert convert = Convert::by_type;
    bool constant = false;           ///< only literals: says nothing of the source
    std::uint16_t repeat_depth = 0;  ///< slots from this depth on are one per repetition; 0: none
    std::optional<Operand> source;
    Condition when;
    std::vector<Operand> decided;  ///< places whose value the condition asks for
    std::uint32_t slot = 0;
    std::uint32_t map = 0;  ///< of apply
    std::optional<std::uint32_t> vocab;
    std::vector<Part> parts;  ///< empty: the source itself
    /// The first element of the target, and whether the target is beside a primitive
    /// ("_birthDate").
    const fhir::r4::Element* top = nullptr;
    bool beside = false;
    bool hops = false;     ///< the target is in a resource the rule reaches by reference
    bool chooses = false;  ///< the target is in one of the types of a choice
    const fhir::r4::Element* unless = nullptr;  ///< of a completion: not when that is there
    std::string_view other_end;  ///< of "Period.start": "end", and the other way round
};

/// The rules of one kind of segment, row or datatype, in order.
struct Map {
    std::string name;
    const fhir::r4::Type* type = nullptr;
    std::vector<Slot> slots;  ///< [0] is the root
    std::vector<Rule> rules;
    std::uint32_t late = 0;           ///< rules from here on ask what the others did (UNMAPPED)
    std::array<char, 3> segment{};    ///< whose fields the gates mean
    std::vector<std::uint8_t> gates;  ///< by rule: the number its source begins with, below 64; or:
    static constexpr std::uint8_t kAlways = 255;   ///< no such number: tried always
    static constexpr std::uint8_t kRelative = 64;  ///< added when the number is of the value
    std::vector<std::string> keys;                 ///< of the slots, while compiling
};

struct Concept {
    std::string code;
    std::string display;
    std::string system;
};

/// Strings found by views.
struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept
    {
        return std::hash<std::string_view>{}(text);
    }
};

template <class T>
using TextMap = std::unordered_map<std::string, T, TextHash, std::equal_to<>>;

struct Vocabulary {
    std::string name;
    TextMap<Concept> codes;
    std::optional<Concept> other;  ///< row `*`

    [[nodiscard]] const Concept* find(std::string_view code) const noexcept;
};

/// `A.path=B`: a reference from one resource of the record to another.
struct Link {
    std::uint32_t from = 0;  ///< name of an instance
    std::uint32_t to = 0;
    std::uint32_t slot = 0;  ///< in `map`, whose type is that of `from`
    std::uint32_t map = 0;
    bool same_frame = false;       ///< `from` is what the placement makes: its items are shared
    std::uint16_t limit = 0;       ///< groups above this depth are not searched for `to`
    std::uint16_t from_limit = 0;  ///< nor above this one for `from`
};

/// One row that sends a segment through a map.
struct Placement {
    std::string id;
    std::uint16_t package = 0;
    Condition when;
    std::vector<Operand> decided;
    const fhir::r4::Type* type = nullptr;
    std::uint32_t instance = 0;  ///< name: "Patient[1]"
    std::uint32_t map = 0;
    bool makes = true;        ///< false: goes on with what an earlier place made
    bool anywhere = false;    ///< of structure `*` or `+`
    std::uint16_t limit = 0;  ///< how far up to look for it
    std::vector<Link> links;
};

struct Key {
    std::vector<std::string> parts;  ///< element paths below the resource
};

/// What one structure (ADT_A01, GIIS-B015) does with the segments at its places.
struct Profile {
    std::uint16_t package = 0;
    Structure structure;
    std::vector<std::vector<Placement>> placements;  ///< by node of the structure
    std::set<std::uint32_t> instances;               ///< that its own rows make
};

/// All packages compiled: immutable, shared by all threads.
struct Plan {
    std::vector<Package> packages;  ///< their tables emptied
    std::vector<Map> maps;
    std::vector<Vocabulary> vocabularies;
    std::map<std::string, Profile, std::less<>> profiles;
    /// By segment name: `*`, for segments the structure has no row for; `+`, besides its own rows.
    TextMap<std::vector<Placement>> anywhere;
    TextMap<std::vector<Placement>> besides;
    std::map<std::string, std::string, std::less<>> events;  ///< "ADT^A04" to structure
    std::map<std::string, std::vector<std::string>, std::less<>> columns;  ///< by GIIS profile
    TextMap<std::vector<Key>> keys;                                        ///< by resource type
    TextMap<std::uint32_t> completions;                          ///< type to map Complete[Type]
    std::map<std::string, rules::RulePack, std::less<>> checks;  ///< by GIIS profile
    std::set<std::string, std::less<>> completed_inside;         ///< resources with parts completed
    std::vector<std::string> instances;                          ///< names of instances
    hl7v2::Outgoing outgoing;                                    ///< FHIR back to HL7 v2
    std::string digest;
};

/// Compiles packages. Every fault is appended; with faults the plan is of no use.
[[nodiscard]] Plan compile(std::vector<Package> packages, base::Issues& faults);

}  // namespace mapping
