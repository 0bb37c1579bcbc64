#include "gateway/api/person_match.hpp"

#include <algorithm>
#include <array>

#include "fhir_models/national/identifiers.hpp"
#include "fhir_models/r4/search/leaves.hpp"

namespace gateway::api {
namespace {

using fhir::r4::Node;

/// What agreement of an element is worth, and what a difference takes away.
struct Weight {
    std::string_view element;
    std::string_view parameter;  ///< the search parameter of Patient that finds it
    int same;
    int other;
};
constexpr std::array kWeights{
    Weight{"family", "family", 15, 20},
    Weight{"given", "given", 10, 15},
    Weight{"birthDate", "birthdate", 15, 40},
    Weight{"gender", "gender", 5, 20},
};
constexpr int kCurpWeight = 60;
constexpr int kIdentifierWeight = 45;

std::vector<fhir::r4::Leaf> found(const Node& patient, std::string_view parameter)
{
    return fhir::r4::leaves(*fhir::r4::find_search_parameter("Patient", parameter), patient);
}

std::vector<std::string> values(const Node& patient, std::string_view parameter)
{
    std::vector<std::string> all;
    for (const auto& leaf : found(patient, parameter)) {
        all.push_back(fhir::r4::folded(leaf.node->text));
    }
    return all;
}

bool share(const std::vector<std::string>& a, const std::vector<std::string>& b)
{
    return std::ranges::any_of(
        a, [&b](const auto& one) { return std::ranges::find(b, one) != b.end(); });
}

/// The identifiers both have, NSS apart: whether one is a CURP, whether there is any.
int identifier_weight(const Node& sought, const Node& kept, Match& match)
{
    int weight = 0;
    for (const auto& a : found(sought, "identifier")) {
        const auto system = a.node->text_of("system");
        for (const auto& b : found(kept, "identifier")) {
            const bool same = !system.empty() && system != fhir::national::kNssSystem &&
                              system == b.node->text_of("system") &&
                              a.node->text_of("value") == b.node->text_of("value");
            if (same) {
                const bool curp = system == fhir::national::kCurpSystem;
                weight = std::max(weight, curp ? kCurpWeight : kIdentifierWeight);
            }
        }
    }
    if (weight > 0) {
        match.reasons.emplace_back(weight == kCurpWeight ? "CURP" : "identifier");
    }
    return weight;
}

}  // namespace

Match match_person(const Node& sought, const Node& kept)
{
    Match match;
    const int identified = identifier_weight(sought, kept, match);
    int total = identified;
    bool differs = false;
    for (const auto& [element, parameter, same, other] : kWeights) {
        const auto a = values(sought, parameter);
        const auto b = values(kept, parameter);
        if (a.empty() || b.empty()) {
            continue;
        }
        const std::string name(element);
        const bool agrees = share(a, b);
        total += agrees ? same : -other;
        match.reasons.push_back(agrees ? name : name + " differs");
        differs = differs || !agrees;
    }
    match.percent = std::clamp(total, 0, 100);
    if (identified == kCurpWeight && !differs) {
        match.grade = "certain";
    } else if (match.percent >= 60) {
        match.grade = "probable";
    } else {
        match.grade = match.percent > 0 ? "possible" : "certainly-not";
    }
    return match;
}

}  // namespace gateway::api
