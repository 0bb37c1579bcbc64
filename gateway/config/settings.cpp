#include "gateway/config/settings.hpp"

#include <algorithm>
#include <array>

#include "fhir_models/base/bytes.hpp"
#include "fhir_models/base/text.hpp"

namespace gateway::config {
namespace {

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& words, std::string_view text)
{
    return std::ranges::find(words, text) != words.end();
}

constexpr std::array<std::string_view, 2> kWorlds{"test", "production"};
constexpr std::array<std::string_view, 2> kLanguages{"es", "en"};
constexpr std::array<std::string_view, 5> kRoles{"sender", "receiver", "auditor", "privacy-officer",
                                                 "administrator"};
constexpr std::array<std::string_view, 5> kListeners{"mllp", "hl7v2", "exchanges", "fhir",
                                                     "folder"};
constexpr std::array<std::string_view, 3> kCharsets{"", "windows-1252", "iso-8859-1"};

bool is_zone(std::string_view text)
{
    return text.empty() ||
           (text.size() == 6 && (text[0] == '+' || text[0] == '-') && text[3] == ':' &&
            base::is_digits(text.substr(1, 2)) && base::is_digits(text.substr(4, 2)));
}

/// "name+id+key", as C2SP writes a verifier key; whether it is one is told where it is used.
bool is_vkey(std::string_view text)
{
    return std::ranges::count(text, '+') >= 2 && text.find(' ') == std::string_view::npos;
}

bool is_witness(std::string_view text)
{
    const auto blank = std::min(text.find(' '), text.size());
    return is_vkey(text.substr(0, blank)) && text.substr(blank).starts_with(" https://");
}

bool is_thumbprint(std::string_view text)
{
    return text.empty() || (text.size() == 64 && base::from_hex(text).has_value());
}

// clang-format off
constexpr Form kAny{[](std::string_view) { return true; }, "texto", "text"};
constexpr Form kNotEmpty{[](std::string_view text) { return !text.empty(); }, "texto no vacío", "text that is not empty"};
constexpr Form kWorld{[](std::string_view text) { return is_one_of(kWorlds, text); }, "test o production", "test or production"};
constexpr Form kLanguage{[](std::string_view text) { return is_one_of(kLanguages, text); }, "es o en", "es or en"};
constexpr Form kRole{[](std::string_view text) { return is_one_of(kRoles, text); },
    "sender, receiver, auditor, privacy-officer o administrator", "sender, receiver, auditor, privacy-officer or administrator"};
constexpr Form kListener{[](std::string_view text) { return is_one_of(kListeners, text); },
    "mllp, hl7v2, exchanges, fhir o folder", "mllp, hl7v2, exchanges, fhir or folder"};
constexpr Form kCharset{[](std::string_view text) { return is_one_of(kCharsets, text); },
    "windows-1252, iso-8859-1 o vacío", "windows-1252, iso-8859-1 or empty"};
constexpr Form kUrn{[](std::string_view text) { return text.size() > 4 && text.starts_with("urn:"); },
    "un URN: urn:puente:institution:…", "a URN: urn:puente:institution:…"};
constexpr Form kUrnOrEmpty{[](std::string_view text) { return text.empty() || kUrn.fits(text); }, "un URN o vacío", "a URN or empty"};
constexpr Form kUrl{[](std::string_view text) { return text.empty() || text.starts_with("https://"); },
    "https://… o vacío", "https://… or empty"};
constexpr Form kDeliveryUrl{[](std::string_view text) { return kUrl.fits(text) || text.starts_with("mllps://") || text.starts_with("mllp://"); },
    "https://…, mllps://…, mllp://127.0.0.1:… o vacío", "https://…, mllps://…, mllp://127.0.0.1:… or empty"};
constexpr Form kDeliveryFormat{[](std::string_view text) { return text == "fhir" || text == "hl7v2"; },
    "fhir o hl7v2", "fhir or hl7v2"};
constexpr Form kTimestampUrl{[](std::string_view text) { return kUrl.fits(text) || text.starts_with("http://"); },
    "http(s)://… o vacío", "http(s)://… or empty"};
constexpr Form kLedgerKey{is_vkey, "nombre+identificador+llave", "name+id+key"};
constexpr Form kWitness{is_witness, "nombre+identificador+llave https://…", "name+id+key https://…"};
constexpr Form kOid{[](std::string_view text) { return text.find_first_not_of("0123456789.") == std::string_view::npos; },
    "un OID como 1.2.3, o vacío", "an OID like 1.2.3, or empty"};
constexpr Form kStore{[](std::string_view text) { return text.empty() || text.starts_with("postgresql://"); },
    "postgresql://…, o vacío para SQLite", "postgresql://…, or empty for SQLite"};
constexpr Form kZone{is_zone, "un desfase como -06:00, o vacío", "an offset like -06:00, or empty"};
constexpr Form kThumbprint{is_thumbprint, "64 dígitos hexadecimales, o vacío", "64 hexadecimal digits, or empty"};

using Text = TextSetting<Config>;
using Path = PathSetting<Config>;
using Flag = FlagSetting<Config>;
using Number16 = NumberSetting<Config, std::uint16_t>;
using Number32 = NumberSetting<Config, std::uint32_t>;
using Number64 = NumberSetting<Config, std::uint64_t>;

constexpr Setting<Config> kConfig[] = {
    {"data", false, Path{&Config::data}, "Folder of the store, the payload keys and the ledger's anchor."},
    {"store", false, Text{&Config::store, &kStore}, "Database: postgresql://… shared by many nodes, each with its ledger_origin; empty: SQLite in data. Better without a password: libpq reads ~/.pgpass."},
    {"master_key", false, Path{&Config::master_key}, "File of the key that wraps the payloads' keys, one for all nodes of a database; empty: master.key in data."},
    {"env", false, Text{&Config::env, &kWorld}, "World of this gateway; stands in every receipt."},
    {"name", false, Text{&Config::name, &kUrn}, "Name of this gateway: iss of its receipts."},
    {"language", false, Text{&Config::language, &kLanguage}, "Language of answers that come in only one."},

    {"address", false, Text{&Config::address, &kNotEmpty}, "Address the HTTPS listeners bind."},
    {"exchange_port", false, Number16{&Config::exchange_port, 0, 65535}, "Listener for institutions: demands a client certificate. 0 takes a free port."},
    {"people_port", false, Number16{&Config::people_port, 0, 65535}, "Listener for people and bearer tokens."},
    {"health_port", false, Number16{&Config::health_port, 0, 65535}, "Plain loopback listener for health and metrics."},
    {"mllp_address", false, Text{&Config::mllp_address, &kNotEmpty}, "Address the MLLP listener binds; without TLS only loopback."},
    {"mllp_port", false, Number16{&Config::mllp_port, 0, 65535}, "MLLP listener for HL7 v2."},
    {"mllp_tls", false, Flag{&Config::mllp_tls}, "MLLP over TLS with client certificates."},
    {"threads", false, Number32{&Config::threads, 0, 1024}, "Working threads; 0 is one per core."},

    {"tls_certificate", false, Path{&Config::tls_certificate}, "PEM chain the HTTPS listeners show."},
    {"tls_key", false, Path{&Config::tls_key}, "PEM private key of tls_certificate."},
    {"client_ca", false, Path{&Config::client_ca}, "PEM of the CAs that issue institutions' TLS certificates."},
    {"signing_certificate", false, Path{&Config::signing_certificate}, "PEM certificate of receipts and completions (ES256)."},
    {"signing_key", false, Path{&Config::signing_key}, "PEM private key of signing_certificate."},
    {"ledger_key", false, Path{&Config::ledger_key}, "PEM Ed25519 key of the ledger's checkpoints."},
    {"ledger_origin", false, Text{&Config::ledger_origin, &kNotEmpty}, "Name of the ledger in its checkpoints."},
    {"trust_anchors", false, Path{&Config::trust_anchors}, "PEM of the CAs whose signing certificates are believed."},
    {"revocation_lists", false, Path{&Config::revocation_lists}, "Folder of the revocation lists (*.crl, *.pem; PEM or DER) of all CAs above, read once a minute; empty: revocation is not asked."},
    {"revocation_grace_s", false, Number32{&Config::revocation_grace_s, 0, 604'800}, "Seconds a list still counts past its nextUpdate; then nothing of its CA is taken (503)."},
    {"timestamp_url", false, Text{&Config::timestamp_url, &kTimestampUrl}, "Time-stamp authority (RFC 3161) that is asked for a token over the ledger's checkpoint; empty: none."},
    {"timestamp_anchors", false, Path{&Config::timestamp_anchors}, "PEM of the CAs whose time-stamp tokens (and server, when https) are believed."},
    {"timestamp_policy", false, Text{&Config::timestamp_policy, &kOid}, "OID of the policy a token must be made under; empty: the authority's own."},
    {"timestamp_interval_s", false, Number32{&Config::timestamp_interval_s, 1, 86'400}, "Seconds between two tokens, when the ledger grew."},
    {"timestamp_stop_after_s", false, Number32{&Config::timestamp_stop_after_s, 0, 604'800}, "Seconds without a token after which nothing new is taken (503) until one comes; 0: never."},
    {"witnesses", false, TextsSetting<Config>{&Config::witnesses, &kWitness}, "Nodes that are asked to cosign the ledger's checkpoint (C2SP tlog-witness), each as \"name+id+key https://host:port\"."},
    {"witness_interval_s", false, Number32{&Config::witness_interval_s, 1, 86'400}, "Seconds between two cosignatures, when the ledger grew."},
    {"witnessed_ledgers", false, TextsSetting<Config>{&Config::witnessed_ledgers, &kLedgerKey}, "Verifier keys (name+id+key) of others' ledgers whose checkpoints this node cosigns, with ledger_key under the name ledger_origin."},
    {"agreements", false, Path{&Config::agreements}, "Folder of the signed agreements."},
    {"partners", false, Path{&Config::partners}, "Folder of the institutions that puente partner enrols; in production each needs its signed promotion."},
    {"packages", false, PathsSetting<Config>{&Config::packages}, "Folders of mapping packages on top of the built-in ones, lowest layer first."},

    {"body_limit", false, Number64{&Config::body_limit, 1024, std::uint64_t{4} << 30U}, "Largest body accepted, in bytes."},
    {"in_flight", false, Number64{&Config::in_flight, 1, 1U << 20U}, "Submissions worked on at once; beyond it 503."},
    {"delivery_attempts", false, Number32{&Config::delivery_attempts, 1, 1000}, "Attempts before a delivery is a dead letter."},
    {"delivery_first_wait_ms", false, Number32{&Config::delivery_first_wait_ms, 1, 3'600'000}, "Wait after the first failed attempt; doubles, with jitter."},
    {"delivery_longest_wait_s", false, Number32{&Config::delivery_longest_wait_s, 1, 604'800}, "Longest wait between two attempts."},
};

constexpr Setting<Institution> kInstitution[] = {
    {"id", true, TextSetting<Institution>{&Institution::id, &kUrn}, "URN, as in the URI of its certificates."},
    {"name", false, TextSetting<Institution>{&Institution::name, &kAny}, "Name people read."},
    {"clues", false, TextSetting<Institution>{&Institution::clues, &kAny}, "CLUES of its main establishment."},
    {"roles", true, TextsSetting<Institution>{&Institution::roles, &kRole}, "What it may do: sender, receiver, auditor, privacy-officer, administrator."},
    {"tls_thumbprint", false, TextSetting<Institution>{&Institution::tls_thumbprint, &kThumbprint}, "Hex SHA-256 of its TLS certificate; empty: the URI in a trusted certificate is enough."},
    {"signing_certificates", false, PathsSetting<Institution>{&Institution::signing_certificates}, "PEM certificates it signs requests and countersignatures with."},
    {"delivery_url", false, TextSetting<Institution>{&Institution::delivery_url, &kDeliveryUrl}, "Where it receives: https://host:port/path, mllps://host:port, mllp:// on this machine; empty: it fetches from its mailbox."},
    {"delivery_format", false, TextSetting<Institution>{&Institution::delivery_format, &kDeliveryFormat}, "What it is handed: fhir, or hl7v2 for one that speaks nothing else (always over mllp)."},
};

constexpr Setting<Route> kRoute[] = {
    {"name", true, TextSetting<Route>{&Route::name, &kNotEmpty}, "Name in receipts and logs."},
    {"listener", true, TextSetting<Route>{&Route::listener, &kListener}, "Where the message comes in: mllp, hl7v2, exchanges, fhir, folder."},
    {"port", false, NumberSetting<Route, std::uint16_t>{&Route::port, 0, 65535}, "Port it came in by; 0 matches any."},
    {"certificate", false, TextSetting<Route>{&Route::certificate, &kUrnOrEmpty}, "Institution of the client certificate; empty matches any."},
    {"address", false, TextSetting<Route>{&Route::address, &kAny}, "Allow-listed peer address; empty matches any."},
    {"folder", false, PathSetting<Route>{&Route::folder}, "Of listener folder: where files are moved into to be submitted; done and refused are made in it."},
    {"sending_application", false, TextSetting<Route>{&Route::sending_application, &kAny}, "MSH-3; empty matches any."},
    {"sending_facility", false, TextSetting<Route>{&Route::sending_facility, &kAny}, "MSH-4; empty matches any."},
    {"receiving_application", false, TextSetting<Route>{&Route::receiving_application, &kAny}, "MSH-5; empty matches any."},
    {"receiving_facility", false, TextSetting<Route>{&Route::receiving_facility, &kAny}, "MSH-6; empty matches any."},
    {"message_type", false, TextSetting<Route>{&Route::message_type, &kAny}, "MSH-9 (ADT^A01, ADT) or a media type; empty matches any."},
    {"institution", false, TextSetting<Route>{&Route::institution, &kUrnOrEmpty}, "Who is taken to speak."},
    {"agreement", false, TextSetting<Route>{&Route::agreement, &kAny}, "Agreement it comes under."},
    {"purpose", false, TextSetting<Route>{&Route::purpose, &kAny}, "Purpose (v3-ActReason) it comes for."},
    {"receiver", false, TextSetting<Route>{&Route::receiver, &kUrnOrEmpty}, "Who it is for."},
    {"profile", false, TextSetting<Route>{&Route::profile, &kAny}, "Profile of the mapping package; empty: the message says it itself."},
    {"zone", false, TextSetting<Route>{&Route::zone, &kZone}, "Offset for times that state none; empty: none is invented."},
    {"undeclared_charset", false, TextSetting<Route>{&Route::undeclared_charset, &kCharset}, "Character set of messages that declare none."},
};
// clang-format on

}  // namespace

std::span<const Setting<Config>> config_settings() noexcept
{
    return kConfig;
}

std::span<const Setting<Institution>> institution_settings() noexcept
{
    return kInstitution;
}

std::span<const Setting<Route>> route_settings() noexcept
{
    return kRoute;
}

}  // namespace gateway::config
