#pragma once

#include <string>
#include <string_view>

namespace fuzz {

/// Good DER with the bytes of `edits` written over it, three at a time: place (two bytes) and
/// value. From noise alone no fuzzer would find its way into X.509.
inline std::string edited(std::string der, std::string_view edits)
{
    for (std::size_t i = 0; i + 2 < edits.size(); i += 3) {
        const auto place = static_cast<std::size_t>(static_cast<unsigned char>(edits[i])) << 8U |
                           static_cast<unsigned char>(edits[i + 1]);
        der[place % der.size()] = edits[i + 2];
    }
    return der;
}

}  // namespace fuzz
