#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fhir_models/base/result.hpp"
#include "mapping/source.hpp"

namespace mapping::hl7v2 {

/// One message inside a submission: bytes [begin, end), batch lines around it included.
struct MessageBounds {
    std::size_t begin = 0;
    std::size_t end = 0;
};

/// A submission whose character set can hide delimiters inside characters (UTF-16, GB 18030, BIG-5,
/// the Japanese sets), as UTF-8; nothing when it can be read as it stands.
/// Errors:  wrong_charset when the bytes are no text of the set MSH-18 or the byte mark says.
[[nodiscard]] base::Result<std::optional<std::string>> as_utf8(std::string_view bytes);

/// The messages of a file: one, or those of a batch (FHS BHS … BTS FTS). Batch lines belong to the
/// message they stand next to, so that no leaf is outside a record.
/// Errors:  empty_source, malformed_source (no MSH at all).
[[nodiscard]] base::Result<std::vector<MessageBounds>> find_messages(std::string_view bytes);

/// Reads one message: HL7 v2.1 to 2.8, ER7.
///
/// The terminator is CR when there is any CR, else LF; CRLF is taken too. What stands where a
/// segment name should be is one leaf of field 0 and an issue, never the end of the message.
/// Errors:  malformed_source when MSH is unusable: then nothing can be told apart.
/// Source:  HL7 v2.5.1, 2.5 (message construction), table 0211 (MSH-18).
[[nodiscard]] base::Result<SourceTree> read(std::string_view bytes, const MessageBounds& bounds,
                                            std::string_view undeclared_charset);

}  // namespace mapping::hl7v2
