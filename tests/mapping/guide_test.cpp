// HL7's own V2-to-FHIR guide, row by row: each row is a rule of the base package, or a correction,
// or stands in left_out.tsv with the reason why it cannot be one. Nothing of the guide is
// forgotten.

#include <catch2/catch.hpp>
#include <cstdio>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <string>

#include "fhir_models/base/text.hpp"
#include "mapping/csv.hpp"
#include "tests/support/files.hpp"

namespace {

namespace fs = std::filesystem;

using Row = std::vector<std::string>;

const fs::path kPackage = support::project_root() / "mapping" / "packages" / "hl7.v2-to-fhir";

std::vector<Row> rows_of(const fs::path& file)
{
    auto text = support::read_file(file);
    if (text.starts_with("\xEF\xBB\xBF")) {
        text.erase(0, 3);
    }
    const auto table = mapping::read_csv(text);
    REQUIRE(table);
    std::vector<Row> rows;
    for (const auto& line : *table) {
        Row row;
        for (const auto& cell : line.cells) {
            auto bare = base::trim(cell);
            while (bare.ends_with("\xC2\xA0")) {  // blanks that do not break
                bare = base::trim(bare.substr(0, bare.size() - 2));
            }
            row.emplace_back(bare);
        }
        row.resize(std::max<std::size_t>(row.size(), 20));
        rows.push_back(std::move(row));
    }
    return rows;
}

/// The ids of a table of the package, from its column.
std::set<std::string> ids(const std::string& table, std::size_t column)
{
    std::set<std::string> out;
    for (const auto& row : rows_of(kPackage / table)) {
        out.insert(row[column]);
    }
    return out;
}

/// Id and reason of what cannot be a rule.
std::map<std::string, std::string> left_out()
{
    std::map<std::string, std::string> out;
    const auto text = support::read_file(kPackage / "left_out.tsv");
    for (const auto line : base::split(text, '\n')) {
        const auto cells = base::split(line, '\t');
        if (cells.size() == 4) {
            out[std::string(cells[0])] = std::string(cells[3]);
        }
    }
    return out;
}

/// Calls `see(map name, rows)` for every table of one kind, in the guide's order.
void each_table(const fs::path& guide, const std::string& kind,
                const std::function<void(const std::string&, const std::vector<Row>&)>& see)
{
    static const std::regex kName("(?:R4_|Map_) (.*?) - ");
    std::set<fs::path> files;
    for (const auto& file : fs::directory_iterator(guide / kind)) {
        if (file.path().extension() == ".csv") {
            files.insert(file.path());
        }
    }
    for (const auto& file : files) {
        std::smatch found;
        const auto name = file.filename().string();
        REQUIRE(std::regex_search(name, found, kName));
        auto rows = rows_of(file);
        rows.erase(rows.begin(), rows.begin() + std::min<std::ptrdiff_t>(
                                                    2, static_cast<std::ptrdiff_t>(rows.size())));
        see(std::string(base::trim(found[1].str())), rows);
    }
}

struct Tally {
    std::size_t rules = 0;
    std::size_t reasons = 0;
    std::vector<std::string> forgotten;

    void add(bool rule, const std::map<std::string, std::string>& out, const std::string& id)
    {
        const auto reason = out.find(id);
        if (rule) {
            ++rules;
        } else if (reason != out.end() && !reason->second.empty()) {
            ++reasons;
        } else {
            forgotten.push_back(id);
        }
    }

    void check(const char* kind) const
    {
        std::printf("guide, %s: %zu rows are rules, %zu left out with a reason\n", kind, rules,
                    reasons);
        INFO(kind << " first forgotten: " << (forgotten.empty() ? "" : forgotten.front()));
        CHECK(forgotten.empty());
        CHECK(rules > 0);
    }
};

/// "PID-3.1" is row "3.1" of its map; a second row of the same place ".2".
std::string numbered(const std::string& map, const std::string& source,
                     std::map<std::string, int>& counts)
{
    const auto mark = source.find_first_of("-.");
    const auto field = mark == std::string::npos ? "0" : source.substr(mark + 1);
    const auto number = ++counts[field];
    return map + "/" + field + (number == 1 ? "" : "." + std::to_string(number));
}

}  // namespace

