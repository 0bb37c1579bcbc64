#include "gateway/exchange/load_report.hpp"

#include <algorithm>
#include <map>

#include "fhir_models/base/bytes.hpp"
#include "fhir_models/r4/json_writer.hpp"
#include "gateway/evidence/claims.hpp"
#include "gateway/exchange/series.hpp"

namespace gateway::exchange {
namespace {

void member(std::string& json, std::string_view name, std::string_view text)
{
    if (!text.empty()) {
        json.append(json.back() == '{' ? "\"" : ",\"").append(name).append("\":");
        fhir::r4::write_json_string(text, json);
    }
}

void member(std::string& json, std::string_view name, std::uint64_t number)
{
    json.append(json.back() == '{' ? "\"" : ",\"").append(name).append("\":");
    json.append(std::to_string(number));
}

struct Ration {
    std::string_view guide;
    std::size_t percent;  ///< of records with the generic CURP
};
constexpr std::array kRations{Ration{"GIIS-B015", 15}, Ration{"GIIS-B013", 40}};
constexpr std::size_t kSmallest = 100;

}  // namespace

void add_line(const RecordLine& line, std::string& lines, evidence::Frontier& tree)
{
    std::string json = "{";
    member(json, "record", std::uint64_t{line.record});
    member(json, "place", line.place);
    member(json, "outcome", line.outcome);
    member(json, "code", line.code);
    member(json, "where", line.where);
    member(json, "in", line.in);
    member(json, "out", line.out);
    member(json, "sub", line.sub);
    json.push_back('}');
    tree.append(evidence::leaf_hash(json));
    lines.append(json).push_back('\n');
}

base::Result<std::string> record_proof(std::string_view lines, std::size_t record)
{
    evidence::Frontier tree;
    std::map<std::pair<std::uint32_t, std::uint64_t>, std::string> tiles;
    std::string_view wanted;
    while (!lines.empty()) {
        const auto end = std::min(lines.find('\n'), lines.size());
        if (tree.size() + 1 == record) {
            wanted = lines.substr(0, end);
        }
        tree.append(evidence::leaf_hash(lines.substr(0, end)));
        lines.remove_prefix(std::min(end + 1, lines.size()));
    }
    if (wanted.empty()) {
        return base::fail(base::Errc::not_found, "record",
                          {"un registro de esta carga", "a record of this load"});
    }
    for (auto& tile : tree.take_changed()) {
        tiles[{tile.level, tile.index}] = std::move(tile.hashes);
    }
    const auto hashes = evidence::inclusion_proof(
        record - 1, tree.size(), [&tiles](std::uint32_t level, std::uint64_t index) {
            return base::Result<std::string>(tiles[{level, index}]);
        });
    if (!hashes) {
        return base::Failure(hashes.error());
    }
    std::string json = "{";
    member(json, "line", wanted);
    member(json, "index", record - 1);
    member(json, "size", tree.size());
    json.append(",\"hashes\":[");
    for (const auto& hash : *hashes) {
        json.append(json.back() == '[' ? "\"" : ",\"");
        json.append(base::to_base64(base::view(hash))).append("\"");
    }
    json.append("]");
    member(json, "root", evidence::digest_claim(tree.root()));
    return json.append("}\n");
}

std::optional<base::Error> over_ration(std::string_view guide, std::size_t generic,
                                       std::size_t records)
{
    const auto ration = std::ranges::find(kRations, guide, &Ration::guide);
    if (ration == kRations.end() || records < kSmallest ||
        generic * 100 <= records * ration->percent) {
        return std::nullopt;
    }
    const auto most = std::to_string(ration->percent);
    return base::Error{base::Errc::ration_exceeded,
                       "load",
                       {"a lo más " + most + " % de registros con la CURP genérica",
                        "at most " + most + " % of records with the generic CURP"},
                       {std::to_string(generic) + " de " + std::to_string(records),
                        std::to_string(generic) + " of " + std::to_string(records)}};
}

std::string LoadReport::to_json() const
{
    std::string json = "{";
    member(json, "load", load);
    member(json, "guide", guide);
    for (std::size_t i = 0; i < counts.size(); ++i) {
        member(json, to_text(static_cast<Change>(i)), counts[i]);
    }
    member(json, "genericCurp", generic);
    member(json, "nameless", nameless);
    json.append(",\"comparedWith\":[");
    for (const auto& [clues, before] : compared_with) {
        json.append(json.back() == '[' ? "{" : ",{");
        member(json, "clues", clues);
        member(json, "load", before);
        json.push_back('}');
    }
    return json.append("]}\n");
}

}  // namespace gateway::exchange
