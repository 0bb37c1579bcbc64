#include "gateway/app/packages.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <map>

#include "fhir_models/base/text.hpp"
#include "fhir_models/r4/json_reader.hpp"
#include "fhir_models/r4/json_writer.hpp"
#include "gateway/app/commands.hpp"
#include "gateway/app/files.hpp"

namespace gateway::app {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kTests = "tests";
constexpr std::string_view kExpected = ".ndjson";

base::Result<std::vector<mapping::PackageFile>> read_folders(
    const std::vector<std::string>& folders)
{
    std::vector<mapping::PackageFile> files;
    for (const auto& folder : folders) {
        const auto paths = files_of({folder});
        if (!paths) {
            return base::Failure(paths.error());
        }
        const auto name = fs::weakly_canonical(folder).filename();
        for (const auto& path : *paths) {
            if (*fs::relative(path, folder).begin() == kTests) {
                continue;  // messages and what becomes of them: no tables
            }
            auto text = read_file(path);
            if (!text) {
                return base::Failure(text.error());
            }
            files.push_back({(name / fs::relative(path, folder)).string(), *std::move(text)});
        }
    }
    return files;
}

using Texts = std::map<std::string, std::string>;  ///< "file record" to Bundle

/// Every record of the corpus as one translator makes it.
base::Result<Texts> translate_all(const mapping::Translator& translator,
                                  const std::vector<std::string>& files)
{
    Texts texts;
    Progress progress("package diff", files.size());
    for (const auto& file : files) {
        const auto bytes = read_file(file);
        if (!bytes) {
            return base::Failure(bytes.error());
        }
        const auto take = [&](mapping::Translation&& translation) {
            texts[file + " " + translation.place] =
                fhir::r4::to_pretty_json(translation.bundle.root());
        };
        if (const auto done = translator.translate(*bytes, {}, take); !done) {
            texts[file] = base::to_line(done.error());
        }
        progress.step();
    }
    return texts;
}

/// The first place where two trees differ, as a JSON pointer; empty when they do not.
std::string difference(const fhir::r4::Node& one, const fhir::r4::Node& other,
                       const std::string& at = {})
{
    if (one.kind != other.kind || one.text != other.text || one.name != other.name) {
        return at.empty() ? "/" : at;
    }
    const auto* a = one.first;
    const auto* b = other.first;
    for (std::size_t i = 0; a != nullptr || b != nullptr; ++i, a = a->next, b = b->next) {
        const auto* const named = a != nullptr ? a : b;
        const auto step =
            at + "/" +
            (one.kind == fhir::r4::Kind::array ? std::to_string(i) : std::string(named->name));
        if (a == nullptr || b == nullptr) {
            return step;
        }
        if (auto found = difference(*a, *b, step); !found.empty()) {
            return found;
        }
    }
    return {};
}

/// What a message becomes, one Bundle a line, as `puente translate` prints it.
std::string lines_of(const mapping::Translator& translator, const std::string& bytes)
{
    std::string out;
    const auto done = translator.translate(bytes, {}, [&](mapping::Translation&& translation) {
        fhir::r4::write_json(translation.bundle.root(), out);
        out.push_back('\n');
    });
    return done ? out : base::to_line(done.error());
}

std::string where_they_differ(std::string_view made, std::string_view due)
{
    const auto made_lines = base::split(made, '\n');
    const auto due_lines = base::split(due, '\n');
    for (std::size_t i = 0; i < std::max(made_lines.size(), due_lines.size()); ++i) {
        if (i >= made_lines.size() || i >= due_lines.size()) {
            return "record " + std::to_string(i + 1);
        }
        if (made_lines[i] == due_lines[i]) {
            continue;
        }
        const auto one = fhir::r4::read_json(made_lines[i]);
        const auto other = fhir::r4::read_json(due_lines[i]);
        return "record " + std::to_string(i + 1) + " " +
               (one && other ? difference(one->root(), other->root()) : std::string("/"));
    }
    return {};
}

/// Runs the tests of a package; `tell` hears of each, with the place of the difference or nothing.
base::Result<void> run_tests(
    const mapping::Translator& translator, const std::string& folder,
    const std::function<void(const std::string&, const std::string&)>& tell)
{
    const auto tests = fs::path(folder) / kTests;
    if (!fs::is_directory(tests)) {
        return {};
    }
    const auto files = files_of({tests.string()});
    if (!files) {
        return base::Failure(files.error());
    }
    for (const auto& file : *files) {
        if (file.ends_with(kExpected)) {
            continue;
        }
        const auto message = read_file(file);
        const auto due = read_file(fs::path(file).replace_extension(kExpected).string());
        if (!message || !due) {
            return base::Failure(message ? due.error() : message.error());
        }
        tell(file, where_they_differ(lines_of(translator, *message), *due));
    }
    return {};
}

}  // namespace

