#include "gateway/exchange/directory.hpp"

#include <algorithm>

#include "fhir_models/base/bytes.hpp"

namespace gateway::exchange {

bool Member::has_role(std::string_view role) const noexcept
{
    return std::ranges::find(institution.roles, role) != institution.roles.end();
}

base::Result<Directory> Directory::load(const std::vector<config::Institution>& institutions,
                                        std::vector<config::Route> routes)
{
    Directory directory;
    directory.routes_ = std::move(routes);
    for (const auto& institution : institutions) {
        Member member{institution, {}};
        for (const auto& file : institution.signing_certificates) {
            auto certificate = crypto::Certificate::from_file(file);
            if (!certificate) {
                auto error = std::move(certificate).error();
                error.where =
                    "institution " + institution.id + ", signing_certificates: " + error.where;
                return base::Failure(std::move(error));
            }
            member.signing.push_back(*std::move(certificate));
        }
        directory.members_.emplace(institution.id, std::move(member));
    }
    return directory;
}

base::Result<const Member*> Directory::by_certificate(std::string_view der) const
{
    const base::Text expected{"un certificado TLS de una institución inscrita",
                              "a TLS certificate of an enrolled institution"};
    if (der.empty()) {
        return base::fail(base::Errc::unknown_institution, "TLS", expected, base::kind_of({}));
    }
    if (const auto* known = seen_->find(der)) {
        return known;
    }
    const auto certificate = crypto::Certificate::from_der(der);
    if (!certificate) {
        return base::Failure(certificate.error());
    }
    const auto* member = find(certificate->uri());
    if (member == nullptr) {
        return base::fail(base::Errc::unknown_institution, "TLS subjectAltName", expected);
    }
    const auto& enrolled = member->institution.tls_thumbprint;
    if (!enrolled.empty() && enrolled != base::to_hex(base::view(certificate->thumbprint()))) {
        return base::fail(base::Errc::unknown_institution, "TLS thumbprint", expected);
    }
    seen_->add(der, member);
    return member;
}

const Member* Directory::Seen::find(std::string_view der) const
{
    const std::scoped_lock lock(mutex_);
    const auto at = members_.find(der);
    return at == members_.end() ? nullptr : at->second;
}

void Directory::Seen::add(std::string_view der, const Member* member)
{
    const std::scoped_lock lock(mutex_);
    members_.emplace(der, member);
}

const Member* Directory::find(std::string_view urn) const noexcept
{
    const auto at = members_.find(urn);
    return at == members_.end() ? nullptr : &at->second;
}

}  // namespace gateway::exchange
