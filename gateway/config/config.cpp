#include "gateway/config/config.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>

#include "fhir_models/base/toml.hpp"
#include "gateway/config/nearest.hpp"
#include "gateway/config/scan.hpp"
#include "gateway/config/settings.hpp"

namespace gateway::config {
namespace {

using base::Text;

Text type_of(const toml::node& node)
{
    switch (node.type()) {
        case toml::node_type::string:
            return {"texto", "text"};
        case toml::node_type::integer:
            return {"entero", "integer"};
        case toml::node_type::floating_point:
            return {"decimal", "decimal"};
        case toml::node_type::boolean:
            return {"booleano", "boolean"};
        case toml::node_type::array:
            return {"lista", "array"};
        case toml::node_type::table:
            return {"tabla", "table"};
        default:
            return {"fecha u hora", "date or time"};
    }
}

Text words_of(const Form& form)
{
    return {std::string(form.es), std::string(form.en)};
}

/// Reads one file; gathers every fault on the way.
class Reader {
public:
    Reader(std::string file, std::string folder)
        : file_(std::move(file)), folder_(std::move(folder))
    {
    }

    void fault(const toml::source_region& at, std::string_view key, Text expected, Text found = {})
    {
        auto where =
            file_ + ":" + std::to_string(at.begin.line) + ":" + std::to_string(at.begin.column);
        if (!key.empty()) {
            where.append(" ").append(key);
        }
        faults_.push_back({base::Errc::malformed_config, std::move(where), std::move(expected),
                           std::move(found)});
    }

    template <class T>
    void read_table(const toml::table& table, std::span<const Setting<T>> settings, T& into,
                    std::string_view prefix, std::span<const std::string_view> others)
    {
        for (const auto& [key, node] : table) {
            if (std::ranges::find(others, key.str()) != others.end()) {
                continue;
            }
            const auto row = std::ranges::find(settings, key.str(), &Setting<T>::name);
            if (row == settings.end()) {
                unknown_key(key, settings, prefix, others);
                continue;
            }
            std::visit([&, &at = node, name = name_of(prefix, row->name)](
                           const auto& slot) { take(at, name, slot, into); },
                       row->slot);
        }
        for (const auto& row : settings) {
            if (row.required && !table.contains(row.name)) {
                fault(table.source(), name_of(prefix, row.name),
                      {"una clave obligatoria", "a required key"}, {"ausente", "absent"});
            }
        }
    }

    template <class T>
    void read_tables(const toml::table& root, std::string_view name,
                     std::span<const Setting<T>> settings, std::vector<T>& into,
                     std::vector<toml::source_region>& places)
    {
        const auto* const node = root.get(name);
        if (node == nullptr) {
            return;
        }
        const auto* const array = node->as_array();
        if (array == nullptr || (!array->empty() && !array->is_homogeneous<toml::table>())) {
            const Text expected{"tablas [[" + std::string(name) + "]]",
                                "tables [[" + std::string(name) + "]]"};
            fault(node->source(), name, expected, type_of(*node));
            return;
        }
        for (const auto& item : *array) {
            T row;
            read_table(*item.as_table(), settings, row, name, {});
            into.push_back(std::move(row));
            places.push_back(item.source());
        }
    }

    [[nodiscard]] std::string resolve(const std::string& path) const
    {
        const std::filesystem::path given(path);
        if (path.empty() || folder_.empty() || given.is_absolute()) {
            return path;
        }
        return (std::filesystem::path(folder_) / given).lexically_normal().string();
    }

    [[nodiscard]] std::vector<base::Error> take_faults() { return std::move(faults_); }

private:
    static std::string name_of(std::string_view prefix, std::string_view key)
    {
        return prefix.empty() ? std::string(key) : std::string(prefix) + "." + std::string(key);
    }

    template <class T>
    void unknown_key(const toml::key& key, std::span<const Setting<T>> settings,
                     std::string_view prefix, std::span<const std::string_view> others)
    {
        std::vector<std::string_view> known(others.begin(), others.end());
        std::ranges::transform(settings, std::back_inserter(known), &Setting<T>::name);
        const std::string nearest(nearest_of(key.str(), known));
        fault(key.source(), name_of(prefix, key.str()),
              {"una clave conocida; la más parecida es " + nearest,
               "a known key; the nearest is " + nearest},
              {"clave desconocida", "unknown key"});
    }

    template <class T>
    void take(const toml::node& node, const std::string& name, const TextSetting<T>& slot, T& into)
    {
        const auto value = node.value_exact<std::string>();
        if (!value || !slot.form->fits(*value)) {
            fault(node.source(), name, words_of(*slot.form),
                  value ? base::kind_of(*value) : type_of(node));
            return;
        }
        into.*slot.member = *value;
    }

