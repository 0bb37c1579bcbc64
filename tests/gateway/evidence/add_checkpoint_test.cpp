#include "gateway/evidence/add_checkpoint.hpp"

#include <catch2/catch.hpp>

using gateway::evidence::AddCheckpoint;

namespace {

const std::string kHash = base::to_base64(base::view(base::sha256("one")));

}  // namespace

TEST_CASE("what a ledger asks of a witness reads back as it was written", "[witness]")
{
    const std::string text = "old 20852014\n" + kHash + "\n" + kHash + "\n\nthe note\n\nlines\n";

    const auto request = AddCheckpoint::from(text);

    REQUIRE(request);
    CHECK(request->old_size == 20'852'014);
    CHECK(request->proof == std::vector(2, base::sha256("one")));
    CHECK(request->checkpoint == "the note\n\nlines\n");
    CHECK(request->to_text() == text);
    CHECK(AddCheckpoint::from("old 0\n\n").value().proof.empty());
}

TEST_CASE("a request that is not as C2SP writes it is refused with its line", "[witness]")
{
    std::string many = "old 1\n";
    for (int i = 0; i < 64; ++i) {
        many += kHash + "\n";
    }
    const auto [text, where] = GENERATE_COPY(table<std::string, std::string>({
        {"", "add-checkpoint"},
        {"old 1\n", "add-checkpoint"},
        {"new 1\n\nnote", "add-checkpoint"},
        {"old 01\n\nnote", "add-checkpoint, line 1"},
        {"old -1\n\nnote", "add-checkpoint, line 1"},
        {"old \n\nnote", "add-checkpoint, line 1"},
        {"old 1 \n\nnote", "add-checkpoint, line 1"},
        {"old 18446744073709551616\n\nnote", "add-checkpoint, line 1"},
        {"old 1\n" + kHash + "\n" + kHash.substr(4) + "\n\nnote", "add-checkpoint, line 3"},
        {"old 1\n" + kHash + " \n\nnote", "add-checkpoint, line 2"},
        {"old 1\r\n\r\nnote", "add-checkpoint"},
        {many + "\nnote", "add-checkpoint"},
    }));
    CAPTURE(text);

    const auto request = AddCheckpoint::from(text);

    REQUIRE_FALSE(request);
    CHECK(request.error().code == base::Errc::malformed_request);
    CHECK(request.error().where == where);
}
