#include "gateway/evidence/tar.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "fhir_models/base/text.hpp"

namespace gateway::evidence {
namespace {

constexpr std::size_t kBlock = 512;
constexpr std::size_t kEnd = 2 * kBlock;
constexpr std::size_t kNameSize = 100;
constexpr std::size_t kSizeOffset = 124;
constexpr std::size_t kSizeDigits = 11;
constexpr std::size_t kChecksumOffset = 148;
constexpr std::size_t kChecksumDigits = 6;
constexpr std::size_t kChecksumSize = 8;
constexpr std::size_t kTypeOffset = 156;
constexpr std::size_t kPrefixOffset = 345;
constexpr char kPlain = '0';
constexpr char kDirectory = '5';

/// Where each field that is not the name, size or checksum stands, and what it always is.
struct Field {
    std::size_t offset;
    std::string_view text;
};
constexpr Field kFields[] = {
    // clang-format off
    {100, "0000644"},      // mode
    {108, "0000000"},      // uid
    {116, "0000000"},      // gid
    {136, "00000000000"},  // mtime
    {156, "0"},            // a plain file
    {257, "ustar"},        // magic
    {263, "00"},           // version
    {329, "0000000"},      // devmajor
    {337, "0000000"},      // devminor
    // clang-format on
};
constexpr std::size_t kModeOffset = 100;
constexpr std::string_view kProgramMode = "0000755";

using Header = std::array<char, kBlock>;

void put(Header& header, std::size_t offset, std::string_view text)
{
    std::ranges::copy(text, header.begin() + static_cast<std::ptrdiff_t>(offset));
}

std::string octal(std::size_t number, std::size_t digits)
{
    std::string text(digits, '0');
    for (auto digit = text.rbegin(); digit != text.rend() && number != 0; ++digit, number /= 8) {
        *digit = static_cast<char>('0' + number % 8);
    }
    return text;
}

/// The sum of the bytes, its own field counted as blanks.
std::size_t checksum_of(std::string_view header)
{
    std::size_t sum = kChecksumSize * ' ';
    for (std::size_t i = 0; i < header.size(); ++i) {
        const bool own = i >= kChecksumOffset && i < kChecksumOffset + kChecksumSize;
        sum += own ? 0 : static_cast<unsigned char>(header[i]);
    }
    return sum;
}

Header header_of(std::string_view name, std::size_t size)
{
    Header header{};
    put(header, 0, name);
    for (const auto& field : kFields) {
        put(header, field.offset, field.text);
    }
    if (name.ends_with(".sh")) {
        put(header, kModeOffset, kProgramMode);
    }
    put(header, kSizeOffset, octal(size, kSizeDigits));
    put(header, kChecksumOffset,
        octal(checksum_of({header.data(), header.size()}), kChecksumDigits));
    header[kChecksumOffset + kChecksumDigits + 1] = ' ';
    return header;
}

bool is_name(std::string_view name)
{
    if (name.empty() || name.size() > kNameSize) {
        return false;
    }
    for (const auto part : base::split(name, '/')) {
        const bool plain = std::ranges::all_of(part, [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                   c == '.' || c == '_' || c == '-';
        });
        if (part.empty() || part.front() == '.' || !plain) {
            return false;
        }
    }
    return true;
}

/// Octal digits, NUL or blank at their end.
std::optional<std::size_t> octal_at(std::string_view header, std::size_t offset, std::size_t digits)
{
    std::size_t number = 0;
    for (const char c : header.substr(offset, digits)) {
        if (c < '0' || c > '7') {
            return std::nullopt;
        }
        number = number * 8 + static_cast<std::size_t>(c - '0');
    }
    const char end = header[offset + digits];
    return end == '\0' || end == ' ' ? std::optional(number) : std::nullopt;
}

/// Its sum in the form every tar writes: six digits, NUL, blank. A changed bit breaks one or both.
bool has_its_checksum(std::string_view header)
{
    const auto stated = octal_at(header, kChecksumOffset, kChecksumDigits);
    return stated == checksum_of(header) &&
           header.substr(kChecksumOffset + kChecksumDigits, 2) == std::string_view("\0 ", 2);
}

/// "./certs/gateway.pem" as "certs/gateway.pem".
std::string_view name_in(std::string_view header)
{
    auto name = header.substr(0, std::min(header.find('\0'), kNameSize));
    if (name.starts_with("./")) {
        name.remove_prefix(2);
    }
    return name;
}

/// A pax record that gives the next file another name, size or target: two readers of such a tar
/// could see two things.
bool renames(std::string_view records)
{
    return std::ranges::any_of(
        std::array{" path=", " size=", " linkpath=", " GNU."},
        [&](std::string_view key) { return records.find(key) != std::string_view::npos; });
}

bool is_zero(std::string_view bytes)
{
    return bytes.find_first_not_of('\0') == std::string_view::npos;
}

std::size_t padding_of(std::size_t size)
{
    return (kBlock - size % kBlock) % kBlock;
}

base::Failure altered(std::string_view name, std::size_t number, base::Text expected)
{
    return base::fail(base::Errc::evidence_altered,
                      is_name(name) ? std::string(name) : "entry " + std::to_string(number),
                      std::move(expected));
}

}  // namespace

base::Result<std::string> write_tar(std::vector<core::Document> files)
{
    std::ranges::sort(files, {}, &core::Document::name);
    std::string tar;
    std::string_view before;
    for (const auto& [name, bytes] : files) {
        if (!is_name(name) || name == before) {
            return base::fail(base::Errc::malformed_value, name,
                              {"un nombre sencillo y una sola vez", "a plain name, and once"});
        }
        const auto header = header_of(name, bytes.size());
        tar.append(header.data(), header.size());
        tar.append(bytes);
        tar.append(padding_of(bytes.size()), '\0');
        before = name;
    }
    tar.append(kEnd, '\0');
    return tar;
}

base::Result<std::vector<core::Document>> read_tar(std::string_view tar)
{
    std::vector<core::Document> files;
    std::size_t entry = 0;
    while (!is_zero(tar) || tar.size() < kEnd || tar.size() % kBlock != 0) {
        ++entry;
        const auto header = tar.substr(0, kBlock);
        const auto name = tar.size() < kBlock ? std::string_view{} : name_in(header);
        const auto fail = [&](std::string es, std::string en) {
            return altered(name, entry, {std::move(es), std::move(en)});
        };
        if (tar.size() < kBlock + kEnd) {
            return fail("un archivo tar completo", "a whole tar archive");
        }
        const auto size = octal_at(header, kSizeOffset, kSizeDigits);
        if (!size || !has_its_checksum(header)) {
            return fail("una cabecera tar con su suma", "a tar header with its checksum");
        }
        tar.remove_prefix(kBlock);
        const auto padding = padding_of(*size);
        if (*size > tar.size() || padding > tar.size() - *size) {
            return fail("el archivo completo", "the whole file");
        }
        const auto bytes = tar.substr(0, *size);
        if (!is_zero(tar.substr(*size, padding))) {
            return fail("relleno de ceros", "padding of zeros");
        }
        tar.remove_prefix(*size + padding);
        const char type = header[kTypeOffset];
        if (type == kDirectory || ((type == 'x' || type == 'g') && !renames(bytes))) {
            continue;
        }
        if ((type != kPlain && type != '\0') || !is_name(name) || header[kPrefixOffset] != '\0') {
            return fail("un archivo común de nombre sencillo", "a plain file of a plain name");
        }
        files.push_back({std::string(name), std::string(bytes)});
    }
    std::ranges::sort(files, {}, &core::Document::name);
    const auto twice = std::ranges::adjacent_find(files, {}, &core::Document::name);
    if (twice != files.end()) {
        return altered(twice->name, 0, {"cada nombre una vez", "each name once"});
    }
    return files;
}

}  // namespace gateway::evidence