TEST_CASE("every row of HL7's guide is a rule, or left out with a reason", "[guide]")
{
    const auto guide = support::shared("corpora/hl7-v2-to-fhir/mappings");
    if (!guide) {
        return;
    }
    const auto out = left_out();
    for (const auto* kind : {"segments", "datatypes"}) {
        const auto ours = ids(std::string(kind) + ".csv", 0);
        Tally tally;
        each_table(*guide, kind, [&](const std::string& map, const std::vector<Row>& rows) {
            std::map<std::string, int> counts;
            for (const auto& row : rows) {
                if (!row[9].empty()) {
                    const auto id = numbered(map, row[1], counts);
                    tally.add(ours.contains(id), out, id);
                }
            }
        });
        tally.check(kind);
    }
}

TEST_CASE("every code of HL7's guide has its row, or is left out with a reason", "[guide]")
{
    const auto guide = support::shared("corpora/hl7-v2-to-fhir/mappings");
    if (!guide) {
        return;
    }
    const auto out = left_out();
    std::set<std::string> ours;
    for (const auto& row : rows_of(kPackage / "codes.csv")) {
        ours.insert(row[0] + "/" + row[1]);
    }
    Tally tally;
    each_table(*guide, "codesystems", [&](const std::string& map, const std::vector<Row>& rows) {
        for (const auto& row : rows) {
            if (!row[0].empty() && !row[6].empty()) {
                tally.add(ours.contains(map + "/" + row[0]), out, map + "/" + row[0]);
            }
        }
    });
    tally.check("codes");
}

TEST_CASE("every resource the guide places in a message is placed, or left out with a reason",
          "[guide]")
{
    const auto guide = support::shared("corpora/hl7-v2-to-fhir/mappings");
    if (!guide) {
        return;
    }
    const auto ours = ids("messages.csv", 0);
    const auto out = left_out();
    static const std::regex kStem("^[A-Z0-9_]+(:follow:\\w+)?\\.");
    static const std::regex kOther("[^\\w.]");
    Tally tally;
    each_table(*guide, "messages", [&](const std::string& map, const std::vector<Row>& rows) {
        std::map<std::string, std::string> places;
        std::map<std::string, int> seen;
        std::map<std::string, int> numbers;
        for (const auto& row : rows) {
            if (row[1].empty() || row[1].starts_with("/")) {
                continue;
            }
            auto path = std::regex_replace(std::regex_replace(row[1], kStem, ""), kOther, "");
            if (map == "ORM_O01" && path.starts_with("ORDER_DETAIL")) {
                path = "ORDER." + path;
            }
            if (!places.contains(row[1])) {
                const auto number = ++seen[path];
                places[row[1]] = path + (number == 1 ? "" : "(" + std::to_string(number) + ")");
            }
            const bool group =
                std::ranges::none_of(row[2], [](char c) { return c >= 'A' && c <= 'Z'; });
            if (group || row[9].empty()) {
                continue;
            }
            const auto number = ++numbers[path];
            const auto id =
                map + "/" + places[row[1]] + (number == 1 ? "" : "." + std::to_string(number));
            tally.add(ours.contains(id), out, id);
        }
    });
    tally.check("messages");
}

TEST_CASE("every correction of the guide says why", "[guide]")
{
    for (const auto& row : rows_of(kPackage / "corrections.csv")) {
        CAPTURE(row[1]);
        CHECK_FALSE(row[8].empty());
    }
}

TEST_CASE("every condition the guide gives in prose is decided and written down", "[guide]")
{
    std::set<std::string> decided;
    const auto text = support::read_file(kPackage / "prose.tsv");
    for (const auto line : base::split(text, '\n')) {
        const auto cells = base::split(line, '\t');
        if (cells.size() == 2 && !cells[1].empty()) {
            decided.insert(std::string(cells[0]));
        }
    }
    std::size_t count = 0;
    for (const auto* table : {"segments.csv", "datatypes.csv", "messages.csv"}) {
        for (const auto& row : rows_of(kPackage / table)) {
            if (row[0] != "rule" && row[2].empty() && !row[7].empty()) {
                CAPTURE(row[0], row[7]);
                CHECK(decided.contains(row[7]));
                ++count;
            }
        }
    }
    CHECK(count > 0);
}
