#include "fhir_models/base/text.hpp"
#include "gateway/api/endpoints.hpp"
#include "gateway/api/reply.hpp"
#include "gateway/evidence/bundle.hpp"
#include "gateway/evidence/tile_path.hpp"
#include "gateway/runtime/offload.hpp"

namespace gateway::api {
namespace {

base::Failure absent()
{
    return base::fail(base::Errc::not_found, "ledger",
                      {"checkpoint, tile/<L>/<N> o tile/entries/<N>",
                       "checkpoint, tile/<L>/<N> or tile/entries/<N>"});
}

/// A tile or entry bundle exists as soon as a checkpoint can cover what is asked of it.
base::Result<std::string> find_tile(store::Store& store, const evidence::TilePath& path)
{
    constexpr std::size_t kWidth = 256;
    if (path.entries) {
        const auto leaves = store.leaves(path.index * kWidth, path.width);
        if (!leaves) {
            return base::Failure(leaves.error());
        }
        if (leaves->size() < path.width) {
            return absent();
        }
        std::string bundle;
        for (const auto& leaf : *leaves) {
            if (auto added = evidence::append_entry(bundle, leaf.bytes); !added) {
                return base::Failure(added.error());
            }
        }
        return bundle;
    }
    auto hashes = store.tile(path.level, path.index);
    if (!hashes) {
        return hashes;
    }
    constexpr std::size_t kHash = 32;
    if (hashes->size() < path.width * kHash) {
        return absent();
    }
    hashes->resize(path.width * kHash);
    return hashes;
}

base::Result<std::string> find_resource(store::Store& store, std::string_view origin,
                                        std::string_view rest)
{
    const auto prefix = std::string(origin) + "/";
    if (!rest.starts_with(prefix)) {
        return absent();
    }
    rest.remove_prefix(prefix.size());
    if (rest == "checkpoint") {
        return store.latest_checkpoint();
    }
    const auto path = evidence::tile_path_from(rest);
    return path ? find_tile(store, *path) : absent();
}

}  // namespace

boost::asio::awaitable<net::Response> show_ledger(Call call)
{
    if (!call.caller->has_role("auditor") && !call.caller->has_role("sender") &&
        !call.caller->has_role("receiver")) {
        const auto error = base::fail(base::Errc::not_permitted, "ledger",
                                      {"una parte o un auditor", "a party or an auditor"});
        co_return refuse(call.request, error.value());
    }
    auto find = [&call] {
        return find_resource(call.services.store, call.services.self.ledger_origin,
                             call.open.front());
    };
    auto found = co_await runtime::offload(call.services.work, std::move(find));
    if (!found) {
        co_return refuse(call.request, found.error());
    }
    const bool note = call.open.front().ends_with("/checkpoint");
    co_return reply(200, note ? "text/plain; charset=utf-8" : "application/octet-stream",
                    *std::move(found));
}

}  // namespace gateway::api
