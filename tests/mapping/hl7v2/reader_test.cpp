#include "mapping/hl7v2/reader.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "mapping/hl7v2/escape.hpp"

namespace {

using namespace std::string_literals;

mapping::SourceTree read(std::string_view bytes, std::string_view undeclared = {})
{
    const auto messages = mapping::hl7v2::find_messages(bytes);
    REQUIRE(messages);
    auto tree = mapping::hl7v2::read(bytes, messages->front(), undeclared);
    REQUIRE(tree);
    return *std::move(tree);
}

std::vector<std::string> places(const mapping::SourceTree& tree)
{
    std::vector<std::string> out;
    for (const auto& leaf : tree.leaves) {
        out.push_back(place_of(tree, leaf) + "=" + text_of(tree, leaf).value_or("?"));
    }
    return out;
}

bool has(const mapping::SourceTree& tree, const std::string& place)
{
    const auto all = places(tree);
    INFO(place);
    return std::find(all.begin(), all.end(), place) != all.end();
}

}  // namespace

TEST_CASE("every value has its place in HL7's own notation and its byte", "[hl7v2]")
{
    const auto tree = read("MSH|^~\\&|HIS|HG\rPID|1||A^^^HG&1.2&ISO~B||P^ANA\rNK1||X\rNK1||Y\r");

    CHECK(places(tree) == std::vector<std::string>{
                              "MSH-1 @byte 3=|", "MSH-2 @byte 4=^~\\&", "MSH-3 @byte 9=HIS",
                              "MSH-4 @byte 13=HG", "PID-1 @byte 20=1", "PID-3 @byte 23=A",
                              "PID-3.4 @byte 27=HG", "PID-3.4.2 @byte 30=1.2",
                              "PID-3.4.3 @byte 34=ISO", "PID-3[2] @byte 38=B", "PID-5 @byte 41=P",
                              "PID-5.2 @byte 43=ANA", "NK1-2 @byte 52=X", "NK1[2]-2 @byte 59=Y"});
}

TEST_CASE("the terminator is CR when there is any, else LF; CRLF is taken too", "[hl7v2]")
{
    const auto [bytes, segments] = GENERATE(table<std::string, std::size_t>({
        {"MSH|^~\\&|A\rPID|1\rPV1|1\r", 3},
        {"MSH|^~\\&|A\nPID|1\nPV1|1", 3},
        {"MSH|^~\\&|A\r\nPID|1\r\nPV1|1\r\n", 3},
        {"MSH|^~\\&|A\rNTE|1||two\nlines\rPV1|1\r", 3},
        {"\xEF\xBB\xBFMSH|^~\\&|A\rPID|1\r", 2},
        {"\x0bMSH|^~\\&|A\rPID|1\r\x1c\r", 2},
        {"MSH|^~\\&|A\r\r\rPID|1", 2},
    }));
    CAPTURE(bytes);

    CHECK(read(bytes).segments.size() == segments);
}

TEST_CASE("a line feed inside a field is data when CR ends the segments", "[hl7v2]")
{
    CHECK(has(read("MSH|^~\\&|A\rNTE|1||two\nlines\rPV1|1\r"), "NTE-3 @byte 18=two\nlines"));
}

TEST_CASE("any delimiters are taken that can be told apart", "[hl7v2]")
{
    CHECK(has(read("MSH^~|\\&^A^B\rPID^1^^X~Y"), "PID-3.2 @byte 22=Y"));
    CHECK(has(read("MSH|^~\\&#|A\rPID|X^Y"), "PID-1.2 @byte 18=Y"));

    const auto bad = GENERATE(as<std::string>{}, "MSH|^^\\&|A", "MSHA^~\\&|A", "MSH|", "MSH||A|B",
                              "MSH|a~\\&|X|Y");
    CAPTURE(bad);
    const auto messages = mapping::hl7v2::find_messages(bad);
    REQUIRE(messages);
    const auto tree = mapping::hl7v2::read(bad, messages->front(), {});
    REQUIRE_FALSE(tree);
    CHECK(tree.error().code == base::Errc::malformed_source);
}

