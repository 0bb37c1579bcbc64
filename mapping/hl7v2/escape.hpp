#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "mapping/source.hpp"

namespace mapping::hl7v2 {

/// Resolves the escape sequences of one value: \F\ \S\ \T\ \R\ \E\ the delimiters, \X..\ bytes of
/// the message's own character set, \.br\ and \.sp\ line breaks, \H\ \N\ and the other formatting
/// commands nothing. A sequence nobody knows, or without an end, stays as it was sent.
/// Source:  HL7 v2.5.1, 2.7.
[[nodiscard]] std::string unescape(std::string_view raw, const Delimiters& delimiters);

/// The same as UTF-8, minding \C..\ and \M..\ that change the character set for what follows.
/// Errors: nothing when the bytes are no text of the set.
[[nodiscard]] std::optional<std::string> decode(std::string_view raw, const Delimiters& delimiters,
                                                Charset charset);

/// The opposite, for what we write: delimiters and line breaks as escape sequences.
[[nodiscard]] std::string escape(std::string_view text, const Delimiters& delimiters);

}  // namespace mapping::hl7v2
