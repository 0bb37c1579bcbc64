#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "fhir_models/base/issue.hpp"

namespace mapping::hl7v2 {

/// HL7 table 0008: A… after processing (original mode), C… on safe storage (enhanced mode).
enum class AckCode : std::uint8_t { aa, ae, ar, ca, ce, cr };

/// What only the caller knows: mapping has no clock and gives no numbers.
struct AckStamp {
    std::string time;        ///< HL7 DTM for MSH-7: "20261121013030-0600"
    std::string control_id;  ///< MSH-10 of the answer
    std::string trace;       ///< told in ERR-7, so that both sides find the same log lines
};

/// What the sender asked to be told (MSH-15, MSH-16); both empty: original mode.
struct AckMode {
    std::string accept;       ///< AL, NE, ER, SU or empty
    std::string application;  ///< the same

    [[nodiscard]] bool enhanced() const noexcept { return !accept.empty() || !application.empty(); }

    /// The code the sender wants to be told by, for an outcome in the codes of original mode;
    /// nothing: it wants no answer. One answer serves both: a message is kept and processed in one
    /// commit, so that who asks for both gets the application's. A word HL7 table 0155 does not
    /// have is answered: silence has to be asked for.
    [[nodiscard]] std::optional<AckCode> answer(AckCode outcome) const noexcept;
};
/// An explicit null asks for nothing.
[[nodiscard]] AckMode ack_mode_of(std::string_view message);

/// MSH-10 of a message; empty when it cannot be read.
[[nodiscard]] std::string control_id_of(std::string_view message);

/// The answer to a message: MSH with sender and receiver exchanged, MSA, one ERR per issue of
/// severity warning or worse (at most 20; information is no error of the sender).
///
/// Shape:   segments end with CR; UTF-8, said in MSH-18 when it is not ASCII. The delimiters are
///          the request's. From version 2.5 on ERR-2 to ERR-8 are used, before it ERR-1. ERR-8 is
///          in Spanish, ERR-7 in English. An unreadable request gets an answer without MSA-2.
/// Source:  HL7 v2.5.1, 2.15; tables 0008, 0357, 0516.
[[nodiscard]] std::string acknowledge(std::string_view message, AckCode code,
                                      const base::Issues& issues, const AckStamp& stamp);

/// The answers to the messages of a batch inside the FHS and BHS that the batch has (BTS counts
/// them; several BHS are answered as one). Nothing when there are no answers.
[[nodiscard]] std::string acknowledge_batch(std::string_view batch,
                                            std::span<const std::string> answers,
                                            const AckStamp& stamp);

}  // namespace mapping::hl7v2
