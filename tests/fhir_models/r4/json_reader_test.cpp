#include "fhir_models/r4/json_reader.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "fhir_models/r4/json_writer.hpp"

using namespace fhir::r4;

TEST_CASE("a tree keeps order, number texts and where each value stands", "[json_reader]")
{
    const std::string text = R"({ "b" : 1.10, "a":[true,null,"x\u00e9\n"], "c":{}, "d":-0e+2 })";

    const auto document = read_json(text);

    REQUIRE(document);
    const auto& root = document->root();
    CHECK(to_json(root) == R"({"b":1.10,"a":[true,null,"xé\n"],"c":{},"d":-0e+2})");
    CHECK(root.offset == 0);
    CHECK(root.find("b")->offset == text.find("1.10"));
    CHECK(root.find("a")->offset == text.find('['));
    CHECK(root.find("a")->at(0)->offset == text.find("true"));
    CHECK(root.find("a")->at(1)->offset == text.find("null"));
    CHECK(root.find("a")->at(2)->offset == text.find("\"x"));
    CHECK(root.find("c")->offset == text.find("{}"));
    CHECK(root.find("d")->offset == text.find("-0"));
}

TEST_CASE("bytes that are no JSON text are refused at their place", "[json_reader]")
{
    using base::Errc;
    const auto [text, code, where] = GENERATE(table<std::string, Errc, std::string>({
        {"", Errc::malformed_json, "line 1, column 1"},
        {"{", Errc::malformed_json, "line 1, column 2"},
        {"{} x", Errc::malformed_json, "line 1, column 4"},
        {"{\n\"a\":1,\n\"a\":2}", Errc::malformed_json, "line 3, column 1"},
        {"{\"a\":1,\"\\u0061\":2}", Errc::malformed_json, "line 1, column 8"},
        {"[\"a\xFF\"]", Errc::malformed_json, "line 1, column 4"},
        {"[\"\\u0000\"]", Errc::malformed_json, "line 1, column 3"},
        {"[\"\\uDC00\"]", Errc::malformed_json, "line 1, column 3"},
        {"[\"\\uD800x\"]", Errc::malformed_json, "line 1, column 3"},
        {std::string("[1,\0 2]", 7), Errc::malformed_json, "line 1, column 4"},
        {"[\"\t\"]", Errc::malformed_json, "line 1, column 3"},
        {"[\"0123456789abcdef\x1f\"]", Errc::malformed_json, "line 1, column 19"},
        {"[1,]", Errc::malformed_json, "line 1, column 4"},
        {"[01]", Errc::malformed_json, "line 1, column 3"},
        {"[NaN]", Errc::malformed_json, "line 1, column 2"},
        {"[1] // end", Errc::malformed_json, "line 1, column 5"},
        {std::string(65, '['), Errc::limit_exceeded, "line 1, column 65"},
    }));
    CAPTURE(text);

    const auto document = read_json(text);

    REQUIRE_FALSE(document);
    CHECK(document.error().code == code);
    CHECK(document.error().where == where);
    CHECK_FALSE(document.error().expected.es.empty());
    CHECK_FALSE(document.error().expected.en.empty());
}

TEST_CASE("a name told twice is found among many", "[json_reader]")
{
    std::string text = "{\"first\":0";
    for (int i = 0; i < 100; ++i) {
        text += ",\"n" + std::to_string(i) + "\":0";
    }
    CHECK(read_json(text + "}"));

    CHECK_FALSE(read_json(text + ",\"n99\":0}"));
    CHECK_FALSE(read_json(text + ",\"first\":0}"));
}

TEST_CASE("64 levels and a byte order mark are read", "[json_reader]")
{
    CHECK(read_json(std::string(64, '[') + std::string(64, ']')));
    CHECK(read_json("\xEF\xBB\xBF{\"a\":1}")->root().find("a")->offset == 8);
    CHECK(read_json("\"\\uD83D\\uDE00\"")->root().text == "\xF0\x9F\x98\x80");
}

TEST_CASE("a text beyond the limit of bytes is refused", "[json_reader]")
{
    const auto document = read_json("[1, 2, 3]", {.depth = 64, .bytes = 8});

    REQUIRE_FALSE(document);
    CHECK(document.error().code == base::Errc::limit_exceeded);
}

TEST_CASE("hostile shapes cost no more than their length", "[json_reader]")
{
    CHECK_FALSE(read_json(std::string(1'000'000, '[')));
    std::string names = "{";
    for (int i = 0; i < 200'000; ++i) {
        names += "\"" + std::to_string(i) + "\":0,";
    }
    names.back() = '}';
    CHECK(read_json(names));
}
