#include "gateway/exchange/acknowledgement.hpp"

#include <algorithm>
#include <array>

#include "mapping/hl7v2/ack.hpp"
#include "mapping/hl7v2/reader.hpp"

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

constexpr std::size_t kLongest = 20;  // MSH-10 of versions before 2.7

mapping::hl7v2::AckStamp stamp_of(base::Instant now, std::string id, std::string_view trace)
{
    return {.time = to_dtm(now), .control_id = std::move(id), .trace = std::string(trace)};
}

std::string acknowledged(std::string_view message, const base::Issues& issues, base::Instant now,
                         std::string control_id, std::string_view trace)
{
    auto code = mapping::hl7v2::ack_mode_of(message).answer(code_of(issues));
    // A commit reject is about MSH-9, MSH-11 or MSH-12 alone; anything else is a commit error.
    if (code == AckCode::cr && base::first_error(issues).code != Errc::unknown_event) {
        code = AckCode::ce;
    }
    return code ? mapping::hl7v2::acknowledge(message, *code, issues,
                                              stamp_of(now, std::move(control_id), trace))
                : std::string{};
}

/// The MSH of a message of a batch, past the batch's own lines.
std::string_view msh_of(std::string_view message)
{
    auto rest = message;
    while (!rest.empty() && !rest.starts_with("MSH")) {
        rest.remove_prefix(std::min(rest.find_first_of("\r\n"), rest.size() - 1) + 1);
    }
    return head_of(rest.empty() ? message : rest);
}

}  // namespace

std::string_view head_of(std::string_view message) noexcept
{
    return message.substr(0, message.find_first_of("\r\n"));
}

std::string to_dtm(base::Instant when)
{
    std::string digits;
    for (const char c : base::to_rfc3339(when).substr(0, 19)) {
        if (c >= '0' && c <= '9') {
            digits.push_back(c);
        }
    }
    return digits + "+0000";
}

std::string control_id_of(std::string_view id, std::size_t number)
{
    std::string text(id);
    std::erase(text, '-');
    const auto which = number == 0 ? std::string() : "." + std::to_string(number);
    return text.substr(0, kLongest - which.size()) + which;
}

std::string acknowledgement(std::string_view message, const base::Issues& issues, base::Instant now,
                            std::string_view id, std::string_view trace)
{
    return acknowledged(message, issues, now, control_id_of(id), trace);
}

std::string batch_acknowledgement(std::string_view batch, std::span<const base::Issues> findings,
                                  base::Instant now, std::string_view id, std::string_view trace)
{
    const auto messages = mapping::hl7v2::find_messages(batch);
    if (!messages || messages->size() != findings.size()) {  // told apart in another charset only
        base::Issues all;
        for (const auto& each : findings) {
            all.insert(all.end(), each.begin(), each.end());
        }
        return acknowledgement(head_of(batch), all, now, id, trace);
    }
    std::vector<std::string> answers;
    for (std::size_t i = 0; i < findings.size(); ++i) {
        const auto& [begin, end] = (*messages)[i];
        auto answer = acknowledged(msh_of(batch.substr(begin, end - begin)), findings[i], now,
                                   control_id_of(id, i + 1), trace);
        if (!answer.empty()) {
            answers.push_back(std::move(answer));
        }
    }
    return mapping::hl7v2::acknowledge_batch(batch, answers,
                                             stamp_of(now, control_id_of(id), trace));
}

}  // namespace gateway::exchange
