#pragma once

#include "gateway/store/store.hpp"

namespace contract {

/// Hands every verb on to another store: a test overrides the one that shall fail.
class ForwardingStore : public gateway::store::Store {
public:
    explicit ForwardingStore(gateway::store::Store& inner) : inner_(inner) {}

    // clang-format off
    template <class T> using Result = base::Result<T>;
    template <class T> using List = base::Result<std::vector<T>>;
    template <class T> using Maybe = base::Result<std::optional<T>>;
    using View = std::string_view;

    Result<void> commit(const gateway::store::Rows& rows) override { return inner_.commit(rows); }
    Maybe<gateway::core::Exchange> find_request(View sender, View jti) override { return inner_.find_request(sender, jti); }
    Maybe<gateway::core::Exchange> find_exchange(View id) override { return inner_.find_exchange(id); }
    List<gateway::core::Exchange> list_exchanges(const gateway::store::ExchangeFilter& filter) override { return inner_.list_exchanges(filter); }
    List<gateway::core::Document> documents(View exchange) override { return inner_.documents(exchange); }
    Maybe<std::string> find_document(View exchange, View name) override { return inner_.find_document(exchange, name); }
    List<gateway::core::Document> shared_documents(View owner) override { return inner_.shared_documents(owner); }
    Maybe<gateway::store::Blob> find_blob(View exchange, View kind, std::uint32_t record) override { return inner_.find_blob(exchange, kind, record); }
    List<gateway::store::Blob> list_blobs(View exchange, View kind, std::uint32_t after, std::size_t limit) override { return inner_.list_blobs(exchange, kind, after, limit); }
    Result<std::string> latest_load(View series) override { return inner_.latest_load(series); }
    List<gateway::store::LoadRow> list_load_rows(View load, View series, View after, std::size_t limit) override { return inner_.list_load_rows(load, series, after, limit); }
    List<gateway::store::OutboxItem> lease_due(base::Instant now, std::size_t limit, std::int64_t lease) override { return inner_.lease_due(now, limit, lease); }
    Result<void> postpone(View exchange, base::Instant due) override { return inner_.postpone(exchange, due); }
    Result<void> hold(View exchange, base::Instant until) override { return inner_.hold(exchange, until); }
    Maybe<base::Instant> next_due() override { return inner_.next_due(); }
    Result<std::size_t> outbox_size() override { return inner_.outbox_size(); }
    Maybe<std::string> find_person(View system, View value) override { return inner_.find_person(system, value); }
    List<gateway::store::Resource> resources_of(View person, View type) override { return inner_.resources_of(person, type); }
    List<gateway::store::Resource> versions_of(View type, View id) override { return inner_.versions_of(type, id); }
    Result<std::optional<gateway::store::Resource>> newest_version(View type, View id) override { return inner_.newest_version(type, id); }
    Result<bool> is_row_held(View holder, std::uint32_t record) override { return inner_.is_row_held(holder, record); }
    List<gateway::store::LegalHold> holds_of(View exchange) override { return inner_.holds_of(exchange); }
    Maybe<gateway::store::Erasure> erasure_of(View exchange) override { return inner_.erasure_of(exchange); }
    List<gateway::store::Kept> list_kept(View after, View until, std::size_t limit) override { return inner_.list_kept(after, until, limit); }
    Result<std::uint64_t> ledger_size() override { return inner_.ledger_size(); }
    List<gateway::store::Leaf> leaves(std::uint64_t first, std::size_t count) override { return inner_.leaves(first, count); }
    Result<std::string> tile(std::uint32_t level, std::uint64_t index) override { return inner_.tile(level, index); }
    std::unique_ptr<gateway::store::LedgerReader> ledger_of(View node) override { return inner_.ledger_of(node); }
    Result<std::string> latest_checkpoint() override { return inner_.latest_checkpoint(); }
    Result<void> save_checkpoint(std::uint64_t size, View note) override { return inner_.save_checkpoint(size, note); }
    Result<std::string> checkpoint_covering(std::uint64_t index) override { return inner_.checkpoint_covering(index); }
    Maybe<gateway::store::TimestampedCheckpoint> timestamp_covering(std::uint64_t index) override { return inner_.timestamp_covering(index); }
    Result<void> save_timestamp(const gateway::store::TimestampedCheckpoint& stamped) override { return inner_.save_timestamp(stamped); }
    Result<std::string> cosigned_covering(std::uint64_t index) override { return inner_.cosigned_covering(index); }
    Result<void> save_cosigned(std::uint64_t size, View note) override { return inner_.save_cosigned(size, note); }
    Maybe<gateway::store::WitnessedHead> witnessed(View witness, View origin) override { return inner_.witnessed(witness, origin); }
    Result<bool> advance_witnessed(View witness, View origin, std::uint64_t from, const gateway::store::WitnessedHead& head) override { return inner_.advance_witnessed(witness, origin, from, head); }
    List<gateway::core::AuditEvent> read_audit(const gateway::store::AuditFilter& filter) override { return inner_.read_audit(filter); }
    // clang-format on

private:
    gateway::store::Store& inner_;
};

}  // namespace contract
