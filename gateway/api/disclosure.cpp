#include "gateway/api/disclosure.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "fhir_models/r4/json_reader.hpp"
#include "gateway/api/rendering.hpp"
#include "gateway/exchange/custody.hpp"

namespace gateway::api {
namespace {

using base::Errc;
using fhir::r4::Document;

bool decide(const store::Resource& resource, const Reason& reason, const agreements::Book& book,
            base::Instant now)
{
    const auto bar = resource.agreement.find('|');
    const agreements::Question question{
        .agreement = std::string_view(resource.agreement).substr(0, bar),
        .sender = resource.sender,
        .receiver = resource.receiver,
        .purpose = reason.purpose,
        .resource_types = {resource.type},
        .signed_by_sender = true,
        .now = now};
    return book.decide(question).permitted;
}

}  // namespace

std::string version_id(const store::Resource& where)
{
    return where.record == 0 ? where.exchange : where.exchange + "." + std::to_string(where.record);
}

std::vector<store::Resource> Disclosure::permitted(std::vector<store::Resource> all)
{
    const auto& caller = call_.caller->institution.id;
    std::erase_if(all, [&](const store::Resource& resource) {
        if (resource.receiver != caller && resource.sender != caller) {
            return true;
        }
        auto key = resource.agreement;
        key.append("\n").append(resource.sender).append("\n").append(resource.receiver);
        key.append("\n").append(resource.type);
        auto verdict = verdicts_.find(key);
        if (verdict == verdicts_.end()) {
            const bool permits = decide(resource, reason_, *book_, call_.services.now());
            verdict = verdicts_.emplace(std::move(key), permits).first;
        }
        return !verdict->second;
    });
    return all;
}

std::vector<store::Resource> Disclosure::current(std::vector<store::Resource> all)
{
    std::set<std::pair<std::string, std::string>> seen;
    all = permitted(std::move(all));
    std::erase_if(all, [&seen](const store::Resource& resource) {
        return !seen.emplace(resource.type, resource.id).second;
    });
    return all;
}

base::Result<std::shared_ptr<Document>> Disclosure::open(const store::Resource& where)
{
    auto key = version_id(where);
    if (const auto found = opened_.find(key); found != opened_.end()) {
        return found->second;
    }
    const auto& services = call_.services;
    auto payload = exchange::record_of(where.exchange, where.record, services.self, services.store);
    const bool among_others = !payload && payload.error().code == Errc::not_found;
    if (among_others) {  // one payload of many lines
        payload = exchange::payload_of(where.exchange, "fhir", services.self, services.store);
    }
    if (!payload) {
        return base::Failure(payload.error());
    }
    std::string_view line(*payload);
    for (std::uint32_t i = 0; among_others && i < where.record; ++i) {
        line.remove_prefix(std::min(line.find('\n') + 1, line.size()));
    }
    auto read = fhir::r4::read_json(line.substr(0, line.find('\n')));
    if (!read) {
        return base::Failure(read.error());
    }
    auto bundle = std::make_shared<Document>(*std::move(read));
    serve_bundle(*bundle, {where.sender, version_id(where), where.updated});
    opened_.emplace(std::move(key), bundle);
    return bundle;
}

base::Result<std::optional<Shown>> Disclosure::show(const store::Resource& where)
{
    auto bundle = open(where);
    if (!bundle) {
        return bundle.error().code == Errc::not_found
                   ? base::Result<std::optional<Shown>>(std::nullopt)  // erased
                   : base::Failure(bundle.error());
    }
    const auto* const entries = (*bundle)->root().find("entry");
    const auto* const entry = entries == nullptr ? nullptr : entries->at(where.entry);
    const auto* const resource = entry == nullptr ? nullptr : entry->find("resource");
    if (resource == nullptr || resource->text_of("id") != where.id) {
        return base::fail(Errc::internal, "resource index",
                          {"la entrada indicada", "the entry named"});
    }
    return std::optional<Shown>({where, *std::move(bundle), resource});
}

base::Result<std::vector<Shown>> Disclosure::show(const std::vector<store::Resource>& all)
{
    std::vector<Shown> shown;
    for (const auto& where : all) {
        auto one = show(where);
        if (!one) {
            return base::Failure(one.error());
        }
        if (*one) {
            shown.push_back(**std::move(one));
        }
    }
    return shown;
}

boost::asio::awaitable<base::Result<void>> disclose(const Call& call, const Reason& reason,
                                                    const std::vector<store::Resource>& shown,
                                                    core::AuditKind kind, std::string entity)
{
    std::map<std::string, const store::Resource*> persons;
    for (const auto& resource : shown) {
        persons.try_emplace(resource.person, &resource);
    }
    if (persons.size() > 1) {
        persons.erase("");  // what belongs to nobody comes with what belongs to somebody
    }
    auto event = audit_event(call, kind, reason, std::move(entity), "PU-0000");
    if (persons.empty()) {
        co_return co_await record(call.services, std::move(event));
    }
    for (const auto& [person, resource] : persons) {
        auto one = event;
        one.id = core::new_id(event.when);
        one.person = person;
        one.agreement = resource->agreement;
        const auto recorded = co_await record(call.services, std::move(one));
        if (!recorded) {
            co_return recorded;
        }
    }
    co_return base::Result<void>{};
}

}  // namespace gateway::api
