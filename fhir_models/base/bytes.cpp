#include "fhir_models/base/bytes.hpp"

#include <openssl/evp.h>

#include <memory>
#include <new>

namespace base {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";
constexpr std::string_view kStandard =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUrl =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// A digest whose algorithm is looked up once for the program, not at each call.
template <std::size_t Size>
void digest_of(const EVP_MD* algorithm, std::string_view bytes, std::array<std::uint8_t, Size>& out)
{
    struct Free {
        void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
    };
    thread_local const std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
    if (context == nullptr || EVP_DigestInit_ex(context.get(), algorithm, nullptr) != 1 ||
        EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) != 1 ||
        EVP_DigestFinal_ex(context.get(), out.data(), nullptr) != 1) {
        throw std::bad_alloc();  // the algorithms are always there: only memory can be missing
    }
}

std::string encode(std::string_view bytes, std::string_view alphabet, bool padded)
{
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    std::uint32_t bits = 0;
    int count = 0;
    for (const char byte : bytes) {
        bits = bits << 8U | static_cast<unsigned char>(byte);
        count += 8;
        while (count >= 6) {
            count -= 6;
            text.push_back(alphabet[bits >> static_cast<unsigned>(count) & 63U]);
        }
    }
    if (count > 0) {
        text.push_back(alphabet[bits << static_cast<unsigned>(6 - count) & 63U]);
    }
    while (padded && text.size() % 4 != 0) {
        text.push_back('=');
    }
    return text;
}

constexpr std::array<std::int8_t, 256> inverse(std::string_view alphabet)
{
    std::array<std::int8_t, 256> table{};
    table.fill(-1);
    for (std::size_t i = 0; i < alphabet.size(); ++i) {
        table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
    }
    return table;
}

std::optional<std::string> decode(std::string_view text, const std::array<std::int8_t, 256>& table)
{
    if (text.size() % 4 == 1) {
        return std::nullopt;
    }
    std::string bytes;
    bytes.reserve(text.size() / 4 * 3 + 2);
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : text) {
        const auto value = table[static_cast<unsigned char>(c)];
        if (value < 0) {
            return std::nullopt;
        }
        bits = bits << 6U | static_cast<std::uint32_t>(value);
        count += 6;
        if (count >= 8) {
            count -= 8;
            bytes.push_back(static_cast<char>(bits >> static_cast<unsigned>(count) & 0xffU));
        }
    }
    const bool unused_bits_are_zero = (bits & ((1U << static_cast<unsigned>(count)) - 1U)) == 0;
    return unused_bits_are_zero ? std::optional(std::move(bytes)) : std::nullopt;
}

}  // namespace

std::string_view view(const Digest& digest) noexcept
{
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

Digest sha256(std::string_view bytes)
{
    Digest digest{};
    static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    digest_of(algorithm, bytes, digest);
    return digest;
}

struct Sha256::State {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    State() = default;
    ~State() { EVP_MD_CTX_free(context); }
    State(const State&) = delete;
    State& operator=(const State&) = delete;
};

Sha256::Sha256() : state_(std::make_unique<State>())
{
    EVP_DigestInit_ex(state_->context, EVP_sha256(), nullptr);
}

Sha256::~Sha256() = default;

void Sha256::update(std::string_view bytes)
{
    EVP_DigestUpdate(state_->context, bytes.data(), bytes.size());
}

Digest Sha256::finish()
{
    Digest digest{};
    EVP_DigestFinal_ex(state_->context, digest.data(), nullptr);
    return digest;
}

std::string uuid_v5(const std::array<std::uint8_t, 16>& space, std::string_view name)
{
    std::string input(space.begin(), space.end());
    input.append(name);
    std::array<std::uint8_t, 20> hash{};
    static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA1", nullptr);
    digest_of(algorithm, input, hash);
    hash[6] = static_cast<std::uint8_t>((hash[6] & 0x0fU) | 0x50U);
    hash[8] = static_cast<std::uint8_t>((hash[8] & 0x3fU) | 0x80U);
    std::string text(36, '-');
    std::size_t at = 0;
    for (std::size_t i = 0; i < 16; ++i) {
        at += i == 4 || i == 6 || i == 8 || i == 10 ? 1U : 0U;
        text[at++] = kHex[hash[i] >> 4U];
        text[at++] = kHex[hash[i] & 15U];
    }
    return text;
}

std::string to_hex(std::string_view bytes)
{
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const char byte : bytes) {
        const auto value = static_cast<unsigned char>(byte);
        text.push_back(kHex[value >> 4U]);
        text.push_back(kHex[value & 15U]);
    }
    return text;
}

std::optional<std::string> from_hex(std::string_view text)
{
    constexpr auto kDigits = [] {
        auto table = inverse(kHex);
        for (char c = 'A'; c <= 'F'; ++c) {
            table[static_cast<unsigned char>(c)] = static_cast<std::int8_t>(c - 'A' + 10);
        }
        return table;
    }();
    if (text.size() % 2 != 0) {
        return std::nullopt;
    }
    std::string bytes;
    bytes.reserve(text.size() / 2);
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const auto high = kDigits[static_cast<unsigned char>(text[i])];
        const auto low = kDigits[static_cast<unsigned char>(text[i + 1])];
        if (high < 0 || low < 0) {
            return std::nullopt;
        }
        bytes.push_back(static_cast<char>(high * 16 + low));
    }
    return bytes;
}

std::string to_base64(std::string_view bytes)
{
    return encode(bytes, kStandard, true);
}

std::string to_base64url(std::string_view bytes)
{
    return encode(bytes, kUrl, false);
}

std::optional<std::string> from_base64(std::string_view text)
{
    constexpr auto kTable = inverse(kStandard);
    if (text.size() % 4 != 0) {
        return std::nullopt;
    }
    for (int i = 0; i < 2 && text.ends_with('='); ++i) {
        text.remove_suffix(1);
    }
    return decode(text, kTable);
}

std::optional<std::string> from_base64url(std::string_view text)
{
    constexpr auto kTable = inverse(kUrl);
    return decode(text, kTable);
}

}  // namespace base
