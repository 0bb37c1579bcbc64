#pragma once

#include <string>

#include "tests/support/files.hpp"

namespace contract {

/// A PostgreSQL server of this machine's own packages, in a temporary folder, reached by a socket
/// in it; stopped when this goes. As root it runs as the user postgres.
class PostgresServer {
public:
    /// False, and one line on the terminal, when the packages are not installed or it fails.
    [[nodiscard]] static bool available();
    /// The one server of this program. Requires available().
    [[nodiscard]] static PostgresServer& instance();

    /// Connection settings of a schema of its own, empty at first.
    [[nodiscard]] std::string fresh_schema();
    /// The same as a postgresql:// URL, as a configuration has it.
    [[nodiscard]] std::string fresh_url();

    PostgresServer(const PostgresServer&) = delete;
    PostgresServer& operator=(const PostgresServer&) = delete;
    ~PostgresServer();

private:
    PostgresServer();
    [[nodiscard]] bool run(const std::string& command) const;
    [[nodiscard]] std::string settings() const;

    support::TempDir folder_;
    std::string programs_;  ///< folder of initdb and pg_ctl; empty: not installed
    bool running_ = false;
    int schemas_ = 0;
};

}  // namespace contract
