#include "gateway/app/open_store.hpp"

#include <algorithm>

#include "fhir_models/base/bytes.hpp"

namespace gateway::app {

base::Result<std::unique_ptr<store::Store>> open_store(const config::Config& config)
{
    return config.store.empty() ? store::open_sqlite(config.data + "/puente.db")
                                : store::open_postgres(config.store, config.ledger_origin);
}

std::string master_key_mark(const exchange::Self& self)
{
    return self.index_value("puente:store", "master key v1");
}

base::Result<void> check_master_key(store::Store& store, const exchange::Self& self)
{
    const auto documents = store.shared_documents(kStoreOwner);
    if (!documents) {
        return base::Failure(documents.error());
    }
    const auto mark = std::ranges::find(*documents, kMasterKeyMark, &core::Document::name);
    if (mark != documents->end() && mark->bytes != master_key_mark(self)) {
        return base::fail(base::Errc::unusable_key, "master_key",
                          {"la llave con que este almacén selló sus contenidos",
                           "the key this store sealed its payloads with"});
    }
    return {};
}

}  // namespace gateway::app
