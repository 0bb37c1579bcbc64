#include "fhir_models/r4/primitives.hpp"

#include <catch2/catch.hpp>
#include <sstream>

#include "fhir_models/r4/json_reader.hpp"
#include "tests/support/files.hpp"

using namespace fhir::r4;

namespace {

struct Vector {
    Primitive type;
    std::string_view file;
};

constexpr Vector kVectors[] = {
    {Primitive::base64_binary, "base64_binary"},
    {Primitive::boolean, "boolean"},
    {Primitive::canonical, "canonical"},
    {Primitive::code, "code"},
    {Primitive::date, "date"},
    {Primitive::date_time, "date_time"},
    {Primitive::decimal, "decimal"},
    {Primitive::id, "id"},
    {Primitive::instant, "instant"},
    {Primitive::integer, "integer"},
    {Primitive::markdown, "markdown"},
    {Primitive::oid, "oid"},
    {Primitive::positive_int, "positive_int"},
    {Primitive::string, "string"},
    {Primitive::time, "time"},
    {Primitive::unsigned_int, "unsigned_int"},
    {Primitive::uri, "uri"},
    {Primitive::url, "url"},
    {Primitive::uuid, "uuid"},
    {Primitive::xhtml, "xhtml"},
};

/// One line of the vectors: JSON or not, of the right kind or not, of the right form or not.
/// `null` stands for an absent value in them.
bool is_value(Primitive type, const std::string& line)
{
    const auto document = read_json(line);
    if (!document) {
        return false;
    }
    const auto& node = document->root();
    return node.kind == json_kind(type) && is_well_formed(type, node.text);
}

}  // namespace

TEST_CASE("the official-sized vectors of every primitive are judged right", "[primitives]")
{
    const auto folder = support::shared("fhir-r4/primitives");
    if (!folder) {
        return;
    }
    int judged = 0;
    for (const auto& [type, name] : kVectors) {
        for (const bool valid : {true, false}) {
            const auto file = std::string(name) + (valid ? ".valid.ndjson" : ".invalid.ndjson");
            std::istringstream lines(support::read_file(*folder / file));
            for (std::string line; std::getline(lines, line);) {
                if (line.empty() || line == "null") {
                    continue;
                }
                CAPTURE(file, line);
                CHECK(is_value(type, line) == valid);
                ++judged;
            }
        }
    }
    CHECK(judged > 120);
}

TEST_CASE("a date has the form of R4 and a day that exists", "[primitives]")
{
    const auto [type, text, good] = GENERATE(table<Primitive, std::string, bool>({
        {Primitive::date, "2024-02-29", true},
        {Primitive::date, "2023-02-29", false},
        {Primitive::date, "0000", false},
        {Primitive::date, "2023-13", false},
        {Primitive::date, "2023-1-1", false},
        {Primitive::date, "2023-01-01T00:00:00Z", false},
        {Primitive::date_time, "2023-01-01T00:00:00Z", true},
        {Primitive::date_time, "2023-01-01T00:00:00.123456-06:00", true},
        {Primitive::date_time, "2023-01-01T00:00Z", false},
        {Primitive::date_time, "2023-01-01T24:00:00Z", false},
        {Primitive::date_time, "2023-01-01T00:00:00+14:30", false},
        {Primitive::date_time, "2023-01-01 00:00:00Z", false},
        {Primitive::date_time, "2023-01-01T00:00:00.Z", false},
        {Primitive::instant, "2023-01", false},
        {Primitive::time, "23:59:60", true},
        {Primitive::time, "23:59:59Z", false},
    }));
    CAPTURE(text);

    CHECK(is_well_formed(type, text) == good);
}

TEST_CASE("numbers, codes and names keep their bounds", "[primitives]")
{
    const auto [type, text, good] = GENERATE(table<Primitive, std::string, bool>({
        {Primitive::integer, "2147483647", true},
        {Primitive::integer, "2147483648", false},
        {Primitive::integer, "-2147483648", true},
        {Primitive::integer, "-0", false},
        {Primitive::integer, "1e2", false},
        {Primitive::positive_int, "0", false},
        {Primitive::decimal, "-1.50e-10", true},
        {Primitive::id, std::string(64, 'a'), true},
        {Primitive::id, std::string(65, 'a'), false},
        {Primitive::id, "a_b", false},
        {Primitive::code, "a b", true},
        {Primitive::code, "a  b", false},
        {Primitive::uri, "http://a b", false},
        {Primitive::oid, "urn:oid:2.16.840", true},
        {Primitive::oid, "urn:oid:2.016", false},
        {Primitive::oid, "urn:oid:2.", false},
        {Primitive::oid, "urn:oid:3.1", false},
        {Primitive::uuid, "urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7", true},
        {Primitive::uuid, "urn:uuid:53FEFA32-fcbb-4ff8-8a92-55ee120877b7", false},
        {Primitive::string, "tab\tand\nline", true},
        {Primitive::string, "bell \x07 rings", false},
        {Primitive::string, "12345678\x01", false},
        {Primitive::string, "ñandú áéíóú", true},
        {Primitive::base64_binary, "QUJD RA==", true},
        {Primitive::base64_binary, "QUJDRA=", false},
        {Primitive::base64_binary, "QU=DRA==", false},
    }));
    CAPTURE(text);

    CHECK(is_well_formed(type, text) == good);
}
