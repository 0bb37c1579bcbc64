#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "fhir_models/base/text.hpp"
#include "mapping/condition.hpp"

namespace mapping {

/// A word of a condition. Keywords are words in any case.
struct Token {
    enum class Kind : std::uint8_t { word, operand, text, end };
    Kind kind = Kind::end;
    std::string text;
    Operand operand;
    std::size_t at = 0;  ///< character, from 0

    [[nodiscard]] bool is(std::string_view word) const noexcept
    {
        return kind == Kind::word && base::equals_ignoring_case(text, word);
    }
};

/// The tokens of a condition with an `end` after them. Errors: the character nobody understands.
[[nodiscard]] tl::expected<std::vector<Token>, std::size_t> tokenize(std::string_view text);

}  // namespace mapping
