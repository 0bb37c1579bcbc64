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
