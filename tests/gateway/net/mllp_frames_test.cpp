#include "gateway/net/mllp_frames.hpp"

#include <catch2/catch.hpp>
#include <vector>

using gateway::net::mllp_frame;
using gateway::net::MllpFrames;

namespace {

std::vector<std::string> all(MllpFrames& frames)
{
    std::vector<std::string> found;
    while (auto frame = frames.next()) {
        found.push_back(*std::move(frame));
    }
    return found;
}

using Found = std::vector<std::string>;

}  // namespace

TEST_CASE("frames are cut out of a stream by their marks alone", "[mllp]")
{
    const auto [stream, expected, why] = GENERATE(table<std::string, Found, std::string>({
        {"\x0b"
         "MSH|a\r\x1c\r",
         {"MSH|a\r"},
         "one frame"},
        {"\x0b"
         "a\x1c\r\x0b"
         "b\x1c\r",
         {"a", "b"},
         "two in one packet"},
        {"\x0b"
         "a\x1c\r\n\x0b"
         "b\x1c\r\n",
         {"a", "b"},
         "FS CR LF"},
        {"noise\x0b"
         "a\x1c\rnoise\x1c\r\x0b"
         "b\x1c\r",
         {"a", "b"},
         "bytes outside frames"},
        {"\x0b"
         "a\x1c"
         "b\x1c\x1c\r",
         {"a\x1c"
          "b\x1c"},
         "FS as data"},
        {"\x0b"
         "a\x0b"
         "b\x1c\r",
         {"a\x0b"
          "b"},
         "VT as data"},
        {"\x0b\x1c\r", {""}, "an empty frame"},
        {"\x0b"
         "a\x1c",
         {},
         "no CR yet"},
        {"a\x1c\r", {}, "no VT"},
    }));
    CAPTURE(why);

    MllpFrames whole;
    whole.add(stream);
    CHECK(all(whole) == expected);

    for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
        CAPTURE(cut);
        MllpFrames frames;
        frames.add(std::string_view(stream).substr(0, cut));
        auto found = all(frames);
        frames.add(std::string_view(stream).substr(cut));
        for (auto& frame : all(frames)) {
            found.push_back(std::move(frame));
        }
        CHECK(found == expected);
    }
}

TEST_CASE("a frame that has not ended says how much it holds", "[mllp]")
{
    MllpFrames frames;
    CHECK_FALSE(frames.inside());

    frames.add(
        "xx\x0b"
        "abc");
    CHECK_FALSE(frames.next());
    CHECK(frames.inside());
    CHECK(frames.pending() == 3);

    frames.add("de\x1c\rzz");
    CHECK(frames.next() == "abcde");
    CHECK_FALSE(frames.next());
    CHECK_FALSE(frames.inside());
    CHECK(frames.pending() == 0);
}

TEST_CASE("a frame of many small packets is read in linear time", "[mllp]")
{
    MllpFrames frames;
    frames.add("\x0b");
    bool whole = false;
    for (int i = 0; i < 2'000'000; ++i) {
        frames.add("a\x1c");
        whole = whole || frames.next().has_value();
    }
    CHECK_FALSE(whole);
    frames.add("\x1c\r");
    CHECK(frames.next()->size() == 4'000'000);
}

TEST_CASE("what is framed is read again", "[mllp]")
{
    MllpFrames frames;
    frames.add(mllp_frame("MSH|^~\\&|\r"));
    CHECK(frames.next() == "MSH|^~\\&|\r");
}