std::optional<mapping::Translator> load_translator(const std::vector<std::string>& folders)
{
    const auto files = read_folders(folders);
    if (!files) {
        complain(files.error());
        return std::nullopt;
    }
    auto translator = mapping::Translator::load(*files);
    if (translator) {
        return *std::move(translator);
    }
    for (const auto& issue : translator.error()) {
        std::fprintf(stderr, "puente: %s: %s; expected %s%s%s\n", issue.where.c_str(),
                     base::info(issue.code).en.data(), issue.expected.en.c_str(),
                     issue.rule.empty() ? "" : "; rule ", issue.rule.c_str());
    }
    return std::nullopt;
}

base::Result<mapping::Translator> load_tested_translator(const std::vector<std::string>& folders)
{
    const auto files = read_folders(folders);
    if (!files) {
        return base::Failure(files.error());
    }
    auto translator = mapping::Translator::load(*files);
    if (!translator) {
        return base::Failure(base::first_error(translator.error()));
    }
    std::string failed;
    for (const auto& folder : folders) {
        const auto ran = run_tests(*translator, folder, [&](const auto& file, const auto& place) {
            failed = failed.empty() && !place.empty() ? file + ": " + place : failed;
        });
        if (!ran) {
            return base::Failure(ran.error());
        }
    }
    if (!failed.empty()) {
        return base::fail(base::Errc::malformed_package, failed,
                          {"lo que la prueba del paquete dice", "what the package's test says"});
    }
    return *std::move(translator);
}

int package_test(const std::vector<std::string>& folders)
{
    const auto translator = load_translator(folders);
    if (!translator) {
        return kRefused;
    }
    std::size_t count = 0;
    std::size_t failures = 0;
    for (const auto& folder : folders) {
        const auto ran = run_tests(*translator, folder, [&](const auto& file, const auto& place) {
            ++count;
            failures += place.empty() ? 0U : 1U;
            std::printf("%s %s%s%s\n", place.empty() ? "passed" : "failed", file.c_str(),
                        place.empty() ? "" : ": differs at ", place.c_str());
        });
        if (!ran) {
            return complain(ran.error());
        }
    }
    std::printf("%zu tests, %zu failed\n", count, failures);
    return failures == 0 && count > 0 ? kDone : kRefused;
}

int package_check(const std::vector<std::string>& folders)
{
    const auto translator = load_translator(folders);
    if (!translator) {
        return kRefused;
    }
    for (const auto& package : translator->packages()) {
        std::printf("%s\n", package.c_str());
    }
    std::printf("plan %s\n", translator->plan_digest().c_str());
    return kDone;
}

int package_diff(const std::string& before, const std::string& after,
                 const std::vector<std::string>& corpus)
{
    const auto files = files_of(corpus);
    if (!files) {
        return complain(files.error());
    }
    const auto old_translator = load_translator({before});
    const auto new_translator = load_translator({after});
    if (!old_translator || !new_translator) {
        return kRefused;
    }
    const auto old_texts = translate_all(*old_translator, *files);
    const auto new_texts = translate_all(*new_translator, *files);
    if (!old_texts || !new_texts) {
        return complain(old_texts ? new_texts.error() : old_texts.error());
    }
    std::size_t changed = 0;
    for (const auto& [key, text] : *new_texts) {
        const auto was = old_texts->find(key);
        if (was == old_texts->end() || was->second != text) {
            std::printf("changed %s\n", key.c_str());
            ++changed;
        }
    }
    std::printf("%zu of %zu records change\n", changed, new_texts->size());
    return kDone;
}

}  // namespace gateway::app
