#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "fhir_models/base/result.hpp"
#include "gateway/config/config.hpp"
#include "gateway/crypto/certificate.hpp"

namespace gateway::exchange {

/// One enrolled institution with the certificates it signs with.
struct Member {
    config::Institution institution;
    std::vector<crypto::Certificate> signing;

    [[nodiscard]] bool has_role(std::string_view role) const noexcept;
};

/// Who is enrolled, and the routes that speak for those who cannot. Immutable, replaced whole.
/// Threads: reading from many.
class Directory {
public:
    /// Errors: malformed_config; `where` = the institution and the file at fault.
    [[nodiscard]] static base::Result<Directory> load(
        const std::vector<config::Institution>& institutions, std::vector<config::Route> routes);

    /// The institution a TLS client certificate speaks for: the URI in its subjectAltName, and its
    /// thumbprint where one is enrolled. Errors: unknown_institution.
    [[nodiscard]] base::Result<const Member*> by_certificate(std::string_view der) const;

    [[nodiscard]] const Member* find(std::string_view urn) const noexcept;
    [[nodiscard]] const std::map<std::string, Member, std::less<>>& all() const noexcept
    {
        return members_;
    }
    [[nodiscard]] const std::vector<config::Route>& routes() const noexcept { return routes_; }

private:
    /// The certificates that were found enrolled: reading one takes longer than all else that the
    /// event loop does for a request. As many as the enrolled have; gone with a reload.
    class Seen {
    public:
        [[nodiscard]] const Member* find(std::string_view der) const;
        void add(std::string_view der, const Member* member);

    private:
        mutable std::mutex mutex_;
        std::map<std::string, const Member*, std::less<>> members_;
    };

    std::map<std::string, Member, std::less<>> members_;
    std::vector<config::Route> routes_;
    std::unique_ptr<Seen> seen_ = std::make_unique<Seen>();
};

}  // namespace gateway::exchange