    template <class T>
    void take(const toml::node& node, const std::string& name, const PathSetting<T>& slot, T& into)
    {
        const auto value = node.value_exact<std::string>();
        if (!value) {
            fault(node.source(), name, {"una ruta entre comillas", "a path in quotes"},
                  type_of(node));
            return;
        }
        into.*slot.member = *value;
    }

    template <class T, class U>
    void take(const toml::node& node, const std::string& name, const NumberSetting<T, U>& slot,
              T& into)
    {
        const auto value = node.value_exact<std::int64_t>();
        if (!value || *value < 0 || static_cast<std::uint64_t>(*value) < slot.smallest ||
            static_cast<std::uint64_t>(*value) > slot.largest) {
            const auto bounds = std::to_string(slot.smallest) + "…" + std::to_string(slot.largest);
            fault(node.source(), name, {"un entero en " + bounds, "an integer in " + bounds},
                  value ? Text{"un entero fuera de los límites", "an integer outside the bounds"}
                        : type_of(node));
            return;
        }
        into.*slot.member = static_cast<U>(*value);
    }

    template <class T>
    void take(const toml::node& node, const std::string& name, const FlagSetting<T>& slot, T& into)
    {
        const auto value = node.value_exact<bool>();
        if (!value) {
            fault(node.source(), name, {"true o false", "true or false"}, type_of(node));
            return;
        }
        into.*slot.member = *value;
    }

    template <class T>
    void take(const toml::node& node, const std::string& name, const TextsSetting<T>& slot, T& into)
    {
        const auto* const items = node.as_array();
        if (items == nullptr) {
            fault(node.source(), name,
                  {"una lista de textos: " + std::string(slot.form->es),
                   "an array of texts: " + std::string(slot.form->en)},
                  type_of(node));
            return;
        }
        for (const auto& item : *items) {
            const auto value = item.value_exact<std::string>();
            if (!value || !slot.form->fits(*value)) {
                fault(item.source(), name, words_of(*slot.form),
                      value ? base::kind_of(*value) : type_of(item));
                continue;
            }
            (into.*slot.member).push_back(*value);
        }
    }

    template <class T>
    void take(const toml::node& node, const std::string& name, const PathsSetting<T>& slot, T& into)
    {
        const auto* const items = node.as_array();
        if (items == nullptr || (!items->empty() && !items->is_homogeneous<std::string>())) {
            fault(node.source(), name, {"una lista de rutas", "an array of paths"}, type_of(node));
            return;
        }
        for (const auto& item : *items) {
            (into.*slot.member).push_back(resolve(item.value_or(std::string())));
        }
    }

