#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fhir_models/base/result.hpp"
#include "mapping/source.hpp"

namespace mapping {

/// A place a rule names: "PID-3.1", "CX.4.1" (relative to the value at hand), "c26", "PID".
struct Operand {
    std::array<char, 3> segment{};        ///< "PID", "ROW"; zeros: relative to the value at hand
    std::array<std::uint32_t, 3> step{};  ///< field, component, subcomponent; relative: from [0]
    std::uint32_t repetition = 0;         ///< of the field; 0: the one at hand, or the first
    std::uint8_t depth = 0;               ///< steps stated

    [[nodiscard]] bool relative() const noexcept { return segment[0] == '\0'; }
    friend bool operator==(const Operand&, const Operand&) = default;
};

/// Errors: malformed_package, `where` empty.
[[nodiscard]] base::Result<Operand> parse_operand(std::string_view text);

/// Finds the segment of a name that stands nearest to the one at hand (same group first).
class Neighbours {
public:
    Neighbours() = default;
    Neighbours(const Neighbours&) = delete;
    Neighbours& operator=(const Neighbours&) = delete;
    virtual ~Neighbours() = default;
    [[nodiscard]] virtual std::optional<std::uint32_t> nearest(std::uint32_t segment,
                                                               std::array<char, 3> name) const = 0;
};

/// What the words of a rule mean at one moment of the translation.
struct Scope {
    const SourceTree& tree;
    const Neighbours& neighbours;
    std::uint32_t segment = 0;  ///< at hand
    View value;                 ///< relative operands start here
    bool translated = false;    ///< a vocabulary had the code of the value at hand
    View row;                   ///< the repetition the row is at; empty for rows without source
    const PartIndex* fields = nullptr;  ///< of the segment at hand, when somebody has read it
    const PartIndex* parts = nullptr;   ///< of the value at hand

    [[nodiscard]] View resolve(const Operand& operand) const;  ///< may be empty
};

/// A condition of the closed language (packages/README.md §4). Total: it always ends, always says.
///
/// Shape:   OR of AND of tests; `NOT` before a test or a bracket. A bare operand takes the test of
///          the next one ("A AND B VALUED"), a bare test the last operand.
/// Source:  HL7 V2-to-FHIR 1.0.0, column "Computable ANTLR".
class Condition {
public:
    /// `self`: what a test without operand is about, the row's own source.
    /// Errors: malformed_package; `where` = "character N".
    [[nodiscard]] static base::Result<Condition> parse(std::string_view text,
                                                       const std::optional<Operand>& self);

    [[nodiscard]] bool always() const noexcept { return nodes_.empty(); }
    [[nodiscard]] bool holds(const Scope& scope) const;

    /// Whether it asks what other rows did (UNMAPPED): such rows come after the others.
    [[nodiscard]] bool asks_unmapped() const noexcept;

    /// The places whose value it asks for by name (EQUALS, IN without NOT).
    [[nodiscard]] std::vector<Operand> decided() const;

    enum class Kind : std::uint8_t {
        all,
        any,
        none,  ///< of two nodes; of one
        valued,
        in,
        equals_place,
        length,
        count,
        number,
        shaped,
        translated,
        unmapped
    };
    enum class Order : std::uint8_t { equal, less, less_equal, greater, greater_equal };

    struct Node {
        Kind kind = Kind::valued;
        bool negated = false;
        Order order = Order::equal;
        std::uint32_t left = 0;   ///< of all, any, none
        std::uint32_t right = 0;  ///< of all, any
        std::size_t bound = 0;    ///< of length, count, number
        Operand operand;
        Operand other;                    ///< of equals_place
        std::vector<std::string> values;  ///< of in, shaped
    };

private:
    [[nodiscard]] bool holds(const Scope& scope, std::uint32_t node) const;

    std::vector<Node> nodes_;
    std::uint32_t root_ = 0;
};

}  // namespace mapping