TEST_CASE("escape sequences mean what HL7 says, and stay when nobody knows them", "[hl7v2]")
{
    const auto [raw, text] = GENERATE(table<std::string, std::string>({
        {"a\\F\\b\\S\\c\\T\\d\\R\\e\\E\\f", "a|b^c&d~e\\f"},
        {"one\\.br\\two", "one\ntwo"},
        {"\\H\\strong\\N\\", "strong"},
        {"\\X41C3B1\\", "Añ"},
        {"\\Q\\ stays", "\\Q\\ stays"},
        {"open \\F", "open \\F"},
        {"\\XZZ\\", "\\XZZ\\"},
        {"C:\\dir\\F\\", "C:\\dir|"},
    }));
    CAPTURE(raw);

    CHECK(mapping::hl7v2::unescape(raw, {}) == text);
}

TEST_CASE("what is written with escapes is read again", "[hl7v2]")
{
    const auto text = "a|b^c&d~e\\f"s;

    CHECK(mapping::hl7v2::unescape(mapping::hl7v2::escape(text, {}), {}) == text);
}

TEST_CASE("an escape cannot make a segment", "[hl7v2]")
{
    const auto tree = read("MSH|^~\\&|A\rNTE|1||x\\X0D\\PID|1\r");

    CHECK(tree.segments.size() == 2);
}

TEST_CASE("MSH-18 says the character set, and a label that lies is told", "[hl7v2]")
{
    const auto head = "MSH|^~\\&|A|||||||||||||||"s;

    CHECK(has(read(head + "8859/1\rPID|PE\xD1"
                          "A"),
              "PID-1 @byte 36=PEÑA"));
    CHECK(has(read(head + "UNICODE UTF-8\rPID|PEÑA"), "PID-1 @byte 43=PEÑA"));
    const auto bytes = head + "8859/1\rPID|PEÑA";  // the tree points into it
    const auto lie = read(bytes);
    CHECK(has(lie, "PID-1 @byte 36=PEÑA"));
    REQUIRE(lie.issues.size() == 1);
    CHECK(lie.issues.front().code == base::Errc::wrong_charset);
    CHECK(lie.issues.front().where.starts_with("MSH-18 @byte"));
}

TEST_CASE("bytes of no declared set are windows-1252 only when the agreement says so", "[hl7v2]")
{
    const auto bytes =
        "MSH|^~\\&|A\rPID|PE\xD1"
        "A";

    CHECK(has(read(bytes, "windows-1252"), "PID-1 @byte 15=PEÑA"));
    const auto silent = read(bytes);
    CHECK(has(silent, "PID-1 @byte 15=?"));
    CHECK(silent.issues.size() == 1);
}

TEST_CASE("a line that is no segment is one leaf, and the message goes on", "[hl7v2]")
{
    const auto tree = read("MSH|^~\\&|A\rgarbage here\rPID|1\r");

    REQUIRE(tree.segments.size() == 3);
    CHECK_FALSE(tree.segments[1].readable);
    CHECK(tree.segments[1].last - tree.segments[1].first == 1);
    CHECK(tree.segments[2].text() == "PID");
}

TEST_CASE("a batch is as many messages as it has MSH, and keeps its envelope", "[hl7v2]")
{
    const auto bytes =
        "FHS|^~\\&|A\rBHS|^~\\&|A\rMSH|^~\\&|1\rPID|1\rMSH|^~\\&|2\rPID|2\rBTS|2\rFTS|1\r"s;

    const auto messages = mapping::hl7v2::find_messages(bytes);

    REQUIRE(messages);
    REQUIRE(messages->size() == 2);
    CHECK(messages->front().begin == 0);
    CHECK(messages->back().end == bytes.size());
    const auto second = mapping::hl7v2::read(bytes, messages->back(), {});
    REQUIRE(second);
    CHECK(second->segments.size() == 4);
}

TEST_CASE("HL7 null is a value of its own", "[hl7v2]")
{
    const auto tree = read("MSH|^~\\&|A\rPID|\"\"|\"x\"\r");

    CHECK(tree.leaves[3].null);
    CHECK_FALSE(tree.leaves[4].null);
}

TEST_CASE("nothing to read is said as such", "[hl7v2]")
{
    const auto [bytes, code] = GENERATE(table<std::string, base::Errc>({
        {"", base::Errc::empty_source},
        {"\r\n\r\n", base::Errc::empty_source},
        {"PID|1", base::Errc::malformed_source},
        {"\x01\x02\x03", base::Errc::empty_source},
    }));
    CAPTURE(bytes);

    const auto messages = mapping::hl7v2::find_messages(bytes);

    REQUIRE_FALSE(messages);
    CHECK(messages.error().code == code);
}
