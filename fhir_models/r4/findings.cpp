#include "fhir_models/r4/findings.hpp"

namespace fhir::r4 {
namespace {

constexpr std::size_t kMostIssues = 1000;

}  // namespace

void Findings::add(base::Errc code, const Node& node, const Place& place, base::Text expected,
                   std::string_view rule, base::Severity severity)
{
    auto& count = severity <= base::Severity::error ? errors_ : others_;
    if (++count > kMostIssues) {
        if (count == kMostIssues + 1) {
            const auto most = std::to_string(kMostIssues);
            issues_.push_back(
                {severity,
                 base::Errc::limit_exceeded,
                 {},
                 {},
                 {},
                 {"a lo sumo " + most + " hallazgos", "at most " + most + " findings"},
                 {}});
        }
        return;
    }
    issues_.push_back({severity, code, to_where(node), to_path(place), std::string(rule),
                       std::move(expected), kind_found(node)});
}

base::Text kind_found(const Node& node)
{
    switch (node.kind) {
        case Kind::null:
            return {"null", "null"};
        case Kind::boolean:
            return {"un booleano", "a boolean"};
        case Kind::number:
            return {"un número", "a number"};
        case Kind::array:
            return node.first == nullptr ? base::Text{"un arreglo vacío", "an empty array"}
                                         : base::Text{"un arreglo", "an array"};
        case Kind::object:
            return node.first == nullptr ? base::Text{"un objeto vacío", "an empty object"}
                                         : base::Text{"un objeto", "an object"};
        case Kind::string:
            return base::kind_of(node.text);
    }
    return {};
}

}  // namespace fhir::r4
