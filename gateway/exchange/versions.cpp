#include "gateway/exchange/versions.hpp"

#include <algorithm>

#include "fhir_models/base/text.hpp"

namespace gateway::exchange {
namespace {

/// The exchange and record that a jti names.
std::optional<Origin> named_in(std::string_view jti)
{
    if (!jti.starts_with(kAgain)) {
        return std::nullopt;
    }
    const auto named = jti.substr(kAgain.size());
    const auto slash = named.find('/');
    const auto record =
        slash == std::string_view::npos ? std::nullopt : base::to_size(named.substr(slash + 1));
    if (!record) {
        return std::nullopt;
    }
    return Origin{{}, std::string(named.substr(0, slash)), static_cast<std::uint32_t>(*record)};
}

base::Failure came_meanwhile()
{
    return base::fail(base::Errc::overloaded, "version",
                      {"ningún registro más reciente del mismo recurso entre tanto",
                       "no newer record of the same resource meanwhile"});
}

bool brings(const store::ServedRecord& record, std::string_view type, std::string_view id)
{
    return std::ranges::any_of(record.resources, [&](const auto& resource) {
        return resource.type == type && resource.id == id;
    });
}

}  // namespace

std::string again_jti(std::string_view exchange, std::uint32_t record)
{
    return std::string(kAgain).append(exchange).append("/") + std::to_string(record);
}

base::Result<std::optional<core::Exchange>> version_after(const core::Exchange& exchange,
                                                          std::uint32_t record, store::Store& store)
{
    return store.find_request(exchange.sender, again_jti(exchange.id, record));
}

base::Result<Origin> origin_of(const core::Exchange& exchange, std::uint32_t record,
                               store::Store& store)
{
    Origin origin{exchange.received, exchange.id, record};
    auto before = named_in(exchange.jti);
    while (before) {
        const auto found = store.find_exchange(before->exchange);
        if (!found) {
            return base::Failure(found.error());
        }
        if (!*found) {
            return base::fail(base::Errc::not_found, "exchange",
                              {"la versión anterior", "the version before"});
        }
        origin = {(*found)->received, (*found)->id, before->record};
        before = named_in((*found)->jti);
    }
    return origin;
}

base::Result<std::optional<store::Resource>> Overtaken::by(const std::string& type,
                                                           const std::string& id)
{
    const auto asked = std::ranges::find_if(
        told_, [&](const Told& told) { return told.type == type && told.id == id; });
    if (asked != told_.end()) {
        return asked->overtakes;
    }
    auto newest = store_.newest_version(type, id);
    if (!newest) {
        return newest;
    }
    if (!*newest) {
        told_.push_back({type, id, {}});
        return std::nullopt;
    }
    const auto holder = store_.find_exchange((*newest)->exchange);
    if (!holder || !*holder) {
        return base::Failure(holder ? came_meanwhile().value() : holder.error());
    }
    const auto theirs = origin_of(**holder, (*newest)->record, store_);
    if (!theirs) {
        return base::Failure(theirs.error());
    }
    const bool mine =
        theirs->exchange == mine_.exchange && (mine_.record == 0 || theirs->record == mine_.record);
    const bool later = !mine && mine_ < *theirs;
    told_.push_back({type, id, (*newest)->exchange, (*newest)->record,
                     later ? *newest : std::optional<store::Resource>()});
    return told_.back().overtakes;
}

base::Result<void> Overtaken::still_so(const store::Rows* before) const
{
    for (const auto& told : told_) {
        const auto newest = store_.newest_version(told.type, told.id);
        if (!newest) {
            return base::Failure(newest.error());
        }
        const bool same =
            *newest ? (*newest)->exchange == told.exchange && (*newest)->record == told.record
                    : told.exchange.empty();
        const bool among_others =
            before != nullptr && std::ranges::any_of(before->served, [&](const auto& record) {
                return brings(record, told.type, told.id);
            });
        if (!same || among_others) {
            return came_meanwhile();
        }
    }
    return {};
}

}  // namespace gateway::exchange
