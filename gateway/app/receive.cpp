#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <cstdio>

#include "gateway/app/commands.hpp"
#include "gateway/app/files.hpp"
#include "gateway/app/receiving_end.hpp"

namespace gateway::app {

int receive(const ReceiveOptions& options)
{
    auto party = Party::load(options.key, options.certificate, options.tls_key,
                             options.tls_certificate, options.ca);
    if (!party) {
        return complain(party.error());
    }
    const auto pem = read_file(options.gateway_certificate);
    auto gateway = pem ? crypto::Certificate::all_from_pem(*pem)
                       : base::Result<std::vector<crypto::Certificate>>(base::Failure(pem.error()));
    if (!gateway) {
        return complain(gateway.error());
    }
    ReceivingEnd receiving;
    const auto port =
        receiving.start(*std::move(party), *std::move(gateway), options.out, options.port);
    if (!port) {
        return complain(port.error());
    }
    std::printf("ready deliveries=https://localhost:%u\n", static_cast<unsigned>(*port));
    std::fflush(stdout);
    boost::asio::io_context io;
    boost::asio::signal_set signals(io, SIGTERM, SIGINT);
    signals.async_wait([](boost::system::error_code, int) {});
    io.run();
    return kDone;
}

}  // namespace gateway::app
