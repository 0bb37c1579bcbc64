#include "gateway/api/disclosure.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "fhir_models/r4/json_reader.hpp"
#include "gateway/agreements/inventory.hpp"
#include "gateway/api/rendering.hpp"
#include "gateway/exchange/consent.hpp"
#include "gateway/exchange/custody.hpp"

namespace gateway::api {
namespace {

using base::Errc;
using fhir::r4::Document;

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
        const auto& verdict = verdict_on(resource);
        if (!verdict.permits && !denied_) {
            denied_ = Denied{resource.agreement, resource.person, verdict.clauses};
        }
        return !verdict.permits;
    });
    return all;
}

const Disclosure::Verdict& Disclosure::verdict_on(const store::Resource& where)
{
    auto key = where.agreement;
    for (const auto* part : {&where.sender, &where.receiver, &where.type, &where.person}) {
        key.append("\n").append(*part);
    }
    auto verdict = verdicts_.find(key);
    if (verdict == verdicts_.end()) {
        verdict = verdicts_.emplace(std::move(key), decide(where)).first;
    }
    return verdict->second;
}

/// Where no legal basis is agreed the person's consent to the purpose of the reading is asked for.
Disclosure::Verdict Disclosure::decide(const store::Resource& where) const
{
    const auto& services = call_.services;
    agreements::Question question{
        .agreement = std::string_view(where.agreement).substr(0, where.agreement.find('|')),
        .sender = where.sender,
        .receiver = where.receiver,
        .purpose = reason_.purpose,
        .resource_types = {where.type},
        .signed_by_sender = true,
        .now = services.now()};
    auto decision = book_->decide(question);
    if (decision.reason.code == Errc::no_legal_basis) {
        const auto said = exchange::held_consent(
            where.person, where.sender,
            {question.purpose, decision.agreement->notice.version, where.receiver, question.now},
            services.self, services.store);
        question.consented = said && *said == exchange::Consented::permits;
        decision = book_->decide(question);
    }
    return {decision.permitted,
            decision.permitted ? decision.grant->inventory(reason_.purpose) : nullptr,
            decision.permitted ? std::string() : agreements::clause_lines(decision.verdicts)};
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
    const auto* const inventory = verdict_on(where).inventory;
    auto key = version_id(where);
    if (inventory != nullptr) {  // another type of the same record may have another
        key.append(" ").append(where.type);
    }
    if (const auto found = opened_.find(key); found != opened_.end()) {
        return found->second;
    }
    const auto& services = call_.services;
    const auto payload = exchange::bundle_of(where, services.self, services.store);
    if (!payload) {
        return base::Failure(payload.error());
    }
    auto read = fhir::r4::read_json(*payload);
    if (!read) {
        return base::Failure(read.error());
    }
    auto bundle = std::make_shared<Document>(*std::move(read));
    if (inventory != nullptr) {
        const auto removed = agreements::strip(*bundle, *inventory);
        const bool whole = removed.paths.empty();
        if (!whole && (inventory->refuses || !removed.modifier.empty())) {
            return base::fail(Errc::not_found, where.type,
                              {"sólo los campos del inventario del convenio",
                               "only the fields of the agreement's inventory"});
        }
    }
    serve_bundle(*bundle, {where.sender, version_id(where), where.updated});
    opened_.emplace(std::move(key), bundle);
    return bundle;
}

base::Result<std::optional<Shown>> Disclosure::show(const store::Resource& where)
{
    auto bundle = open(where);
    if (!bundle) {
        return bundle.error().code == Errc::not_found
                   ? base::Result<std::optional<Shown>>(std::nullopt)  // erased, or not to be seen
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
