#include "gateway/exchange/routes.hpp"

#include <algorithm>
#include <array>

namespace gateway::exchange {
namespace {

bool fits(std::string_view stated, std::string_view seen)
{
    return stated.empty() || stated == seen;
}

/// "ADT" fits "ADT^A01" and "ADT^A01^ADT_A01"; "ADT^A01" fits the last two of these only.
bool fits_type(std::string_view stated, std::string_view seen)
{
    return stated.empty() || stated == seen ||
           (seen.starts_with(stated) && seen.size() > stated.size() && seen[stated.size()] == '^');
}

}  // namespace

MshFields msh_fields(std::string_view bytes)
{
    MshFields fields;
    if (bytes.starts_with("\xEF\xBB\xBF")) {
        bytes.remove_prefix(3);
    }
    if (!bytes.starts_with("MSH") || bytes.size() < 9) {
        return fields;
    }
    const auto line = bytes.substr(0, bytes.find_first_of("\r\n"));
    const char separator = line[3];
    std::array<std::string_view, 10> field{};  // field[n] is MSH-n
    std::size_t begin = 4;
    for (std::size_t n = 2; n < field.size() && begin <= line.size(); ++n) {
        const auto end = std::min(line.find(separator, begin), line.size());
        field[n] = line.substr(begin, end - begin);
        begin = end + 1;
    }
    fields.sending_application = field[3];
    fields.sending_facility = field[4];
    fields.receiving_application = field[5];
    fields.receiving_facility = field[6];
    fields.message_type = field[9];
    const char component = field[2].empty() ? '^' : field[2].front();
    std::ranges::replace(fields.message_type, component, '^');
    return fields;
}

const config::Route* find_route(const std::vector<config::Route>& routes, const Arrival& arrival)
{
    const auto msh = msh_fields(arrival.bytes);
    for (const auto& route : routes) {
        const auto seen_type =
            msh.message_type.empty() ? arrival.media_type : std::string_view(msh.message_type);
        if (fits(route.listener, arrival.listener) &&
            (route.port == 0 || route.port == arrival.port) &&
            fits(route.certificate, arrival.certificate) && fits(route.address, arrival.address) &&
            fits(route.folder, arrival.folder) &&
            fits(route.sending_application, msh.sending_application) &&
            fits(route.sending_facility, msh.sending_facility) &&
            fits(route.receiving_application, msh.receiving_application) &&
            fits(route.receiving_facility, msh.receiving_facility) &&
            fits_type(route.message_type, seen_type)) {
            return &route;
        }
    }
    return nullptr;
}

void apply_route(const config::Route& route, Intake& intake)
{
    intake.route = route.name;
    intake.sender = route.institution;
    intake.receiver = route.receiver;
    intake.agreement = route.agreement;
    intake.purpose = route.purpose;
    intake.profile = route.profile;
    intake.zone = route.zone;
    intake.undeclared_charset = route.undeclared_charset;
}

}  // namespace gateway::exchange
