#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "gateway/config/config.hpp"

namespace gateway::config {

/// What a text must look like.
struct Form {
    bool (*fits)(std::string_view);
    std::string_view es;
    std::string_view en;
};

/// The kinds of settings, each bound to the member it fills in `T`.
template <class T>
struct TextSetting {
    std::string T::*member;
    const Form* form;
};
template <class T>
struct PathSetting {  ///< relative ones stand against the folder of the file
    std::string T::*member;
};
template <class T, class U>
struct NumberSetting {
    U T::*member;
    std::uint64_t smallest;
    std::uint64_t largest;
};
template <class T>
struct FlagSetting {
    bool T::*member;
};
template <class T>
struct TextsSetting {
    std::vector<std::string> T::*member;
    const Form* form;
};

template <class T>
struct PathsSetting {
    std::vector<std::string> T::*member;
};

/// One row: the parser, the bounds, the unknown-key error and the manual are all read from it.
/// The default is what a fresh `T` holds.
template <class T>
struct Setting {
    using Slot = std::variant<TextSetting<T>, PathSetting<T>, NumberSetting<T, std::uint16_t>,
                              NumberSetting<T, std::uint32_t>, NumberSetting<T, std::uint64_t>,
                              FlagSetting<T>, TextsSetting<T>, PathsSetting<T>>;
    std::string_view name;
    bool required;
    Slot slot;
    std::string_view sentence;
};

[[nodiscard]] std::span<const Setting<Config>> config_settings() noexcept;
[[nodiscard]] std::span<const Setting<Institution>> institution_settings() noexcept;
[[nodiscard]] std::span<const Setting<Route>> route_settings() noexcept;

}  // namespace gateway::config
