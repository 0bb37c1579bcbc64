#include "fhir_models/r4/json_writer.hpp"

#include <catch2/catch.hpp>

#include "fhir_models/r4/json_reader.hpp"

using namespace fhir::r4;

TEST_CASE("a built tree is written with the escapes JSON needs and no others", "[json_writer]")
{
    Document document;
    auto& root = document.root();
    document.add(root, "text", Kind::string, "\"\\\b\f\n\r\t\x01\x1f/é\x7f");
    document.add(root, "n", Kind::number, "1.10");
    document.add(root, "yes", Kind::boolean, "true");
    auto& list = document.add(root, "list", Kind::array);
    document.add(list, {}, Kind::null);
    document.add(list, {}, Kind::object);

    CHECK(to_json(root) ==
          "{\"text\":\"\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u001f/é\x7f\",\"n\":1.10,"
          "\"yes\":true,\"list\":[null,{}]}");
}

TEST_CASE("people get two-space indentation", "[json_writer]")
{
    const auto document = read_json(R"({"a":[1,{"b":[]}],"c":{}})");

    CHECK(to_pretty_json(document->root()) ==
          "{\n  \"a\": [\n    1,\n    {\n      \"b\": []\n    }\n  ],\n  \"c\": {}\n}");
}

TEST_CASE("an escape is found wherever it stands in a text of any length", "[json_writer]")
{
    for (std::size_t size = 1; size < 40; ++size) {
        for (std::size_t at = 0; at < size; ++at) {
            for (const char byte : {'"', '\\', '\n', '\x1f', '\x80'}) {
                std::string text(size, 'a');
                text[at] = byte;
                std::string escaped(1, byte);
                escaped = byte == '\n' ? "\\n" : byte == '\x1f' ? "\\u001f" : escaped;
                escaped.insert(0, byte == '"' || byte == '\\' ? "\\" : "");
                std::string written;
                write_json_string(text, written);
                CHECK(written == "\"" + text.substr(0, at) + escaped + text.substr(at + 1) + "\"");
            }
        }
    }
}

TEST_CASE("a text longer than what is gathered at once is written whole", "[json_writer]")
{
    const std::string text(10'000, 'x');
    Document document;
    auto& list = document.add(document.root(), "list", Kind::array);
    for (int i = 0; i < 3; ++i) {
        document.add(list, {}, Kind::string, text);
        document.add(list, {}, Kind::number, "1");
    }

    const auto again = read_json(to_json(document.root()));

    REQUIRE(again);
    CHECK(again->root().find("list")->size() == 6);
    CHECK(again->root().find("list")->at(4)->text == text);
}
