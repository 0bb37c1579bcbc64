#include "gateway/exchange/acknowledgement.hpp"

#include <algorithm>
#include <array>

#include "mapping/hl7v2/ack.hpp"

namespace gateway::exchange {
namespace {

using base::Errc;
using mapping::hl7v2::AckCode;

constexpr std::array kNobodyCanTake{Errc::malformed_source, Errc::unsupported_format,
                                    Errc::unknown_event, Errc::empty_source, Errc::no_route};

AckCode code_of(const base::Issues& issues)
{
    if (!base::has_errors(issues)) {
        return AckCode::aa;
    }
    const auto code = base::first_error(issues).code;
    const bool reject =
        base::info(code).retry || std::ranges::find(kNobodyCanTake, code) != kNobodyCanTake.end();
    return reject ? AckCode::ar : AckCode::ae;
}

/// HL7 DTM in UTC: "20260315102030+0000".
std::string to_dtm(base::Instant now)
{
    std::string digits;
    for (const char c : base::to_rfc3339(now).substr(0, 19)) {
        if (c >= '0' && c <= '9') {
            digits.push_back(c);
        }
    }
    return digits + "+0000";
}

}  // namespace

std::string_view head_of(std::string_view message) noexcept
{
    return message.substr(0, message.find_first_of("\r\n"));
}

std::string acknowledgement(std::string_view message, const base::Issues& issues, base::Instant now,
                            std::string_view id, std::string_view trace)
{
    constexpr std::size_t kLongest = 20;  // MSH-10 of versions before 2.7
    std::string control_id(id);
    std::erase(control_id, '-');
    return mapping::hl7v2::acknowledge(message, code_of(issues), issues,
                                       {.time = to_dtm(now),
                                        .control_id = control_id.substr(0, kLongest),
                                        .trace = std::string(trace)});
}

}  // namespace gateway::exchange
