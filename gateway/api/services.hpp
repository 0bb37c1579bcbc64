#pragma once

#include <boost/asio/thread_pool.hpp>
#include <string>

#include "gateway/agreements/book.hpp"
#include "gateway/api/metrics.hpp"
#include "gateway/attest/witness.hpp"
#include "gateway/config/config.hpp"
#include "gateway/exchange/directory.hpp"
#include "gateway/exchange/line.hpp"
#include "gateway/exchange/self.hpp"
#include "gateway/runtime/snapshot.hpp"
#include "gateway/store/committer.hpp"
#include "gateway/store/store.hpp"

namespace gateway::api {

/// What the handlers work with. Made by app/ before the listeners, outlives them.
struct Services {
    const config::Config& config;
    const exchange::Self& self;
    exchange::Line& line;
    store::Store& store;
    store::Committer& committer;
    const runtime::Snapshot<agreements::Book>& book;
    const runtime::Snapshot<exchange::Directory>& directory;
    boost::asio::thread_pool& work;
    Metrics& metrics;
    base::Clock now;
    const attest::Witness* witness = nullptr;  ///< set before the listeners are made
};

}  // namespace gateway::api
