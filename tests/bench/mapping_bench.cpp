// What translation costs and what it leaves: mapping_bench [-n ROUNDS] [-v] [-j] [-z ZONE] FILE...
//
// Prints messages per CPU second (map, map + serialise, with validation), the leaf ledger, and with
// -v where leaves are reported and what the validator finds, most frequent first.

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <map>
#include <string>
#include <vector>

#include "fhir_models/r4/json_writer.hpp"
#include "fhir_models/r4/validate.hpp"
#include "mapping/translate.hpp"
#include "tests/support/files.hpp"

namespace {

/// CPU time of this process: what one core would do when nobody else wants it.
double cpu_seconds()
{
    return double(std::clock()) / CLOCKS_PER_SEC;
}

using Counts = std::map<std::string, std::size_t>;

/// "OBX[4]-5.2 @byte 900" as "OBX-5.2": one row per kind of place.
std::string kind_of_place(const std::string& place)
{
    std::string out;
    bool inside = false;
    for (const char c : place.substr(0, place.find(" @"))) {
        inside = c == '[' || (inside && c != ']');
        if (!inside && c != ']') {
            out.push_back(c);
        }
    }
    return out;
}

void print(const char* title, const Counts& counts, std::size_t most)
{
    std::vector<std::pair<std::size_t, std::string>> rows;
    for (const auto& [name, count] : counts) {
        rows.emplace_back(count, name);
    }
    std::ranges::sort(rows, std::greater<>{});
    std::printf("== %s (%zu kinds)\n", title, rows.size());
    for (std::size_t i = 0; i < std::min(most, rows.size()); ++i) {
        std::printf("%6zu %s\n", rows[i].first, rows[i].second.c_str());
    }
}

struct Tally {
    std::size_t records = 0;
    std::size_t refused = 0;
    std::size_t invalid = 0;
    std::size_t lost = 0;
    std::uint64_t parsed = 0;
    std::uint64_t reported = 0;
    std::vector<double> shares;
    Counts places;
    Counts errors;
    Counts others;

    void add(const mapping::Translation& one, const std::string& file, bool verbose)
    {
        ++records;
        const auto& leaves = one.leaves;
        lost += leaves.parsed - leaves.mapped - leaves.ignored - leaves.reported;
        parsed += leaves.parsed;
        reported += leaves.reported;
        for (const auto& issue : one.issues) {
            const auto code = std::string(base::info(issue.code).id);
            if (issue.code == base::Errc::not_mapped) {
                ++places[kind_of_place(issue.where)];
            } else {
                ++others[code + " " + kind_of_place(issue.where) + " " + issue.path + " " +
                         issue.rule];
            }
        }
        if (one.refused()) {
            ++refused;
            return;
        }
        shares.push_back(
            leaves.parsed == 0 ? 1.0 : double(leaves.mapped + leaves.ignored) / leaves.parsed);
        const auto found = fhir::r4::validate(one.bundle.root());
        if (!base::has_errors(found)) {
            return;
        }
        ++invalid;
        for (const auto& issue : found) {
            if (issue.severity <= base::Severity::error) {
                auto what = kind_of_place(issue.path) + " " +
                            std::string(base::info(issue.code).id) + " " + issue.expected.en;
                ++errors[what];
                if (verbose) {
                    std::printf("%s: %s %s\n", file.c_str(), issue.path.c_str(),
                                issue.expected.en.c_str());
                }
            }
        }
    }
};

}  // namespace

int main(int argc, char** argv)
{
    int rounds = 0;
    bool verbose = false;
    bool json = false;
    std::string zone;
    std::vector<std::string> names;
    for (int i = 1; i < argc; ++i) {
        if (std::strcmp(argv[i], "-n") == 0 && i + 1 < argc) {
            rounds = std::atoi(argv[++i]);
        } else if (std::strcmp(argv[i], "-v") == 0) {
            verbose = true;
        } else if (std::strcmp(argv[i], "-j") == 0) {
            json = true;
        } else if (std::strcmp(argv[i], "-z") == 0 && i + 1 < argc) {
            zone = argv[++i];
        } else {
            names.emplace_back(argv[i]);
        }
    }
    const auto loaded = mapping::Translator::load({});
    if (!loaded) {
        for (const auto& fault : loaded.error()) {
            std::printf("%s %s: %s\n", fault.where.c_str(), fault.rule.c_str(),
                        fault.expected.en.c_str());
        }
        return 1;
    }
    std::vector<std::string> texts;
    for (const auto& name : names) {
        texts.push_back(support::read_file(name));
    }
    const mapping::Request request{.format = {},
                                   .profile = {},
                                   .default_zone = zone,
                                   .undeclared_charset = "windows-1252",
                                   .media_type = {}};
    Tally tally;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const auto done = loaded->translate(texts[i], request, [&](mapping::Translation&& one) {
            tally.add(one, names[i], verbose);
            if (json) {
                std::printf("%s\n", fhir::r4::to_pretty_json(one.bundle.root()).c_str());
                for (const auto& line : one.lineage()) {
                    std::printf("# %s <- %s by %s\n", line.target.c_str(), line.source.c_str(),
                                line.rule.c_str());
                }
            }
        });
        if (!done) {
            std::printf("%s: %s\n", names[i].c_str(), base::to_line(done.error()).c_str());
        }
    }
    std::ranges::sort(tally.shares);
    std::printf(
        "records %zu refused %zu invalid %zu lost leaves %zu; leaves %llu reported %llu; "
        "median share mapped or ignored %.3f\n",
        tally.records, tally.refused, tally.invalid, tally.lost,
        static_cast<unsigned long long>(tally.parsed),
        static_cast<unsigned long long>(tally.reported),
        tally.shares.empty() ? 0.0 : tally.shares[tally.shares.size() / 2]);
    if (verbose) {
        print("reported places", tally.places, 1000);
        print("validation errors", tally.errors, 60);
        print("other issues", tally.others, 60);
    }
    if (rounds > 0) {
        for (const bool serialise : {false, true}) {
            std::size_t count = 0;
            std::string out;
            const auto begin = cpu_seconds();
            for (int round = 0; round < rounds; ++round) {
                for (const auto& text : texts) {
                    (void)loaded->translate(text, request, [&](mapping::Translation&& one) {
                        ++count;
                        if (serialise) {
                            out.clear();
                            fhir::r4::write_json(one.bundle.root(), out);
                        }
                    });
                }
            }
            std::printf("%s: %.0f messages per CPU second\n", serialise ? "map + serialise" : "map",
                        double(count) / (cpu_seconds() - begin));
        }
    }
    return 0;
}
