#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "fhir_models/base/result.hpp"
#include "fhir_models/base/time.hpp"

struct stack_st_X509_CRL;

namespace gateway::crypto {

/// The certificate revocation lists of some authorities, read once.
///
/// Threads:  const members may be called from many threads at once.
/// Source:   RFC 5280 §5.
class RevocationLists {
public:
    /// How long a list still counts when it should have been replaced: 7 days at the most.
    static constexpr std::int64_t kLongestGrace = 7 * std::int64_t{86'400};

    struct List {
        std::string pem;     ///< one list in its one form; what evidence keeps
        std::string issuer;  ///< RFC 2253
        base::Instant this_update, next_update;
    };

    /// Of the texts, each one PEM with any number of lists, or one list as DER. None at all is
    /// fine: then nobody's list is there. Errors: unusable_key; `where` = "crl".
    [[nodiscard]] static base::Result<RevocationLists> read(const std::vector<std::string>& texts,
                                                            std::int64_t grace_seconds);

    [[nodiscard]] const std::vector<List>& all() const noexcept { return lists_; }
    [[nodiscard]] std::int64_t grace() const noexcept { return grace_; }
    [[nodiscard]] stack_st_X509_CRL* native() const noexcept { return stack_.get(); }

private:
    RevocationLists() = default;

    std::vector<List> lists_;
    std::shared_ptr<stack_st_X509_CRL> stack_;
    std::int64_t grace_ = 0;
};

}  // namespace gateway::crypto
