#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "mapping/engine.hpp"
#include "mapping/structure.hpp"

namespace mapping {

/// One application of a map: its root and the nodes its slots have got.
struct Frame {
    const Map* map = nullptr;
    fhir::r4::Node* root = nullptr;
    const fhir::r4::Element* element = nullptr;  ///< of the root, when it is a primitive
    std::uint32_t made = 0;                      ///< resource the root stands in
    bool conditional = false;                    ///< the row that began it had a condition
    std::vector<fhir::r4::Node*>& nodes;         ///< by slot, of repetition 1
    std::unordered_map<std::uint64_t, fhir::r4::Node*> more;  ///< of the others

    /// `memory` is the frame's own while it lives.
    Frame(const Map& of, fhir::r4::Node& at, std::uint32_t in, std::vector<fhir::r4::Node*>& memory)
        : map(&of), root(&at), made(in), nodes(memory)
    {
        nodes.assign(of.slots.size(), nullptr);
        nodes[0] = &at;
    }
};

constexpr int kDeepest = 24;  ///< maps inside maps; a package that goes round stops here

/// Applies maps to parts of the source. One per record.
class MapRunner {
public:
    explicit MapRunner(Work& work) : work_(work), memory_(kDeepest + 1) {}

    /// A scope at a segment, its fields known.
    [[nodiscard]] Scope at(std::uint32_t segment, const Neighbours& neighbours);

    /// Which rules of a map: those before the first that asks UNMAPPED, the rest, or all.
    enum class Part : std::uint8_t { early, late, all };

    /// Tries the rules of the frame's map on a value or a segment.
    /// `only`: which rules (all when nullptr).
    void apply(Frame& frame, Scope scope, Part part, const std::vector<bool>* only = nullptr);

    /// The node of a slot, made when it is not there; `repeat_depth` and `repetition` as in Rule.
    fhir::r4::Node& node_at(Frame& frame, std::uint32_t slot, std::uint16_t repeat_depth,
                            std::uint32_t repetition, std::uint32_t segment);

    /// Marks the places a condition asked for as used by `rule` or `placement` for `target`.
    void mark_decided(const std::vector<Operand>& places, const Scope& scope,
                      const fhir::r4::Node& target, const Rule* rule, const Placement* placement);

private:
    void run(Frame& frame, const Rule& rule, const Scope& scope);
    void fire(Frame& frame, const Rule& rule, Scope scope, const View& view,
              std::uint32_t repetition);
    void write(Frame& frame, const Rule& rule, const Scope& scope, const View& view,
               std::uint32_t repetition);
    [[nodiscard]] bool join(const Rule& rule, const Scope& scope);
    void descend(Frame& frame, const Rule& rule, const Scope& scope, View view,
                 std::uint32_t repetition);
    [[nodiscard]] bool choice_taken(Frame& frame, const Rule& rule, std::uint32_t repetition,
                                    std::uint32_t segment);
    void ignore(const Rule& rule, const View& view);
    [[nodiscard]] bool translate(fhir::r4::Node& node, const fhir::r4::Type& type, const Rule& rule,
                                 const Leaf& leaf, std::string_view code);
    [[nodiscard]] bool set(fhir::r4::Node& node, const fhir::r4::Type& type,
                           const fhir::r4::Element* element, const Rule& rule,
                           std::string_view text, const Leaf* leaf);
    void mark(std::uint32_t leaf, const Rule& rule, const fhir::r4::Node& target);
    void touch(const Frame& frame, const Rule& rule, std::uint16_t repeat_depth,
               std::uint32_t repetition);
    void tell(const Leaf& leaf, base::Severity severity, base::Errc code, const Rule& rule,
              std::string_view path, base::Text expected, std::string_view text);
    [[nodiscard]] std::optional<std::string_view> text_at(const Leaf& leaf, const Rule& rule);

    Work& work_;
    PartIndex fields_;  ///< of the segment at hand
    bool read_ = false;
    int depth_ = 0;
    std::vector<std::vector<fhir::r4::Node*>> memory_;  ///< of nested frames, by depth
    std::string joined_;
    std::vector<const Leaf*> used_;
};

}  // namespace mapping
