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
    std::string_view path;
    int same;
    int other;
};
constexpr std::array kWeights{
    Weight{"name.family", 15, 20},
    Weight{"name.given", 10, 15},
    Weight{"birthDate", 15, 40},
    Weight{"gender", 5, 20},
};
constexpr int kCurpWeight = 60;
constexpr int kIdentifierWeight = 45;

std::vector<std::string> values(const Node& patient, std::string_view path)
{
    std::vector<std::string> all;
    for (const auto& leaf : fhir::r4::leaves(patient, path)) {
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
    for (const auto& a : fhir::r4::leaves(sought, "identifier")) {
        const auto system = a.node->text_of("system");
        for (const auto& b : fhir::r4::leaves(kept, "identifier")) {
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
    for (const auto& [path, same, other] : kWeights) {
        const auto a = values(sought, path);
        const auto b = values(kept, path);
        if (a.empty() || b.empty()) {
            continue;
        }
        const std::string name(path.substr(path.rfind('.') + 1));
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
