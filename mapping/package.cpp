#include "mapping/package.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "fhir_models/base/bytes.hpp"
#include "fhir_models/base/text.hpp"
#include "fhir_models/base/toml.hpp"
#include "mapping/csv.hpp"

namespace mapping {
namespace {

/// The tables of a package, recognised by their first line.
enum class Table : std::uint8_t {
    rules,
    changes,
    codes,
    structures,
    events,
    columns,
    keys,
    checks,
    outgoing
};

struct Header {
    Table table;
    std::string_view line;
};

constexpr std::array kHeaders{
    Header{Table::rules, "rule,source,when,target,as,vocab,value,note"},
    Header{Table::changes, "verb,rule,source,when,target,as,vocab,value,note"},
    Header{Table::codes, "vocab,code,target,display,system,note"},
    Header{Table::structures, "structure,path,max,note"},
    Header{Table::events, "event,structure,note"},
    Header{Table::columns, "profile,column,name,note"},
    Header{Table::keys, "type,key,note"},
    Header{Table::outgoing, "message,segment,each,field,repeat,value,vocab,note"},
    Header{Table::checks, "check,column,when,age,must,argument,severity,official,es,en"},
};

constexpr std::array<std::string_view, 5> kVerbs{"", "add", "first", "replace", "disable"};

std::string joined(const std::vector<std::string>& cells)
{
    std::string line;
    for (const auto& cell : cells) {
        line.append(line.empty() ? "" : ",").append(base::trim(cell));
    }
    return line;
}

/// The rows of one CSV file into their package.
class TableReader {
public:
    TableReader(Package& package, const PackageFile& file, base::Issues& faults)
        : package_(package), file_(file), faults_(faults)
    {
    }

    void read()
    {
        auto rows = read_csv(file_.text);
        if (!rows) {
            faults_.push_back(base::to_issue(rows.error()));
            faults_.back().where = file_.name + ":" + rows.error().where;
            return;
        }
        if (rows->empty()) {
            return;
        }
        const auto line = joined(rows->front().cells);
        const auto* const header = std::ranges::find(kHeaders, line, &Header::line);
        if (header == kHeaders.end()) {
            fault(rows->front().line, 1, {},
                  {"una primera línea de las que describe packages/README.md",
                   "a first line among those of packages/README.md"});
            return;
        }
        const auto columns = rows->front().cells.size();
        for (std::size_t i = 1; i < rows->size(); ++i) {
            auto& row = (*rows)[i];
            if (row.cells.size() > columns) {
                fault(
                    row.line, columns + 1, {},
                    {std::to_string(columns) + " columnas", std::to_string(columns) + " columns"});
                continue;
            }
            row.cells.resize(columns);
            for (auto& cell : row.cells) {
                cell = std::string(base::trim(cell));
            }
            take(header->table, std::move(row));
        }
    }

private:
    void take(Table table, CsvRow row)
    {
        auto& cell = row.cells;
        const RowPlace place{file_.name, row.line};
        switch (table) {
            case Table::rules:
                take_rule(Verb::none, row, 0);
                break;
            case Table::changes: {
                const auto verb = std::ranges::find(kVerbs, std::string_view(cell[0]));
                if (verb == kVerbs.end() || verb == kVerbs.begin()) {
                    fault(row.line, 1, cell[1],
                          {"add, first, replace o disable", "add, first, replace or disable"});
                    break;
                }
                take_rule(static_cast<Verb>(verb - kVerbs.begin()), row, 1);
                break;
            }
            case Table::codes:
                package_.codes.push_back({cell[0], cell[1], cell[2], cell[3], cell[4]});
                break;
            case Table::structures:
                package_.structures.push_back(
                    {cell[0], cell[1], cell[2].ends_with('*'), cell[2].starts_with("1.."), place});
                break;
            case Table::events:
                package_.events.push_back({cell[0], cell[1]});
                break;
            case Table::columns: {
                const auto number = base::to_size(cell[1]);
                if (!number || *number == 0) {
                    fault(row.line, 2, {}, {"un número de columna", "a column number"});
                    break;
                }
                package_.columns.push_back({cell[0], *number, cell[2]});
                break;
            }
            case Table::keys:
                package_.keys.push_back({cell[0], cell[1], place});
                break;
            case Table::outgoing:
                package_.outgoing.push_back(
                    {cell[0], cell[1], cell[2], cell[3], cell[4], cell[5], cell[6], place});
                break;
            case Table::checks:
                package_.checks.push_back({cell[0], cell[1], cell[2], cell[3], cell[4], cell[5],
                                           cell[6], cell[7], cell[8], cell[9], place});
                break;
        }
    }

