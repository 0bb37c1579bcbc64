#include "gateway/evidence/tar.hpp"

#include <algorithm>
#include <array>

#include "fhir_models/base/text.hpp"

namespace gateway::evidence {
namespace {

constexpr std::size_t kBlock = 512;
constexpr std::size_t kEnd = 2 * kBlock;
constexpr std::size_t kNameSize = 100;
constexpr std::size_t kSizeOffset = 124;
constexpr std::size_t kSizeDigits = 11;
constexpr std::size_t kChecksumOffset = 148;

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
    put(header, kChecksumOffset, "        ");  // counted as blanks (POSIX)
    std::size_t sum = 0;
    for (const char c : header) {
        sum += static_cast<unsigned char>(c);
    }
    put(header, kChecksumOffset, octal(sum, 6));
    header[kChecksumOffset + 6] = '\0';
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

std::size_t size_from(std::string_view header)
{
    std::size_t size = 0;
    for (const char c : header.substr(kSizeOffset, kSizeDigits)) {
        size = size * 8 + (static_cast<std::size_t>(c) - '0') % 8;
    }
    return size;
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
    const auto fail = [&](std::string_view name, std::string es, std::string en) {
        return altered(name, files.size() + 1, {std::move(es), std::move(en)});
    };
    while (tar.size() != kEnd || !is_zero(tar)) {
        if (tar.size() < kBlock + kEnd) {
            return fail({}, "un archivo tar completo", "a whole tar archive");
        }
        const auto header = tar.substr(0, kBlock);
        const auto name = header.substr(0, std::min(header.find('\0'), kNameSize));
        const auto size = size_from(header);
        const auto canonical = header_of(name.substr(0, kNameSize), size);
        if (!is_name(name) || header != std::string_view(canonical.data(), canonical.size())) {
            return fail(name, "una cabecera ustar canónica", "a canonical ustar header");
        }
        tar.remove_prefix(kBlock);
        const auto padding = padding_of(size);
        if (tar.size() < kEnd || size > tar.size() - kEnd || padding > tar.size() - kEnd - size) {
            return fail(name, "el archivo completo", "the whole file");
        }
        if (!is_zero(tar.substr(size, padding))) {
            return fail(name, "relleno de ceros", "padding of zeros");
        }
        if (!files.empty() && name <= files.back().name) {
            return fail(name, "nombres en orden, una vez cada uno", "names in order, each once");
        }
        files.push_back({std::string(name), std::string(tar.substr(0, size))});
        tar.remove_prefix(size + padding);
    }
    return files;
}

}  // namespace gateway::evidence