    std::string file_;
    std::string folder_;
    std::vector<base::Error> faults_;
};

/// A file states nothing of itself: its route has to state it all, and no other listener has one.
void check_folder(Reader& reader, const Route& route, const toml::source_region& at)
{
    const bool watched = route.listener == "folder";
    if (!watched && !route.folder.empty()) {
        reader.fault(at, "route.folder",
                     {"sólo con listener = \"folder\"", "with listener = \"folder\" only"});
    }
    const std::pair<std::string_view, const std::string&> stated[] = {
        {"route.folder", route.folder},
        {"route.institution", route.institution},
        {"route.agreement", route.agreement},
        {"route.purpose", route.purpose},
        {"route.receiver", route.receiver}};
    for (const auto& [key, value] : stated) {
        if (watched && value.empty()) {
            reader.fault(at, key,
                         {"una clave obligatoria con listener = \"folder\"",
                          "a required key with listener = \"folder\""},
                         {"ausente", "absent"});
        }
    }
}

/// What no row can say alone: names are unique, and a route speaks only of enrolled institutions.
void check_together(Reader& reader, const Config& config,
                    const std::vector<toml::source_region>& institutions,
                    const std::vector<toml::source_region>& routes)
{
    const Text unique{"un nombre que no se repita", "a name that is not used twice"};
    std::set<std::string_view> ids;
    for (std::size_t i = 0; i < config.institutions.size(); ++i) {
        const auto& id = config.institutions[i].id;
        if (!id.empty() && !ids.insert(id).second) {
            reader.fault(institutions[i], "institution.id", unique, {"repetido", "used twice"});
        }
    }
    for (std::size_t i = 0; config.env == "production" && i < config.institutions.size(); ++i) {
        const auto& roles = config.institutions[i].roles;
        if (std::ranges::any_of(roles, [](auto& r) { return r == "sender" || r == "receiver"; })) {
            reader.fault(institutions[i], "institution.roles",
                         {"en producción, quien envía o recibe se inscribe con puente partner",
                          "in production, senders and receivers are enrolled by puente partner"});
        }
    }
    const Text enrolled{"el id de una [[institution]]", "the id of an [[institution]]"};
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < config.routes.size(); ++i) {
        const auto& route = config.routes[i];
        if (!route.name.empty() && !names.insert(route.name).second) {
            reader.fault(routes[i], "route.name", unique, {"repetido", "used twice"});
        }
        const std::pair<std::string_view, const std::string&> mentioned[] = {
            {"route.certificate", route.certificate},
            {"route.institution", route.institution},
            {"route.receiver", route.receiver}};
        for (const auto& [key, urn] : mentioned) {
            if (!urn.empty() && !ids.contains(urn)) {
                reader.fault(routes[i], key, enrolled, {"sin inscribir", "not enrolled"});
            }
        }
        check_folder(reader, route, routes[i]);
    }
}

std::optional<toml::table> parse(std::string_view text, Reader& reader)
{
    toml::source_region at{{1, 1}, {1, 1}, nullptr};
    try {
        auto parsed = toml::parse(text);
        if (parsed) {
            return std::move(parsed).table();
        }
        at = parsed.error().source();
    } catch (
        const base::UnreadableToml&) {  // no place is known: the first line stands for the file
    }
    reader.fault(at, "", {"TOML 1.0 bien formado", "well-formed TOML 1.0"},
                 {"error de sintaxis", "syntax error"});
    return std::nullopt;
}

/// The tables of a text that TOML allows; the fault is told otherwise.
std::optional<toml::table> read_text(std::string_view toml, Reader& reader)
{
    if (const auto bad = first_impossible(toml); bad != std::string_view::npos) {
        const auto before = toml.substr(0, bad);
        const auto line = 1 + static_cast<toml::source_index>(std::ranges::count(before, '\n'));
        const auto column = static_cast<toml::source_index>(bad - (before.rfind('\n') + 1) + 1);
        reader.fault({{line, column}, {line, column}, nullptr}, "",
                     {"TOML en UTF-8, sin caracteres de control ni claves con acentos",
                      "TOML in UTF-8, without control characters or accented bare keys"},
                     base::kind_of(toml.substr(bad, 1)));
        return std::nullopt;
    }
    return parse(toml, reader);
}

constexpr std::string_view kTables[] = {"institution", "route"};

}  // namespace

tl::expected<Config, std::vector<base::Error>> read_partner(std::string_view toml,
                                                            const std::string& file,
                                                            const std::string& folder)
{
    Reader reader(file, folder);
    Config config;
    std::vector<toml::source_region> institutions, routes;
    if (const auto parsed = read_text(toml, reader)) {
        reader.read_table(*parsed, std::span<const Setting<Config>>{}, config, "", kTables);
        reader.read_tables(*parsed, "institution", institution_settings(), config.institutions,
                           institutions);
        reader.read_tables(*parsed, "route", route_settings(), config.routes, routes);
        if (config.institutions.size() != 1) {
            reader.fault(parsed->source(), "institution",
                         {"una sola [[institution]]", "one [[institution]]"});
        }
        for (std::size_t i = 0; i < routes.size(); ++i) {
            auto& route = config.routes[i];
            check_folder(reader, route, routes[i]);
            route.folder = reader.resolve(route.folder);
            if (config.institutions.empty() ||
                route.institution != config.institutions.front().id) {
                reader.fault(routes[i], "route.institution",
                             {"el id de su [[institution]]", "the id of its [[institution]]"});
            }
        }
    }
    if (auto faults = reader.take_faults(); !faults.empty()) {
        return tl::unexpected(std::move(faults));
    }
    return config;
}

tl::expected<Config, std::vector<base::Error>> read_config(std::string_view toml,
                                                           const std::string& file,
                                                           const std::string& folder)
{
    Reader reader(file, folder);
    const auto parsed = read_text(toml, reader);
    if (!parsed) {
        return tl::unexpected(reader.take_faults());
    }

    Config config;
    std::vector<toml::source_region> institutions, routes;
    reader.read_table(*parsed, config_settings(), config, "", kTables);
    reader.read_tables(*parsed, "institution", institution_settings(), config.institutions,
                       institutions);
    reader.read_tables(*parsed, "route", route_settings(), config.routes, routes);
    check_together(reader, config, institutions, routes);

    if (auto faults = reader.take_faults(); !faults.empty()) {
        return tl::unexpected(std::move(faults));
    }
    for (const auto& row : config_settings()) {
        if (const auto* const path = std::get_if<PathSetting<Config>>(&row.slot)) {
            config.*(path->member) = reader.resolve(config.*(path->member));
        }
    }
    for (auto& route : config.routes) {
        route.folder = reader.resolve(route.folder);
    }
    return config;
}

}  // namespace gateway::config
