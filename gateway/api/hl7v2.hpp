#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include "gateway/api/services.hpp"
#include "gateway/net/http.hpp"

namespace gateway::api {

/// One HL7 v2 message through the line, answered by an HL7 ACK: AA when kept, AE when refused by
/// what it says, AR when it may be sent again or nothing was kept. `certified` is the institution
/// of the TLS certificate, or empty where there is none.
[[nodiscard]] boost::asio::awaitable<std::string> take_hl7v2(Services& services,
                                                             std::string listener,
                                                             std::string certified,
                                                             std::string message, net::Peer peer,
                                                             std::string trace_id);

/// The handler of the MLLP listener.
[[nodiscard]] std::function<boost::asio::awaitable<std::string>(std::string message,
                                                                net::Peer peer)>
mllp(Services& services);

}  // namespace gateway::api
