#include "fhir_models/base/bytes.hpp"

#include <catch2/catch.hpp>

TEST_CASE("base64 and base64url give back every byte and refuse what is not canonical", "[base]")
{
    for (std::size_t length = 0; length < 70; ++length) {
        std::string bytes;
        for (std::size_t i = 0; i < length; ++i) {
            bytes.push_back(static_cast<char>(i * 37 + length));
        }
        CHECK(base::from_base64(base::to_base64(bytes)) == bytes);
        CHECK(base::from_base64url(base::to_base64url(bytes)) == bytes);
        CHECK(base::from_hex(base::to_hex(bytes)) == bytes);
    }
    CHECK(base::to_base64("foob") == "Zm9vYg==");
    CHECK(base::to_base64url("\xfb\xff") == "-_8");
    CHECK_FALSE(base::from_base64("Zm9vYh=="));  // unused bits set
    CHECK_FALSE(base::from_base64("Zm9vYg="));
    CHECK_FALSE(base::from_base64("Zm9v Yg="));
    CHECK_FALSE(base::from_base64url("Zm9vYg=="));
    CHECK_FALSE(base::from_base64url("a"));
    CHECK_FALSE(base::from_hex("0g"));
    CHECK_FALSE(base::from_hex("012"));
}

TEST_CASE("digests are those of the standards' own examples", "[base]")
{
    CHECK(base::to_hex(base::view(base::sha256("abc"))) ==
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    // RFC 4122 name space for DNS; value published by Python's uuid module documentation.
    const std::array<std::uint8_t, 16> dns{0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1,
                                           0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8};
    CHECK(base::uuid_v5(dns, "python.org") == "886313e1-3b8a-5372-9b90-0c9aee199e5d");
}
