// r4_bench [FOLDER]: MiB/s of reading and validating the JSON files of a folder, as stored and
// minified, beside a bare hardened RapidJSON SAX pass over the same bytes. One core, one JSON line
// per form; the best of many rounds.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <string>
#include <unordered_set>
#include <vector>

#include "fhir_models/r4/json_reader.hpp"
#include "fhir_models/r4/json_writer.hpp"
#include "fhir_models/r4/validate.hpp"
#include "gateway/app/bare_json.hpp"
#include "tests/support/files.hpp"

namespace {

using namespace fhir::r4;
using Texts = std::vector<std::string>;

bool bare_sax(const std::string& text)
{
    return gateway::app::scan_json(text);
}

bool read_only(const std::string& text)
{
    return read_json(text).has_value();
}

bool read_and_check(const std::string& text, Checks checks)
{
    const auto document = read_json(text);
    return document && !base::has_errors(validate(document->root(), checks));
}

bool structure(const std::string& text)
{
    return read_and_check(text, Checks::structure);
}

bool all(const std::string& text)
{
    return read_and_check(text, Checks::all);
}

/// MiB/s of the fastest of the rounds over all texts.
double speed(const Texts& texts, bool (*work)(const std::string&))
{
    using Clock = std::chrono::steady_clock;
    std::size_t bytes = 0;
    for (const auto& text : texts) {
        bytes += text.size();
    }
    double best = 1e9;
    const auto end = Clock::now() + std::chrono::seconds(2);
    while (Clock::now() < end) {
        const auto begin = Clock::now();
        if (!std::ranges::all_of(texts, work)) {
            std::fputs("a text was refused\n", stderr);
        }
        best = std::min(best, std::chrono::duration<double>(Clock::now() - begin).count());
    }
    return static_cast<double>(bytes) / best / (1 << 20);
}

void tell(const char* form, const Texts& texts)
{
    const auto sax = speed(texts, bare_sax);
    const auto read = speed(texts, read_only);
    const auto structured = speed(texts, structure);
    const auto full = speed(texts, all);
    std::printf(
        "{\"form\":\"%s\",\"sax_mib_per_s\":%.0f,\"read_mib_per_s\":%.0f,"
        "\"structure_mib_per_s\":%.0f,\"structure_share\":%.2f,"
        "\"all_mib_per_s\":%.0f,\"all_share\":%.2f}\n",
        form, sax, read, structured, structured / sax, full, full / sax);
}

}  // namespace

int main(int argc, char** argv)
{
    const auto folder =
        argc > 1 ? std::filesystem::path(argv[1]) : support::shared("fhir-r4/synthea").value_or("");
    if (folder.empty()) {
        return 0;
    }
    Texts stored;
    Texts minified;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() == ".json") {
            stored.push_back(support::read_file(entry.path()));
            minified.push_back(to_json(read_json(stored.back())->root()));
        }
    }
    tell("stored", stored);
    tell("minified", minified);
}
