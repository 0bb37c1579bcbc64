#pragma once

#include <sys/types.h>

#include <memory>
#include <string>

#include "gateway/app/party.hpp"
#include "gateway/app/request.hpp"

namespace gateway::app {

/// One gateway of the world: its configuration file and what it has for itself there (TOML
/// lines).
struct LocalNode {
    std::string file = "gateway.toml";
    std::string settings = "data = \"data\"\n";
    std::string folder = {};    ///< that the sender moves files into; empty: none is watched
    std::string delivery = {};  ///< how the receiver is reached (TOML lines); empty: by https
    std::uint16_t exchange_port = 0;
    std::string ledger_key = "pki/gateway/ledger.key";

    /// The one whose database that is (postgresql://…; empty: SQLite).
    [[nodiscard]] static LocalNode on(const std::string& store)
    {
        LocalNode node;
        node.settings += store.empty() ? "" : "store = \"" + store + "\"\n";
        return node;
    }
};

inline const std::string kThisProgram = "/proc/self/exe";

/// A gateway process of its own with two institutions and an agreement between them (purpose
/// TREAT), in a folder: what `bench exchange` measures against and the end-to-end tests speak with.
///
/// Owns: the child process (SIGTERM, then waited for).
class LocalWorld {
public:
    /// In a folder that has an agreement already, another node of the same world.
    /// Errors: unusable_key, malformed_config, internal when the child does not get ready.
    [[nodiscard]] static base::Result<std::unique_ptr<LocalWorld>> make(
        std::uint16_t delivery_port, const std::string& folder,
        const std::string& program = kThisProgram, const LocalNode& node = {});
    ~LocalWorld();
    LocalWorld(const LocalWorld&) = delete;
    LocalWorld& operator=(const LocalWorld&) = delete;

    [[nodiscard]] const Terms& terms() const noexcept { return terms_; }
    [[nodiscard]] const Party& sender() const noexcept { return *sender_; }
    [[nodiscard]] const std::string& health_url() const noexcept { return health_; }
    [[nodiscard]] const std::string& mllp() const noexcept { return mllp_; }  ///< "127.0.0.1:2575"
    /// Ends the gateway at once with `signal` and waits; start() brings it back on the same data.
    void end(int signal);
    void kill_only(int signal);  ///< without waiting: others may be speaking with it
    base::Result<void> start();
    [[nodiscard]] pid_t gateway() const noexcept { return child_; }

private:
    LocalWorld() = default;

    pid_t child_ = 0;
    std::unique_ptr<Party> sender_;
    Terms terms_;
    std::string health_, mllp_;
    std::string config_, program_;
};

/// A temporary folder, removed with everything in it; in memory where there is a file system for
/// that, when asked: what a bench's receiver keeps is no part of what is measured, and ext4 looks
/// long for inodes after the run before has removed thousands.
class ScratchFolder {
public:
    enum class Where : std::uint8_t { disk, memory };
    explicit ScratchFolder(Where where = Where::disk);
    ~ScratchFolder();
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;
    [[nodiscard]] const std::string& path() const noexcept { return path_; }

private:
    std::string path_;
};

/// The PKI of the world; made before the receiver listens. Errors: unusable_key.
[[nodiscard]] base::Result<void> make_local_pki(const std::string& folder);

inline constexpr std::string_view kSenderName = "emisor";
inline constexpr std::string_view kReceiverName = "receptor";
inline constexpr std::string_view kAuditorName = "auditora";

/// The receiving institution of the world. Errors: unusable_key, malformed_config.
[[nodiscard]] base::Result<Party> local_party(const std::string& folder, std::string_view name);

}  // namespace gateway::app
