#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fhir_models/r4/node.hpp"
#include "gateway/api/reply.hpp"

namespace gateway::api {

/// One version of a resource as the caller sees it. `resource` lives in `bundle`, which other
/// resources of the same record share.
struct Shown {
    store::Resource where;
    std::shared_ptr<fhir::r4::Document> bundle;
    const fhir::r4::Node* resource = nullptr;
};

/// The version id of a resource: the exchange that brought it, and which record of it.
[[nodiscard]] std::string version_id(const store::Resource& where);

/// What one caller may read for one purpose: records that were sent by it or to it, under an
/// agreement that grants this purpose and type, with the fields its inventory lists for it. What
/// it may not see is as if absent.
///
/// Threads:  one at a time; blocking.
/// Errors:   store_failed, evidence_altered.
class Disclosure {
public:
    Disclosure(const Call& call, const Reason& reason)
        : call_(call), reason_(reason), book_(call.services.book.get())
    {
    }

    /// Those of `all` that the caller may see, in their order.
    [[nodiscard]] std::vector<store::Resource> permitted(std::vector<store::Resource> all);
    /// The newest of each id, in their order: `all` is newest first.
    [[nodiscard]] std::vector<store::Resource> current(std::vector<store::Resource> all);

    /// What the agreement kept from the caller first, for the audit; nothing so far.
    [[nodiscard]] const std::optional<Denied>& denied() const noexcept { return denied_; }

    /// The resource out of the payload it came in, with its meta, id and references as this gateway
    /// serves them. Nothing when it was erased.
    [[nodiscard]] base::Result<std::optional<Shown>> show(const store::Resource& where);
    [[nodiscard]] base::Result<std::vector<Shown>> show(const std::vector<store::Resource>& all);

private:
    struct Verdict {
        bool permits = false;
        const agreements::Inventory* inventory = nullptr;  ///< the fields the purpose may see
        std::string clauses;                               ///< of a denial
    };
    [[nodiscard]] const Verdict& verdict_on(const store::Resource& where);
    [[nodiscard]] Verdict decide(const store::Resource& where) const;
    [[nodiscard]] base::Result<std::shared_ptr<fhir::r4::Document>> open(
        const store::Resource& where);

    const Call& call_;
    const Reason& reason_;
    std::shared_ptr<const agreements::Book> book_;
    std::map<std::string, Verdict, std::less<>> verdicts_;
    std::optional<Denied> denied_;
    std::map<std::string, std::shared_ptr<fhir::r4::Document>, std::less<>> opened_;
};

/// One audit event per person among them, durable before the answer; one without person when there
/// is none. `entity` names what was asked, never a value of a person.
[[nodiscard]] boost::asio::awaitable<base::Result<void>> disclose(
    const Call& call, const Reason& reason, const std::vector<store::Resource>& shown,
    core::AuditKind kind, std::string entity);

}  // namespace gateway::api
