#include "mapping/structure.hpp"

#include <catch2/catch.hpp>
#include <string>

namespace {

mapping::Structure results()
{
    mapping::Structure structure;
    for (const auto& [path, repeats] : std::initializer_list<std::pair<const char*, bool>>{
             {"MSH", false},
             {"RESULT.", true},
             {"RESULT.PID", false},
             {"RESULT.PV1", false},
             {"RESULT.ORDER.", true},
             {"RESULT.ORDER.ORC", false},
             {"RESULT.ORDER.OBR", false},
             {"RESULT.ORDER.NTE", true},
             {"RESULT.ORDER.OBSERVATION.", true},
             {"RESULT.ORDER.OBSERVATION.OBX", false},
             {"RESULT.ORDER.OBSERVATION.NTE", true},
             {"RESULT.ORDER.SPM", true}}) {
        const auto name = std::string_view(path);
        structure.add(path, repeats,
                      name.ends_with("PID") || name.ends_with("OBR") || name.ends_with("OBX"));
    }
    return structure;
}

/// "OBR(RESULT.ORDER#2)" per segment: its group and which occurrence, misplaced ones with "!".
std::string bind(const std::vector<std::string>& names)
{
    mapping::SourceTree tree;
    for (const auto& name : names) {
        mapping::Segment segment;
        std::copy_n(name.begin(), 3, segment.name.begin());
        tree.segments.push_back(segment);
    }
    const auto structure = results();
    const mapping::Binding binding(structure, tree);
    std::string out;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto& bound = binding.bound()[i];
        out += names[i] + (bound.misplaced ? "!" : "") + (bound.node == 0 ? "?" : "") +
               std::to_string(bound.group) + " ";
    }
    return out;
}

}  // namespace

TEST_CASE("each OBX stands under the OBR it follows", "[structure]")
{
    CHECK(bind({"MSH", "PID", "ORC", "OBR", "OBX", "OBX", "OBR", "OBX", "NTE"}) ==
          "MSH0 PID1 ORC2 OBR2 OBX3 OBX4 OBR5 OBX6 NTE6 ");
}

TEST_CASE("a note stands with what it follows", "[structure]")
{
    CHECK(bind({"MSH", "PID", "OBR", "NTE", "NTE", "OBX", "NTE"}) ==
          "MSH0 PID1 OBR2 NTE2 NTE2 OBX3 NTE3 ");
}

TEST_CASE("a second patient opens a group of its own", "[structure]")
{
    CHECK(bind({"MSH", "PID", "OBR", "OBX", "PID", "OBR", "OBX"}) ==
          "MSH0 PID1 OBR2 OBX3 PID4 OBR5 OBX6 ");
}

TEST_CASE("what comes too late joins the open group of its place and is marked", "[structure]")
{
    CHECK(bind({"MSH", "PID", "OBR", "OBX", "SPM", "OBX"}) == "MSH0 PID1 OBR2 OBX3 SPM2 OBX!4 ");
    CHECK(bind({"MSH", "PID", "OBR", "PV1", "OBX"}) == "MSH0 PID1 OBR2 PV1!1 OBX3 ");
}

TEST_CASE("a segment the structure does not know stays where it stands", "[structure]")
{
    CHECK(bind({"MSH", "PID", "OBR", "ZXX", "OBX"}) == "MSH0 PID1 OBR2 ZXX?2 OBX3 ");
}
