#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "fhir_models/r4/node.hpp"
#include "mapping/plan.hpp"
#include "mapping/trace.hpp"
#include "mapping/translate.hpp"

namespace mapping {

/// A resource of the Bundle being made.
struct Made {
    fhir::r4::Node* entry = nullptr;
    fhir::r4::Node* resource = nullptr;
    fhir::r4::Node* id = nullptr;
    fhir::r4::Node* full_url = nullptr;
    const fhir::r4::Type* type = nullptr;
    std::uint32_t segment = 0;  ///< that began it
    bool touched = false;       ///< the source put something into it
    bool dropped = false;
    std::uint32_t same_as = 0;  ///< when dropped for an equal one
    std::string_view url;       ///< "urn:uuid:" and its id, when known; the document's
    bool naming = false;        ///< its key is being read (references may go round)
};

/// A reference whose text is written when ids are known.
struct Pending {
    fhir::r4::Node* text = nullptr;
    std::uint32_t to = 0;
};

/// The Bundle while it is made, and everything that points into it.
struct Work {
    const Plan& plan;
    const Profile& profile;
    SourceTree& source;
    std::string_view zone;

    fhir::r4::Document document;
    fhir::r4::Node* entries = nullptr;
    std::vector<Made> made;  ///< [0] is the Bundle
    std::vector<Pending> pending;
    std::unordered_map<const fhir::r4::Node*, std::uint32_t> by_node;  ///< resource to made
    std::vector<Mark> marks;
    std::vector<std::pair<const fhir::r4::Node*, const fhir::r4::Node*>> same;
    std::vector<bool> told;  ///< per leaf: an issue says why it was not mapped
    base::Issues issues;

    [[nodiscard]] std::uint32_t make(const fhir::r4::Type& type, std::uint32_t segment);
    void refer(fhir::r4::Node& reference, std::uint32_t to);
};

/// Runs a record through the placements of its profile.
void run(Work& work);

/// After mapping: completions, ids, duplicates, references, empty nodes.
/// `digest`: of the record's bytes, for what has no key.
void finish(Work& work, std::string_view digest);

/// Removes properties without a value below `node`; true when nothing is left.
bool prune(fhir::r4::Node& node);

}  // namespace mapping
