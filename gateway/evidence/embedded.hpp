#pragma once

#include <string_view>

namespace gateway::evidence {

// Made from the files of the same names at build time.
extern const std::string_view kVerifyScript;  ///< verify.sh
extern const std::string_view kReadme;        ///< tar_readme.txt, README.txt in every tar

}  // namespace gateway::evidence
