#include "mapping/charset.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "fhir_models/r4/path.hpp"
#include "mapping/translate.hpp"

namespace {

using namespace std::string_literals;

struct Made {
    std::string family;
    base::Issues issues;
    std::optional<base::Error> refused;

    [[nodiscard]] bool tells(base::Errc code, const std::string& place) const
    {
        return std::ranges::any_of(issues, [&](const auto& issue) {
            return issue.code == code && issue.where.starts_with(place);
        });
    }
};

Made translate(const std::string& bytes)
{
    static const auto translator = mapping::Translator::built_in().value();
    Made made;
    const auto done = translator.translate(bytes, {}, [&](mapping::Translation&& one) {
        made.issues = one.issues;
        for (const auto& entry : *one.bundle.root().find("entry")) {
            const auto& resource = *entry.find("resource");
            if (resource.text_of("resourceType") == "Patient") {
                made.family = fhir::r4::get_text(resource, "name.family");
            }
        }
    });
    if (!done) {
        made.refused = done.error();
    }
    return made;
}

std::string message(const std::string& charset, const std::string& family)
{
    return "MSH|^~\\&|HIS|HG|P|S|20261121101500-0600||ADT^A01^ADT_A01|7|P|2.5.1||||||" + charset +
           "\rPID|1||9^^^HG^MR||" + family + "^A\r";
}

}  // namespace

TEST_CASE("every set of HL7 table 0211 is read as what it says", "[charset]")
{
    const auto [set, bytes, text] = GENERATE(table<std::string, std::string, std::string>({
        {"8859/1",
         "PE\xD1"
         "A",
         "PEÑA"},
        {"8859/2",
         "\xA3"
         "UKASZ",
         "ŁUKASZ"},
        {"8859/3",
         "\xD5"
         "USTI",
         "ĠUSTI"},
        {"8859/4",
         "\xAA"
         "IRA",
         "ĒIRA"},
        {"8859/5", "\xB8\xD2\xD0\xDD\xDE\xD2", "Иванов"},
        {"8859/6", "\xE5\xCD\xE5\xCF", "محمد"},
        {"8859/7", "\xCD\xDF\xEA\xEF\xF2", "Νίκος"},
        {"8859/8", "\xEB\xE4\xEF", "כהן"},
        {"8859/9",
         "\xDD"
         "lhan",
         "İlhan"},
        {"8859/15",
         "\xA4"
         "uro",
         "€uro"},
        {"ISO IR14", "\xD4\xCF\xC0\xDE", "ﾔﾏﾀﾞ"},
        {"KS X 1001", "\xB1\xE8", "김"},
        {"CNS 11643-1992", "\xda\xaf", "張"},
        {"GB 18030-2000", "\xD5\xC5|\xC8\xFD", "张"},
        {"BIG-5", "\xB1i", "張"},
        {"ISO IR87", "\x1B$B;3ED\x1B(B", "山田"},
        {"UNICODE UTF-8", "PEÑA", "PEÑA"},
        {"ASCII", "PENA", "PENA"},
    }));
    CAPTURE(set);

    CHECK(translate(message(set, bytes)).family == text);
}

TEST_CASE("a character that holds a delimiter does not break its field", "[charset]")
{
    // The second byte of this character is the bar that separates fields.
    const auto made = translate(message("BIG-5", "\xA5|"));

    CHECK_FALSE(made.refused);
    CHECK(made.family == "四");
    CHECK(made.tells(base::Errc::wrong_charset, "MSH-18"));
}

TEST_CASE("UTF-16 and UTF-32 are known by their byte mark", "[charset]")
{
    std::string wide = "\xFF\xFE"s;
    std::string wider = "\xFF\xFE\0\0"s;
    for (const char c : message("UNICODE UTF-16", "PEREZ")) {
        wide.append({c, '\0'});
        wider.append({c, '\0', '\0', '\0'});
    }

    CHECK(translate(wide).family == "PEREZ");
    CHECK(translate(wider).family == "PEREZ");
}

TEST_CASE("bytes that are no text of the declared set are refused at MSH-18 or told at their place",
          "[charset]")
{
    const auto whole = translate(message("GB 18030-2000", "\xFF\xFF"));
    const auto part = translate(message("KS X 1001", "\xFF\xFF"));
    const auto unknown = translate(message("KLINGON",
                                           "PE\xD1"
                                           "A"));

    REQUIRE(whole.refused);
    CHECK(whole.refused->code == base::Errc::wrong_charset);
    CHECK(whole.refused->where == "MSH-18");
    CHECK(part.tells(base::Errc::wrong_charset, "PID-5"));
    CHECK(unknown.tells(base::Errc::wrong_charset, "MSH-18"));
}

TEST_CASE("a label that the bytes contradict is told, and the bytes are believed", "[charset]")
{
    const auto set = GENERATE("8859/1", "8859/2", "8859/15");

    const auto made = translate(message(set, "PEÑA"));

    CHECK(made.family == "PEÑA");
    CHECK(made.tells(base::Errc::wrong_charset, "MSH-18"));
}

TEST_CASE("an escape changes the character set for what follows, and changes it back", "[charset]")
{
    const auto [bytes, text] = GENERATE(table<std::string, std::string>({
        {"\\C2D42\\\xA3"
         "UKASZ\\C2842\\ X",
         "ŁUKASZ X"},
        {"\\C2D4C\\\xB8\xD2\xD0\xDD", "Иван"},
        {"YAMADA \\M2442\\;3ED\\C2842\\ TARO", "YAMADA 山田 TARO"},
        {"\\C9999\\PENA", "\\C9999\\PENA"},
        {"PE\\XD1\\A", "PEÑA"},
        {"\\E\\C2D42\\E\\A", "\\C2D42\\A"},
    }));
    CAPTURE(bytes);

    CHECK(translate(message("8859/1", bytes)).family == text);
}
