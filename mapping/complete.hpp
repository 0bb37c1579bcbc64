#pragma once

#include <cstdint>
#include <vector>

#include "mapping/engine.hpp"
#include "mapping/map_runner.hpp"

namespace mapping {

/// Gives resources what R4 requires and the source does not say: the rows of maps Complete[Type].
class Completer {
public:
    Completer(Work& work, MapRunner& runner, const Neighbours& neighbours)
        : work_(work), runner_(runner), neighbours_(neighbours)
    {
    }

    void complete(std::uint32_t number);

private:
    /// The parts of a resource that have completions of their own: "Appointment.participant".
    bool complete_inside(fhir::r4::Node& node, const fhir::r4::Type& type, std::uint32_t number,
                         std::uint32_t segment);
    /// Tries the completions of a type; whether any was tried.
    bool complete(fhir::r4::Node& node, const fhir::r4::Type& type, std::uint32_t number,
                  std::uint32_t segment);
    /// Which elements a node has a value for.
    void look_at(const fhir::r4::Node& node, const fhir::r4::Type& type);
    /// Whether that is there, in any of its choices.
    [[nodiscard]] bool has(const fhir::r4::Element& element) const;

    Work& work_;
    MapRunner& runner_;
    const Neighbours& neighbours_;
    std::vector<fhir::r4::Node*> memory_;
    std::vector<const fhir::r4::Element*> present_;  ///< of the node at hand, with a value
    std::vector<bool> only_;                         ///< rules of the completion at hand
};

}  // namespace mapping
