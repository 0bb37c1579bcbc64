#include "gateway/evidence/proof_file.hpp"

#include "fhir_models/base/text.hpp"
#include "gateway/evidence/hash_lines.hpp"

namespace gateway::evidence {
namespace {

constexpr std::string_view kFirstLine = "c2sp.org/tlog-proof@v1\n";
constexpr std::string_view kIndex = "index ";
constexpr std::size_t kMostHashes = 64;

base::Failure altered()
{
    return base::fail(
        base::Errc::evidence_altered, "tlog-proof",
        {"una prueba de inclusión (C2SP tlog-proof)", "an inclusion proof (C2SP tlog-proof)"});
}

}  // namespace

std::string ProofFile::to_text() const
{
    auto text = std::string(kFirstLine);
    text.append(kIndex).append(std::to_string(index)) += '\n';
    return text.append(to_lines(hashes)).append("\n").append(checkpoint);
}

base::Result<ProofFile> ProofFile::from(std::string_view text)
{
    const auto blank_line = text.find("\n\n");
    if (!text.starts_with(kFirstLine) || blank_line == std::string_view::npos ||
        blank_line < kFirstLine.size()) {
        return altered();
    }
    ProofFile proof;
    proof.checkpoint = text.substr(blank_line + 2);
    const auto lines =
        base::split(text.substr(kFirstLine.size(), blank_line - kFirstLine.size()), '\n');
    const auto index = lines.front().starts_with(kIndex)
                           ? base::to_size(lines.front().substr(kIndex.size()))
                           : std::nullopt;
    if (!index || lines.size() > 1 + kMostHashes) {
        return altered();
    }
    proof.index = *index;
    for (const auto line : std::span(lines).subspan(1)) {
        const auto hash = hash_in(line);
        if (!hash) {
            return altered();
        }
        proof.hashes.push_back(*hash);
    }
    return proof.to_text() == text ? base::Result<ProofFile>(std::move(proof)) : altered();
}

}  // namespace gateway::evidence
