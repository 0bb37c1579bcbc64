#include "gateway/app/files.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "fhir_models/r4/json_writer.hpp"
#include "gateway/app/commands.hpp"

namespace gateway::app {

namespace fs = std::filesystem;
using base::Errc;

base::Result<std::string> read_file(const std::string& path)
{
    const std::ifstream file(path, std::ios::binary);
    if (!file || fs::is_directory(path)) {
        return base::fail(Errc::malformed_config, path, {"un archivo legible", "a readable file"});
    }
    std::ostringstream bytes;
    bytes << file.rdbuf();
    return std::move(bytes).str();
}

base::Result<void> write_file(const std::string& path, std::string_view bytes)
{
    const base::Text expected{"espacio y permiso para escribir", "room and permission to write"};
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    if (file < 0) {
        return base::fail(Errc::store_failed, path, expected);
    }
    bool good = true;
    while (good && !bytes.empty()) {
        const auto written = ::write(file, bytes.data(), bytes.size());
        good = written > 0;
        bytes.remove_prefix(good ? static_cast<std::size_t>(written) : 0);
    }
    good = ::fsync(file) == 0 && good;
    good = ::close(file) == 0 && good;
    return good ? base::Result<void>{} : base::fail(Errc::store_failed, path, expected);
}

base::Result<std::vector<std::string>> files_of(const std::vector<std::string>& paths)
{
    std::vector<std::string> files;
    for (const auto& path : paths) {
        if (!fs::exists(path)) {
            return base::fail(Errc::wrong_usage, path,
                              {"un archivo o carpeta que exista", "a file or folder that exists"});
        }
        if (!fs::is_directory(path)) {
            files.push_back(path);
            continue;
        }
        const auto first = static_cast<std::ptrdiff_t>(files.size());
        for (const auto& entry : fs::recursive_directory_iterator(path)) {
            if (entry.is_regular_file()) {
                files.push_back(entry.path().string());
            }
        }
        std::sort(files.begin() + first, files.end());
    }
    return files;
}

int write_signed(const std::string& stem, std::string_view token, std::string_view pem)
{
    std::size_t n = 1;
    while (fs::exists(stem + "." + std::to_string(n) + ".jws")) {
        ++n;
    }
    const auto numbered = stem + "." + std::to_string(n);
    for (const auto& [path, text] :
         {std::pair{numbered + ".pem", pem}, std::pair{numbered + ".jws", token}}) {
        if (const auto kept = write_file(path, text); !kept) {
            return complain(kept.error());
        }
    }
    std::printf("%s.jws\n", numbered.c_str());
    return kDone;
}

int complain(const base::Error& error)
{
    std::fprintf(stderr, "puente: %s\n", base::to_line(error).c_str());
    return error.code == Errc::wrong_usage ? kWrongUsage : kRefused;
}

void append_issue(std::string& out, const base::Issue& issue, std::string_view file,
                  std::size_t record)
{
    const auto put = [&out](std::string_view name, std::string_view text) {
        if (!text.empty()) {
            out.append(",\"").append(name).append("\":");
            fhir::r4::write_json_string(text, out);
        }
    };
    out.append("{\"severity\":\"").append(base::to_code(issue.severity)).append("\"");
    put("code", base::info(issue.code).id);
    put("file", file);
    out.append(",\"record\":").append(std::to_string(record));
    put("where", issue.where);
    put("path", issue.path);
    put("rule", issue.rule);
    put("es", base::info(issue.code).es);
    put("en", base::info(issue.code).en);
    put("expected_es", issue.expected.es);
    put("expected_en", issue.expected.en);
    put("found_es", issue.found.es);
    put("found_en", issue.found.en);
    out.append("}\n");
}

constexpr std::chrono::milliseconds kBetween{100};

Progress::Progress(std::string_view text, std::size_t total)
    : text_(text), total_(total), shown_(isatty(STDERR_FILENO) == 1 && total != 1)
{
}

Progress::~Progress()
{
    if (shown_) {
        std::fprintf(stderr, "\r\033[K");
    }
}

void Progress::step()
{
    ++done_;
    const auto now = std::chrono::steady_clock::now();
    if (shown_ && (now >= next_ || done_ == total_)) {
        next_ = now + kBetween;
        std::fprintf(stderr, total_ == 0 ? "\r%s %zu" : "\r%s %zu/%zu", text_.c_str(), done_,
                     total_);
    }
}

}  // namespace gateway::app
