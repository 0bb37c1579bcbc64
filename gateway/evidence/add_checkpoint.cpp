#include "gateway/evidence/add_checkpoint.hpp"

#include "fhir_models/base/text.hpp"
#include "gateway/evidence/hash_lines.hpp"

namespace gateway::evidence {
namespace {

constexpr std::string_view kOld = "old ";
constexpr std::size_t kMostHashes = 63;

base::Failure malformed(std::string place, base::Text expected)
{
    return base::fail(base::Errc::malformed_request, std::move(place), std::move(expected));
}

}  // namespace

std::string AddCheckpoint::to_text() const
{
    auto text = std::string(kOld) + std::to_string(old_size) + '\n';
    return text.append(to_lines(proof)).append("\n").append(checkpoint);
}

base::Result<AddCheckpoint> AddCheckpoint::from(std::string_view text)
{
    const auto blank_line = text.find("\n\n");
    if (!text.starts_with(kOld) || blank_line == std::string_view::npos) {
        return malformed("add-checkpoint", {"old N, la prueba, una línea vacía y la nota",
                                            "old N, the proof, an empty line and the note"});
    }
    const auto lines = base::split(text.substr(kOld.size(), blank_line - kOld.size()), '\n');
    const auto size = base::to_size(lines.front());
    if (!size || (lines.front().size() > 1 && lines.front().front() == '0')) {
        return malformed("add-checkpoint, line 1", {"un número decimal", "a decimal number"});
    }
    if (lines.size() > 1 + kMostHashes) {
        return malformed("add-checkpoint", {"63 huellas a lo más", "63 hashes at most"});
    }
    AddCheckpoint request{*size, {}, std::string(text.substr(blank_line + 2))};
    for (std::size_t i = 1; i < lines.size(); ++i) {
        const auto hash = hash_in(lines[i]);
        if (!hash) {
            return malformed("add-checkpoint, line " + std::to_string(i + 1),
                             {"32 bytes en base64", "32 bytes in base64"});
        }
        request.proof.push_back(*hash);
    }
    return request;
}

}  // namespace gateway::evidence
