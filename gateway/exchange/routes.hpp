#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fhir_models/base/result.hpp"
#include "gateway/config/config.hpp"
#include "gateway/exchange/intake.hpp"

namespace gateway::exchange {

/// What a listener knows of a message before anything in it is believed.
struct Arrival {
    std::string_view listener;  ///< "mllp", "hl7v2", "exchanges", "fhir", "folder"
    std::uint16_t port = 0;
    std::string_view certificate;  ///< institution URN of the TLS certificate, or empty
    std::string_view address;
    std::string_view media_type;
    std::string_view bytes;        ///< for HL7 v2: MSH-3…6 and MSH-9 are read from here
    std::string_view folder = {};  ///< it was moved into
};

/// The first route whose every stated field fits; nullptr when none does.
///
/// "ADT" fits every ADT event; "ADT^A01" only that one.
[[nodiscard]] const config::Route* find_route(const std::vector<config::Route>& routes,
                                              const Arrival& arrival);

/// What the route states for a sender that cannot: institution, agreement, purpose, receiver,
/// profile.
void apply_route(const config::Route& route, Intake& intake);

/// MSH-3, 4, 5, 6 and 9 as sent; empty where absent or when the bytes are no HL7 v2.
struct MshFields {
    std::string_view sending_application, sending_facility, receiving_application,
        receiving_facility;
    std::string message_type;  ///< "ADT^A01", whatever the component separator
};
[[nodiscard]] MshFields msh_fields(std::string_view bytes);

}  // namespace gateway::exchange
