#include "fhir_models/base/text.hpp"
#include "mapping/hl7v2/ack.hpp"

namespace mapping::hl7v2 {
namespace {

/// A header line of a batch; empty when the batch has none before its first message.
std::string_view header_of(std::string_view batch, std::string_view name)
{
    while (!batch.empty() && !batch.starts_with("MSH")) {
        const auto line = batch.substr(0, batch.find_first_of("\r\n"));
        if (line.starts_with(name) && line.size() > name.size()) {
            return line;
        }
        batch.remove_prefix(line.empty() ? 1 : line.size());
    }
    return {};
}

/// FHS or BHS of the answer: the request's, with sender and receiver exchanged; field 12 refers to
/// the request's own number.
void write_header(std::string_view request, const AckStamp& stamp, std::string& out)
{
    const char mark = request[3];
    const auto fields = base::split(request, mark);  // fields[n - 1] is field n
    const auto field = [&fields](std::size_t number) {
        return number <= fields.size() ? fields[number - 1] : std::string_view{};
    };
    out.append(request.substr(0, 3));
    const std::string_view answer[] = {field(2), field(5),         field(6), field(3),
                                       field(4), stamp.time,       {},       {},
                                       {},       stamp.control_id, field(11)};
    for (const auto text : answer) {
        out.append(1, mark).append(text);
    }
    while (out.ends_with(mark)) {
        out.pop_back();
    }
    out.push_back('\r');
}

}  // namespace

std::string acknowledge_batch(std::string_view batch, std::span<const std::string> answers,
                              const AckStamp& stamp)
{
    std::string out;
    if (answers.empty()) {
        return out;
    }
    const auto file = header_of(batch, "FHS");
    const auto head = header_of(batch, "BHS");
    for (const auto header : {file, head}) {
        if (!header.empty()) {
            write_header(header, stamp, out);
        }
    }
    for (const auto& answer : answers) {
        out.append(answer);
    }
    if (!head.empty()) {
        out.append("BTS").append(1, head[3]).append(std::to_string(answers.size())).push_back('\r');
    }
    if (!file.empty()) {
        out.append("FTS").append(1, file[3]).append("1\r");
    }
    return out;
}

}  // namespace mapping::hl7v2
