// Field by field against the inventory cases of CDC's ReportStream: each value its Bundle states of
// the message must be in ours at the same element, or the difference has a reason in
// reportstream_reasons.tsv. Prints the agreement per folder of cases, which is per segment or type.

#include <catch2/catch.hpp>
#include <cstdio>
#include <filesystem>
#include <map>
#include <set>
#include <string>

#include "fhir_models/base/text.hpp"
#include "fhir_models/r4/json_reader.hpp"
#include "mapping/translate.hpp"
#include "tests/support/files.hpp"

namespace {

namespace fs = std::filesystem;

using Facts = std::multiset<std::string>;  ///< "Patient.name.family=X", without positions

/// What one tree says; ids, references and the extensions of one product are no facts of the
/// message.
void gather(const fhir::r4::Node& node, const std::string& path, Facts& facts)
{
    if (node.kind == fhir::r4::Kind::object || node.kind == fhir::r4::Kind::array) {
        const auto* const url = node.find("url");
        if (url != nullptr && (url->text.find("reportstream") != std::string_view::npos ||
                               url->text.find("puente.mx") != std::string_view::npos)) {
            return;
        }
        for (const auto& child : node) {
            const bool item = node.kind == fhir::r4::Kind::array;
            if (child.name != "id" && child.name != "reference" && child.name != "fullUrl" &&
                child.name != "meta" && child.name != "resourceType") {
                gather(child, item ? path : path + "." + std::string(child.name), facts);
            }
        }
        return;
    }
    facts.insert(path + "=" + std::string(node.text));
}

Facts facts_of(const fhir::r4::Node& bundle)
{
    Facts facts;
    const auto* const entries = bundle.find("entry");
    if (entries == nullptr) {
        return facts;
    }
    for (const auto& entry : *entries) {
        if (const auto* const resource = entry.find("resource"); resource != nullptr) {
            gather(*resource, std::string(resource->text_of("resourceType")), facts);
        }
    }
    return facts;
}

struct Reason {
    std::string path;  ///< how the element begins
    std::string why;
};

std::vector<Reason> reasons()
{
    std::vector<Reason> out;
    const auto text = support::read_file(support::project_root() / "tests" / "mapping" /
                                         "reportstream_reasons.tsv");
    for (const auto line : base::split(text, '\n')) {
        const auto cells = base::split(line, '\t');
        if (cells.size() == 2 && cells[0] != "path") {
            out.push_back({std::string(cells[0]), std::string(cells[1])});
        }
    }
    return out;
}

}  // namespace

TEST_CASE("where we differ from ReportStream's inventory, a reason is written down", "[agreement]")
{
    const auto folder = support::shared("corpora/cdc-reportstream/datatests/mappinginventory");
    if (!folder) {
        return;
    }
    const auto translator = mapping::Translator::built_in().value();
    const auto known = reasons();
    std::map<std::string, std::pair<std::size_t, std::size_t>> rates;  // agreed, all
    std::map<std::string, std::size_t> unexplained;
    for (const auto& file : fs::recursive_directory_iterator(*folder)) {
        auto theirs = file.path();
        theirs.replace_extension(".fhir");
        if (file.path().extension() != ".hl7" || !fs::exists(theirs)) {
            continue;
        }
        const auto expected = fhir::r4::read_json(support::read_file(theirs));
        REQUIRE(expected);
        Facts ours;
        static_cast<void>(translator.translate(
            support::read_file(file.path()), {},
            [&](mapping::Translation&& one) { ours.merge(facts_of(one.bundle.root())); }));
        auto& [agreed, all] =
            rates[fs::relative(file.path(), *folder / "catchall").begin()->string()];
        for (const auto& fact : facts_of(expected->root())) {
            ++all;
            if (ours.contains(fact)) {
                ++agreed;
                continue;
            }
            const bool explained = std::ranges::any_of(
                known, [&](const Reason& one) { return fact.starts_with(one.path); });
            if (!explained) {
                ++unexplained[fact.substr(0, fact.find('='))];
            }
        }
    }
    std::pair<std::size_t, std::size_t> total{};
    for (const auto& [name, rate] : rates) {
        std::printf("reportstream %-10s %4zu of %4zu agree, %.3f\n", name.c_str(), rate.first,
                    rate.second, double(rate.first) / double(rate.second));
        total.first += rate.first;
        total.second += rate.second;
    }
    std::printf("reportstream all        %zu of %zu agree, %.3f\n", total.first, total.second,
                double(total.first) / double(total.second));
    for (const auto& [path, count] : unexplained) {
        UNSCOPED_INFO(path << " " << count);
    }
    CHECK(unexplained.empty());
}
