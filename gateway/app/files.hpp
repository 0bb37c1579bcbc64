#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "fhir_models/base/issue.hpp"
#include "fhir_models/base/result.hpp"

namespace gateway::app {

/// The whole file. Errors: malformed_config, `where` = the path.
[[nodiscard]] base::Result<std::string> read_file(const std::string& path);

/// Writes and fsyncs. Errors: store_failed, `where` = the path.
[[nodiscard]] base::Result<void> write_file(const std::string& path, std::string_view bytes);

/// A token and its signer's certificate as STEM.N.jws and STEM.N.pem, N the first that is free;
/// prints the name. Gives the exit code.
int write_signed(const std::string& stem, std::string_view token, std::string_view pem);

/// The files named, and those under the folders named, in order of name. Errors: wrong_usage.
[[nodiscard]] base::Result<std::vector<std::string>> files_of(
    const std::vector<std::string>& paths);

/// "puente: PU-… …" on stderr; gives kRefused.
int complain(const base::Error& error);

/// One issue as a line of JSON, with the file and record it was found in.
void append_issue(std::string& out, const base::Issue& issue, std::string_view file,
                  std::size_t record);

/// "text 12/300" (or "text 12" when no total is known: 0) rewritten in place on a terminal, nothing
/// in a pipe.
class Progress {
public:
    Progress(std::string_view text, std::size_t total);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    void step();

private:
    std::string text_;
    std::size_t total_;
    std::size_t done_ = 0;
    bool shown_;
    std::chrono::steady_clock::time_point next_;  ///< when it is written again
};

}  // namespace gateway::app
