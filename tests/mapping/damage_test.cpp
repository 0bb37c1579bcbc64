// Messages with parts missing, doubled or wrong: whatever a sender leaves out, what is made of the
// rest is valid R4 and every leaf is accounted for.

#include <catch2/catch.hpp>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "fhir_models/base/text.hpp"
#include "fhir_models/r4/validate.hpp"
#include "mapping/translate.hpp"
#include "tests/support/files.hpp"

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLargest = 20000;

std::vector<std::string> messages()
{
    std::vector<fs::path> folders{support::project_root() / "tests" / "golden" / "hl7v2"};
    if (const auto shared = support::shared("corpora")) {
        folders.push_back(*shared);
    }
    std::vector<fs::path> files;
    for (const auto& folder : folders) {
        for (const auto& file : fs::recursive_directory_iterator(folder)) {
            if (file.path().extension() == ".hl7" && file.file_size() < kLargest) {
                files.push_back(file.path());
            }
        }
    }
    std::ranges::sort(files);
    std::vector<std::string> texts;
    for (const auto& file : files) {
        texts.push_back(support::read_file(file));
    }
    return texts;
}

/// A message after an accident: fields lost, doubled, null or nonsense, segments lost.
std::string damaged(const std::string& text, std::mt19937& random)
{
    const auto chance = [&](unsigned percent) { return random() % 100 < percent; };
    std::string out;
    for (const auto line : base::split(text, text.find('\r') == std::string::npos ? '\n' : '\r')) {
        const bool header = line.find("MSH") < 5;
        if (!header && chance(15)) {
            continue;
        }
        std::size_t number = 0;
        for (const auto field : base::split(line, '|')) {
            out.append(number > 0 ? "|" : "");
            const bool kept = header || number == 0;
            const auto lot = kept ? 99U : static_cast<unsigned>(random() % 100);
            out.append(lot < 15   ? std::string{}
                       : lot < 20 ? std::string(field.substr(field.find('^') + 1))
                       : lot < 22 ? std::string(field) + "~" + std::string(field)
                       : lot < 24 ? std::string("\"\"")
                       : lot < 26 ? std::string("X")
                                  : std::string(field));
            ++number;
        }
        out.push_back('\r');
    }
    return out;
}

}  // namespace

TEST_CASE("a message with parts missing or wrong still becomes valid R4", "[damage]")
{
    const auto translator = mapping::Translator::built_in().value();
    const auto texts = messages();
    std::mt19937 random(20261128);
    for (int round = 0; round < 600; ++round) {
        const auto text = damaged(texts[random() % texts.size()], random);
        INFO(text);
        static_cast<void>(translator.translate(text, {}, [](mapping::Translation&& one) {
            const auto& leaves = one.leaves;
            CHECK(leaves.parsed == leaves.mapped + leaves.ignored + leaves.reported);
            if (!one.refused()) {
                const auto found = fhir::r4::validate(one.bundle.root());
                for (const auto& issue : found) {
                    if (issue.severity <= base::Severity::error) {
                        INFO(issue.path << " " << issue.expected.en);
                        CHECK_FALSE(base::has_errors(found));
                    }
                }
            }
        }));
    }
}
