// What senders get wrong: each is told at its place, none stops the gateway, none is guessed into
// another meaning.

#include <catch2/catch.hpp>
#include <chrono>
#include <string>

#include "fhir_models/r4/path.hpp"
#include "fhir_models/r4/validate.hpp"
#include "mapping/translate.hpp"

namespace {

using namespace std::string_literals;

const mapping::Translator& translator()
{
    static const auto built_in = mapping::Translator::built_in().value();
    return built_in;
}

std::vector<mapping::Translation> translate(const std::string& bytes)
{
    std::vector<mapping::Translation> out;
    const auto done = translator().translate(
        bytes, {}, [&](mapping::Translation&& one) { out.push_back(std::move(one)); });
    REQUIRE(done);
    for (const auto& one : out) {
        CHECK(one.leaves.parsed == one.leaves.mapped + one.leaves.ignored + one.leaves.reported);
        if (!one.refused()) {
            CHECK_FALSE(base::has_errors(fhir::r4::validate(one.bundle.root())));
        }
    }
    return out;
}

base::Error refusal(const std::string& bytes)
{
    const auto done = translator().translate(bytes, {}, [](mapping::Translation&&) {});
    REQUIRE_FALSE(done);
    return done.error();
}

const fhir::r4::Node* patient(const mapping::Translation& one)
{
    for (const auto& entry : *one.bundle.root().find("entry")) {
        if (entry.find("resource")->text_of("resourceType") == "Patient") {
            return entry.find("resource");
        }
    }
    return nullptr;
}

std::string family(const mapping::Translation& one)
{
    const auto* const found = patient(one);
    return found == nullptr ? "" : std::string(fhir::r4::get_text(*found, "name.family"));
}

bool tells(const mapping::Translation& one, base::Errc code, std::string_view place)
{
    return std::ranges::any_of(one.issues, [&](const auto& issue) {
        return issue.code == code && issue.where.find(place) != std::string::npos;
    });
}

const std::string kHead = "MSH|^~\\&|HIS|HG|P|S|20261121101500-0600||ADT^A01^ADT_A01|7|P|2.5.1\r";

}  // namespace

TEST_CASE("delimiters that cannot be told apart refuse the message at their byte", "[bad]")
{
    const auto head =
        GENERATE("MSH||~\\&|HIS\r"s, "MSH|^^\\&|HIS\r"s, "MSHMSHMSH\r"s, "MSH\r"s, "MSH|"s);
    CAPTURE(head);

    CHECK(refusal(head + "PID|1\r").code == base::Errc::malformed_source);
}

TEST_CASE("a caret may separate fields, if another character separates components", "[bad]")
{
    const auto made = translate(
        "MSH^:~\\&^HIS^HG^P^S^20261121101500-0600^^ADT:A01:ADT_A01^7^P^2.5.1\r"
        "PID^1^^9:::HG:MR^^PEREZ:ANA\r");

    CHECK(family(made.front()) == "PEREZ");
}

TEST_CASE("a byte order mark, blank lines and an MLLP frame around the message are no content",
          "[bad]")
{
    const auto around = GENERATE(table<std::string, std::string>({{"\xEF\xBB\xBF", ""},
                                                                  {"\r\n\r\n", "\r\n\r\n"},
                                                                  {"\x0B", "\x1C\r"},
                                                                  {"\x0B", "\x1C\r\n"}}));

    const auto made = translate(std::get<0>(around) + kHead + "PID|1||9^^^HG^MR||PEREZ^ANA" +
                                std::get<1>(around));

    REQUIRE(made.size() == 1);
    CHECK(family(made.front()) == "PEREZ");
}

TEST_CASE("lines end with CR, with LF or with both, not with a mixture of meanings", "[bad]")
{
    const auto end = GENERATE("\r"s, "\n"s, "\r\n"s);
    auto text = "MSH|^~\\&|HIS|HG|P|S|20261121101500-0600||ADT^A01^ADT_A01|7|P|2.5.1" + end +
                "PID|1||9^^^HG^MR||PEREZ^ANA" + end;
    CHECK(family(translate(text).front()) == "PEREZ");

    // With CR about, a line feed inside a field is a character of the field.
    const auto note = translate(kHead + "PID|1||9^^^HG^MR||PEREZ\nDIAZ^ANA\r");
    CHECK(family(note.front()) == "PEREZ\nDIAZ");
}

TEST_CASE("an escape makes no segment, field or control character", "[bad]")
{
    const auto made =
        translate(kHead + "PID|1||9^^^HG^MR||A\\X0D\\PID\\F\\2\\F\\\\F\\8^ANA|M\\X00\\X\r");

    CHECK(made.front().bundle.root().find("entry")->size() > 0);
    CHECK(family(made.front()) == "A\rPID|2||8");
    CHECK(patient(made.front())->find("name")->size() == 1);
    CHECK(made.front().leaves.reported > 0);  // U+0000 is no character of a FHIR string
}

TEST_CASE("a million repetitions and a hundred thousand segments are read to the end", "[bad]")
{
    const auto begin = std::chrono::steady_clock::now();
    std::string ids = "9";
    for (int i = 0; i < 1'000'000; ++i) {
        ids += "~" + std::to_string(i);
    }
    const auto many = translate(kHead + "PID|1||" + ids + "||PEREZ^ANA\r");
    CHECK(patient(many.front())->find("identifier")->size() == 1'000'000);

    std::string notes;
    for (int i = 0; i < 100'000; ++i) {
        notes += "NTE|1||x\r";
    }
    CHECK(translate(kHead + "PID|1||9^^^HG^MR||PEREZ^ANA\r" + notes).front().leaves.parsed >
          200'000);
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(120));
}

TEST_CASE("a message cut off anywhere is read as far as it goes or refused with a place", "[bad]")
{
    const auto whole = kHead + "PID|1||9^^^HG^MR||PEREZ^ANA||19800102|F\rPV1|1|I\r";
    for (std::size_t size = 1; size < whole.size(); ++size) {
        INFO(size);
        const auto done =
            translator().translate(whole.substr(0, size), {}, [](mapping::Translation&&) {});
        if (!done) {
            CHECK_FALSE(done.error().where.empty());
        }
    }
}

TEST_CASE("a message of its header alone is a message without content", "[bad]")
{
    const auto made = translate(kHead);

    REQUIRE(made.size() == 1);
    CHECK(patient(made.front()) == nullptr);
    CHECK(made.front().leaves.reported == 0);
}

TEST_CASE("a version nobody knows is read like the others", "[bad]")
{
    const auto version = GENERATE("2.1"s, "2.3.1"s, "2.8"s, "2.9"s, "3"s, ""s);

    const auto made = translate("MSH|^~\\&|HIS|HG|P|S|20261121101500-0600||ADT^A01|7|P|" + version +
                                "\rPID|1||9^^^HG^MR||PEREZ^ANA\r");

    CHECK(family(made.front()) == "PEREZ");
}

TEST_CASE("a message type nobody knows is refused at MSH-9", "[bad]")
{
    const auto made =
        translate("MSH|^~\\&|HIS|HG|P|S|20261121101500-0600||XYZ^Q99|7|P|2.5.1\rPID|1||9||P^A\r");

    CHECK(made.front().refused());
    CHECK(tells(made.front(), base::Errc::unknown_event, "MSH-9"));
}

TEST_CASE("NUL bytes are told, not written", "[bad]")
{
    const auto made = translate(kHead + "PID|1||9^^^HG^MR||PE\0REZ^ANA\r"s);

    CHECK(family(made.front()).find('\0') == std::string::npos);
    CHECK(made.front().leaves.reported > 0);
}
