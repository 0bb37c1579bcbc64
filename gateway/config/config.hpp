#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fhir_models/base/result.hpp"

namespace gateway::config {

/// One enrolled institution.
struct Institution {
    std::string id;  ///< URN, as in the URI of its certificates
    std::string name;
    std::string clues;
    std::vector<std::string> roles;  ///< sender, receiver, auditor, privacy-officer, administrator
    std::string tls_thumbprint;      ///< hex SHA-256 of its TLS certificate; empty: the URI in a
                                     ///< trusted certificate is enough
    std::vector<std::string> signing_certificates;  ///< PEM files of what it signs JWS with
    std::string delivery_url;  ///< https://… or mllps://… where it receives; empty: it fetches from
                               ///< its mailbox
    std::string delivery_format = "fhir";  ///< or "hl7v2"
};

/// What legacy systems cannot state, stated for them (DESIGN §2 Routes). Empty fields match
/// anything.
struct Route {
    std::string name;
    std::string listener;  ///< "mllp", "hl7v2", "exchanges", "folder"
    std::uint16_t port = 0;
    std::string certificate;  ///< institution URN of the client certificate
    std::string address;      ///< allow-listed peer address
    std::string folder;       ///< of listener "folder": where its files are moved into
    std::string sending_application, sending_facility, receiving_application,
        receiving_facility;    ///< MSH-3…6
    std::string message_type;  ///< MSH-9 "ADT^A01", "ADT", or a media type
    // what it gives
    std::string institution, agreement, purpose, receiver, profile;
    std::string zone;                ///< "-06:00"
    std::string undeclared_charset;  ///< "windows-1252" or empty
};

/// Everything `puente serve` can be told. Every key has a default that works on loopback.
struct Config {
    std::string data = "puente-data";
    std::string store;       ///< "postgresql://…"; empty: SQLite in `data`. May hold a password
    std::string master_key;  ///< file; empty: "master.key" in `data`
    std::string env = "test";
    std::string name = "urn:puente:gateway:local";  ///< `iss` of receipts
    std::string language = "es";

    std::string address = "127.0.0.1";
    std::uint16_t exchange_port = 8443;
    std::uint16_t people_port = 8444;
    std::uint16_t health_port = 8080;
    std::string mllp_address = "127.0.0.1";
    std::uint16_t mllp_port = 2575;
    bool mllp_tls = false;
    std::uint32_t threads = 0;  ///< 0: one per core

    std::string tls_certificate, tls_key, client_ca;
    std::string signing_certificate, signing_key;
    std::string ledger_key;
    std::string ledger_origin = "puente.local/ledger-1";
    std::string trust_anchors;     ///< PEM of the CAs whose signing certificates are believed
    std::string revocation_lists;  ///< folder of CRLs; empty: revocation is not asked
    std::uint32_t revocation_grace_s = 86'400;
    std::string timestamp_url;      ///< of the time-stamp authority; empty: none is asked
    std::string timestamp_anchors;  ///< PEM of its CAs, and of its server's when https
    std::string timestamp_policy;   ///< OID, or empty
    std::uint32_t timestamp_interval_s = 60;
    std::uint32_t timestamp_stop_after_s = 14'400;  ///< 0: an outage never stops intake
    std::vector<std::string> witnessed_ledgers;     ///< C2SP verifier keys of others' ledgers
    std::vector<std::string> witnesses;             ///< "name+id+key https://host:port" each
    std::uint32_t witness_interval_s = 10;
    std::string agreements = "agreements";
    std::string partners = "partners";  ///< folder of the enrolled: see app/partners
    std::vector<std::string> packages;  ///< folders of mapping packages, lowest layer first

    std::uint64_t body_limit = std::uint64_t{64} << 20U;
    std::uint64_t in_flight = 256;
    std::uint32_t delivery_attempts = 12;
    std::uint32_t delivery_first_wait_ms = 500;
    std::uint32_t delivery_longest_wait_s = 3600;

    std::vector<Institution> institutions;
    std::vector<Route> routes;
};

/// Reads the TOML text. Relative paths are resolved against `folder`. All faults are told at once.
/// Errors: malformed_config; `where` = "file:line:column key"; an unknown key names the nearest
/// known.
[[nodiscard]] tl::expected<Config, std::vector<base::Error>> read_config(std::string_view toml,
                                                                         const std::string& file,
                                                                         const std::string& folder);

/// Reads a partner's own file: its one [[institution]] and the [[route]]s that speak for it,
/// nothing else. Errors: as read_config; also when a route speaks for another institution.
[[nodiscard]] tl::expected<Config, std::vector<base::Error>> read_partner(
    std::string_view toml, const std::string& file, const std::string& folder);

/// The page of the manual: every key, its type, bounds, default and sentence.
[[nodiscard]] std::string manual();

}  // namespace gateway::config
