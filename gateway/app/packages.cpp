#include "gateway/app/packages.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>

#include "fhir_models/r4/json_writer.hpp"
#include "gateway/app/commands.hpp"
#include "gateway/app/files.hpp"

namespace gateway::app {
namespace {

namespace fs = std::filesystem;

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
