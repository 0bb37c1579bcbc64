#pragma once

#include <string>
#include <vector>

#include "gateway/api/disclosure.hpp"

namespace gateway::api {

/// What the summary says about itself.
struct SummaryFrame {
    std::string base;  ///< "https://host/fhir"
    std::string gateway;
    std::string id;  ///< of the document
    base::Instant now;
};

/// An International Patient Summary: a document Bundle of what `all` holds of the person, `all[0]`
/// being the Patient. Problems, allergies and medicines are always named, empty or not. Pure.
/// Source: HL7 International Patient Summary 2.0.0, Composition-uv-ips.
[[nodiscard]] std::string summary_of(const std::vector<Shown>& all, const SummaryFrame& frame);

}  // namespace gateway::api
