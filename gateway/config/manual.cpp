#include "gateway/config/config.hpp"
#include "gateway/config/settings.hpp"

namespace gateway::config {
namespace {

/// Kind, bounds and default of a setting, each read from its row.
template <class T>
struct Describe {
    const T& fresh;

    static std::string quoted(const std::string& text) { return "\"" + text + "\""; }

    std::string operator()(const TextSetting<T>& slot) const
    {
        return std::string(slot.form->en) + ". Default " + quoted(fresh.*slot.member);
    }
    std::string operator()(const PathSetting<T>& slot) const
    {
        return "path. Default " + quoted(fresh.*slot.member);
    }
    template <class U>
    std::string operator()(const NumberSetting<T, U>& slot) const
    {
        return "integer " + std::to_string(slot.smallest) + "…" + std::to_string(slot.largest) +
               ". Default " + std::to_string(fresh.*slot.member);
    }
    std::string operator()(const FlagSetting<T>& slot) const
    {
        return std::string("true or false. Default ") + (fresh.*slot.member ? "true" : "false");
    }
    std::string operator()(const PathsSetting<T>&) const { return "array of paths. Default []"; }
    std::string operator()(const TextsSetting<T>& slot) const
    {
        return "array of: " + std::string(slot.form->en) + ". Default []";
    }
};

template <class T>
void append(std::string& page, std::span<const Setting<T>> settings)
{
    const T fresh;
    for (const auto& row : settings) {
        page.append(row.name).append(row.required ? " (required)\n    " : "\n    ");
        page.append(row.sentence).append("\n    ");
        page.append(std::visit(Describe<T>{fresh}, row.slot)).append("\n");
    }
}

}  // namespace

std::string manual()
{
    std::string page =
        "Puente reads one TOML file. Every key has a default that works on loopback; relative\n"
        "paths stand against the folder of the file.\n\n";
    append(page, config_settings());
    page.append("\n[[institution]]: one table per enrolled institution\n\n");
    append(page, institution_settings());
    page.append("\n[[route]]: what legacy systems cannot state, stated for them; first match\n\n");
    append(page, route_settings());
    return page;
}

}  // namespace gateway::config
