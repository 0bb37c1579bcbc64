#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gateway/app/local_world.hpp"
#include "gateway/app/receiving_end.hpp"
#include "gateway/core/exchange.hpp"
#include "gateway/net/client.hpp"
#include "tests/support/files.hpp"

namespace end_to_end {

/// One gateway process, a sender and a receiver of flesh and TLS; made once for a test program.
class World {
public:
    explicit World(const gateway::app::LocalNode& node = {});
    ~World();

    /// One request as the sender, or as the receiver.
    gateway::net::Response as_sender(std::string method, std::string path,
                                     gateway::net::Headers headers = {}, std::string body = {});
    gateway::net::Response as_receiver(std::string method, std::string path,
                                       gateway::net::Headers headers = {}, std::string body = {});

    gateway::net::Response as_auditor(std::string method, std::string path,
                                      gateway::net::Headers headers = {}, std::string body = {});

    /// A message over MLLP; the ACK.
    std::string over_mllp(std::string message);

    /// A signed request for `body`; `terms` may be changed first.
    gateway::app::SignedRequest sign(std::string body);
    gateway::app::SignedRequest sign(std::string body, const gateway::app::Terms& terms);
    /// The same with the jti of an earlier request.
    gateway::app::SignedRequest sign_as(std::string body, const gateway::app::Terms& terms,
                                        const gateway::app::SignedRequest& earlier);
    gateway::net::Response post(const gateway::app::SignedRequest& request);

    /// Waits (at most 60 s) until the exchange is in `state`; what it is then.
    std::string wait_for(const std::string& id, std::string_view state);

    /// The evidence tar, and the trust folder a verifier brings from outside.
    std::string evidence(const std::string& id);
    /// Waits at most 20 s for evidence with a file of that name; empty when it does not come.
    std::string evidence_with(const std::string& id, std::string_view name);
    [[nodiscard]] std::string trust_folder() const;

    /// The signing and TLS pairs that the gateway has next, in its files from now on; it reads them
    /// at SIGHUP. The receiver knows the certificate beforehand.
    void put_next_keys();
    /// x5t#S256 of the certificate that signed a receipt.
    static std::string signer_of(const std::string& receipt);

    /// How many exchanges the sender is a party of.
    std::size_t exchanges();

    /// Another gateway with the same institutions; its own data and ledger as `node` says.
    std::unique_ptr<gateway::app::LocalWorld> another(const gateway::app::LocalNode& node);
    /// Speaks with that gateway from now on; gives the one before.
    std::unique_ptr<gateway::app::LocalWorld> turn_to(
        std::unique_ptr<gateway::app::LocalWorld> other)
    {
        return std::exchange(local_, std::move(other));
    }

    gateway::app::LocalWorld& local() { return *local_; }
    [[nodiscard]] std::size_t received() const { return receiving_->received; }
    [[nodiscard]] const support::TempDir& folder() const { return folder_; }

private:
    gateway::net::Response send(const gateway::app::Party& party, std::string method,
                                std::string path, gateway::net::Headers headers, std::string body);

    support::TempDir folder_;
    std::unique_ptr<gateway::app::ReceivingEnd> receiving_;
    std::uint16_t port_ = 0;  ///< of it
    std::unique_ptr<gateway::app::LocalWorld> local_;
    std::unique_ptr<gateway::app::Party> receiver_;
    std::unique_ptr<gateway::app::Party> auditor_;
};

World& world();

/// Every store that this machine has, empty: what `store` of a configuration says; SQLite's is
/// empty.
std::vector<std::string> stores();

/// Puts the document in the place of the world's agreement, signed by both parties.
void agree(const std::string& folder, const std::string& document);

/// What a command of the shell printed (both streams), and how it ended: 0 is success.
struct Outcome {
    std::string out;
    int status = -1;
};
Outcome run(const std::string& command);

/// A port of this machine that nobody listens on.
std::uint16_t free_port();

/// The first line of /metrics that begins so; empty when there is none.
std::string metric_line(World& world, std::string_view begin);

/// The exchange id at the end of the Location header.
std::string id_of(const gateway::net::Response& response);

/// The string member `name` of a JSON object.
std::string member(const std::string& json, std::string_view name);

}  // namespace end_to_end