    void take_rule(Verb verb, CsvRow& row, std::size_t first)
    {
        auto* cell = row.cells.data() + first;
        const auto slash = cell[0].rfind('/');
        if (slash == std::string::npos || slash == 0 || slash + 1 == cell[0].size()) {
            fault(row.line, first + 1, cell[0], {"MAPA/ID", "MAP/ID"});
            return;
        }
        if (verb != Verb::none && cell[7].empty()) {
            fault(row.line, first + 8, cell[0],
                  {"la razón del cambio en note", "the reason of the change in note"});
        }
        package_.rules.push_back({.verb = verb,
                                  .map = cell[0].substr(0, slash),
                                  .id = std::move(cell[0]),
                                  .source = std::move(cell[1]),
                                  .when = std::move(cell[2]),
                                  .target = std::move(cell[3]),
                                  .as = std::move(cell[4]),
                                  .vocab = std::move(cell[5]),
                                  .value = std::move(cell[6]),
                                  .note = std::move(cell[7]),
                                  .place = {file_.name, row.line}});
    }

    void fault(std::size_t line, std::size_t column, std::string_view rule, base::Text expected)
    {
        faults_.push_back(package_fault({file_.name, line}, column, rule, std::move(expected)));
    }

    Package& package_;
    const PackageFile& file_;
    base::Issues& faults_;
};

/// Reads package.toml: a closed list of keys.
class ManifestReader {
public:
    ManifestReader(Package& package, const PackageFile& file, base::Issues& faults)
        : package_(package), file_(file), faults_(faults)
    {
    }

    void read()
    {
        const auto text = plain_lines();
        if (!text) {
            return;
        }
        try {
            take_all(*text);
        } catch (const base::UnreadableToml&) {  // no place is known: the first line stands for it
            fault(1, 1, {"TOML", "TOML"});
        }
    }

private:
    void take_all(const std::string& text)
    {
        const auto parsed = toml::parse(text);
        if (!parsed) {
            const auto& at = parsed.error().source().begin;
            fault(at.line, at.column, {"TOML", "TOML"});
            return;
        }
        for (const auto& [key, node] : parsed.table()) {
            take(key.str(), node);
        }
        if (package_.name.empty() || package_.version.empty()) {
            fault(1, 1, {"name y version", "name and version"});
        }
    }

    /// The manifest without its comments. It is keys and texts in ASCII: toml++ is kept from what
    /// it asserts on or takes for granted (a header such as "[;", characters outside Unicode).
    std::optional<std::string> plain_lines()
    {
        std::string out;
        std::size_t line = 0;
        for (const auto raw : base::split(file_.text, '\n')) {
            ++line;
            const auto text = base::trim(raw);
            if (text.starts_with('[')) {
                fault(line, 1, {"una clave, no una tabla", "a key, not a table"});
                return std::nullopt;
            }
            const auto strange = std::ranges::find_if(
                text, [](char c) { return (c < ' ' && c != '\t') || c == 0x7f; });
            if (!text.starts_with('#') && strange != text.end()) {
                fault(line, 1,
                      {"caracteres ASCII, salvo en comentarios propios de su línea",
                       "ASCII characters, but for comments on lines of their own"});
                return std::nullopt;
            }
            out.append(text.starts_with('#') ? std::string_view{} : raw).push_back('\n');
        }
        return out;
    }

