#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace gateway::app {

/// The commands of `puente`. Each gives its exit code: 0 done, 1 refused or failed, 2 wrong usage.
/// Errors go to stderr, one line each; progress only to a terminal.
enum Exit : int { kDone = 0, kRefused = 1, kWrongUsage = 2 };

struct ServeOptions {
    std::string config;
    std::string data;
};
[[nodiscard]] int serve(const ServeOptions& options);

struct StoreOptions {
    std::string config;
    std::string data;  ///< folder of the store; empty: the configuration's
    std::string file;  ///< the copy; of a move the SQLite file
};
struct RetainOptions {
    std::string config;
    bool dry_run = false;
    std::string at;  ///< RFC 3339, of a dry run; empty: now
};
[[nodiscard]] int store_retain(const RetainOptions& options);

/// What an authority orders about an exchange: "hold", "release" or "erasure".
struct OrderOptions {
    std::string order;
    std::string exchange;
    std::string url, key, certificate, ca;
    std::string number, authority, reason;
};
[[nodiscard]] int exchange_order(const OrderOptions& options);

/// Which exchanges are translated anew; empty members are any.
struct ReprocessOptions {
    std::vector<std::string> ids;
    std::string url, key, certificate, ca, reason;
    std::string sender;       ///< institution URN
    std::string from, until;  ///< RFC 3339: received from, and before
    std::string plan;         ///< digest of the packages that translated them
    bool send = false;
};
[[nodiscard]] int exchange_reprocess(const ReprocessOptions& options);
[[nodiscard]] int store_check(const StoreOptions& options);
[[nodiscard]] int store_backup(const StoreOptions& options);
[[nodiscard]] int store_restore(const StoreOptions& options);
[[nodiscard]] int store_move(const StoreOptions& options);

struct TranslateOptions {
    std::string as;       ///< "hl7v2", "giis", "fhir"; empty: detect
    std::string profile;  ///< "GIIS-B015"
    std::string zone;
    std::string charset;                ///< of bytes that declare none
    std::vector<std::string> packages;  ///< overlay folders
    bool explain = false;
    bool leaves = false;
    bool summary = false;
    std::string report;  ///< "table", "csv", "json"; empty: none
    std::string to;      ///< "ADT", "ORU", "MDM": HL7 v2 instead of FHIR
    unsigned jobs = 1;
    std::vector<std::string> paths;
};
[[nodiscard]] int translate(const TranslateOptions& options);

/// `profile`: the URL of one that every resource must meet beside those it names; empty: none.
[[nodiscard]] int validate(const std::vector<std::string>& paths, const std::string& profile);

[[nodiscard]] int fhirpath(const std::string& expression, const std::string& file);

struct SendOptions {
    std::string url, mllp;
    std::string key, certificate, tls_key, tls_certificate, ca;
    std::string agreement;  ///< file of the agreement document
    std::string purpose;
    std::string gateway;  ///< URN; empty: asked of the gateway
    std::string out;      ///< folder for receipts; empty: they are printed
    std::vector<std::string> paths;
};
[[nodiscard]] int send(const SendOptions& options);

struct ReceiveOptions {
    std::uint16_t port = 0;
    std::string key, certificate, tls_key, tls_certificate, ca, gateway_certificate;
    std::string out;
};
[[nodiscard]] int receive(const ReceiveOptions& options);

struct VerifyOptions {
    std::string trust;
    std::string ledger;
    std::string evidence;
};
[[nodiscard]] int verify(const VerifyOptions& options);

[[nodiscard]] int agreement_check(const std::vector<std::string>& files, const std::string& trust);
[[nodiscard]] int agreement_sign(const std::string& file, const std::string& key,
                                 const std::string& certificate);
/// What `agreement new` is told of one party.
struct AgreementSide {
    std::string certificate;  ///< of its signing key: gives the URN and the thumbprint
    std::string name, rfc, signatory, position;
    std::vector<std::string> clues;
};
[[nodiscard]] int agreement_new(const std::string& id, const AgreementSide& from,
                                const AgreementSide& to);
[[nodiscard]] int agreement_show(const std::string& file);

struct RevokeOptions {
    std::string file, key, certificate, reason;
    std::string from;   ///< RFC 3339; empty: now
    std::string until;  ///< the same; empty: for good
};
[[nodiscard]] int agreement_revoke(const RevokeOptions& options);
[[nodiscard]] int package_test(const std::vector<std::string>& folders);
[[nodiscard]] int package_check(const std::vector<std::string>& folders);
[[nodiscard]] int package_diff(const std::string& before, const std::string& after,
                               const std::vector<std::string>& corpus);
[[nodiscard]] int key_dev_pki(const std::string& out, const std::string& gateway,
                              const std::string& origin,
                              const std::vector<std::string>& institutions);

/// Writes tls.key, tls.csr, signing.key and signing.csr into the folder; overwrites nothing.
[[nodiscard]] int key_request(const std::string& out, const std::string& name);

struct InviteOptions {
    std::string config, name, title, clues;
    std::vector<std::string> roles;
};
[[nodiscard]] int partner_invite(const InviteOptions& options);

struct EnrolOptions {
    std::string config, name;
    std::string tls_csr, signing_csr, ca, ca_key;  ///< certificates are issued by this authority
    std::vector<std::string> dns;                  ///< names of its server
    std::string tls_certificate, signing_certificate;  ///< or were issued by another
    std::string delivery_url, routes;
    std::string agreement;
};
[[nodiscard]] int partner_enrol(const EnrolOptions& options);

struct HomologateOptions {
    std::string config, name;
    std::vector<std::string> samples;
};
[[nodiscard]] int partner_homologate(const HomologateOptions& options);

struct PromoteOptions {
    std::string config, name, report, key, certificate;
};
[[nodiscard]] int partner_promote(const PromoteOptions& options);

struct BenchOptions {
    std::vector<std::string> paths;
    unsigned seconds = 10;
    unsigned connections = 64;
    unsigned rows = 100'000;       ///< of a load
    unsigned leaves = 10'000'000;  ///< of a ledger
    std::string store;             ///< postgresql://…, an empty database; empty: SQLite
    bool json = false;
};
[[nodiscard]] int bench_translate(const BenchOptions& options);
[[nodiscard]] int bench_validate(const BenchOptions& options);
[[nodiscard]] int bench_exchange(const BenchOptions& options);
[[nodiscard]] int bench_load(const BenchOptions& options);
[[nodiscard]] int bench_ledger(const BenchOptions& options);

}  // namespace gateway::app
