#include "gateway/evidence/proof_file.hpp"

#include <algorithm>

#include "fhir_models/base/text.hpp"

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
    for (const auto& hash : hashes) {
        text += base::to_base64(base::view(hash)) + '\n';
    }
    return text + '\n' + checkpoint;
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
        const auto hash = base::from_base64(line);
        if (!hash || hash->size() != base::Digest{}.size()) {
            return altered();
        }
        std::ranges::copy(*hash, proof.hashes.emplace_back().begin());
    }
    return proof.to_text() == text ? base::Result<ProofFile>(std::move(proof)) : altered();
}

}  // namespace gateway::evidence