    void take(std::string_view key, const toml::node& node)
    {
        const auto text = node.value<std::string>();
        const auto& at = node.source().begin;
        if (key == "depends" || key == "profiles") {
            take_list(node, key == "depends" ? package_.depends : package_.profiles);
            return;
        }
        if (!text) {
            fault(at.line, at.column, {"un texto", "a text"});
        } else if (key == "name") {
            package_.name = *text;
        } else if (key == "version") {
            package_.version = *text;
        } else if (key == "url") {
            package_.url = *text;
        } else if (key == "bundle") {
            package_.bundle = *text;
        } else if (key == "system") {
            package_.system = *text;
        } else if (key == "sender") {
            package_.sender = *text;
        } else if (key == "format" && (*text == "hl7v2" || *text == "giis")) {
            package_.format = *text == "giis" ? Format::giis : Format::hl7v2;
        } else if (key == "layer" &&
                   (*text == "base" || *text == "national" || *text == "institution")) {
            package_.layer = *text == "base"       ? Layer::base
                             : *text == "national" ? Layer::national
                                                   : Layer::institution;
        } else {
            fault(
                at.line, at.column,
                {"url, name, version, format, layer, bundle, system, sender, depends o profiles",
                 "url, name, version, format, layer, bundle, system, sender, depends or profiles"});
        }
    }

    void take_list(const toml::node& node, std::vector<std::string>& into)
    {
        const auto* const list = node.as_array();
        const auto& at = node.source().begin;
        if (list == nullptr) {
            fault(at.line, at.column, {"una lista de textos", "a list of texts"});
            return;
        }
        for (const auto& item : *list) {
            into.push_back(item.value_or(std::string{}));
        }
    }

    void fault(std::size_t line, std::size_t column, base::Text expected)
    {
        faults_.push_back(package_fault({file_.name, line}, column, {}, std::move(expected)));
    }

    Package& package_;
    const PackageFile& file_;
    base::Issues& faults_;
};

}  // namespace

base::Issue package_fault(const RowPlace& place, std::size_t column, std::string_view rule,
                          base::Text expected)
{
    return {base::Severity::error,
            base::Errc::malformed_package,
            place.file + ":" + std::to_string(place.line) + ":" + std::to_string(column),
            {},
            std::string(rule),
            std::move(expected),
            base::Text{}};
}

std::vector<Package> read_packages(std::span<const PackageFile> files, base::Issues& faults)
{
    std::map<std::string, std::vector<const PackageFile*>> folders;
    for (const auto& file : files) {
        folders[file.name.substr(0, file.name.find('/'))].push_back(&file);
    }
    std::vector<Package> packages;
    for (auto& [folder, members] : folders) {
        std::ranges::sort(members, {}, &PackageFile::name);
        Package package;
        package.folder = folder;
        std::string all;
        bool manifest = false;
        for (const auto* file : members) {
            all.append(file->name).push_back('\n');
            all.append(base::to_hex(base::view(base::sha256(file->text)))).push_back('\n');
            if (file->name.ends_with("/package.toml")) {
                manifest = true;
                ManifestReader(package, *file, faults).read();
            } else if (file->name.ends_with(".csv")) {
                TableReader(package, *file, faults).read();
            }
        }
        if (!manifest) {
            faults.push_back(package_fault({folder + "/package.toml", 1}, 1, {},
                                           {"un archivo package.toml", "a file package.toml"}));
        }
        package.digest = base::to_hex(base::view(base::sha256(all)));
        packages.push_back(std::move(package));
    }
    std::ranges::stable_sort(packages, {}, &Package::layer);
    return packages;
}

}  // namespace mapping
