#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fhir_models/base/issue.hpp"
#include "fhir_models/base/result.hpp"
#include "fhir_models/r4/node.hpp"

namespace mapping {

namespace hl7v2 {
struct OutStamp;
}

/// What the bytes are, before any profile is known.
enum class Format : std::uint8_t { hl7v2, giis, fhir_json };

/// Looks at the media type, then at the bytes; nothing when neither says.
[[nodiscard]] std::optional<Format> detect(std::string_view bytes, std::string_view media_type);

/// How every non-empty leaf of one source record ended: parsed == mapped + ignored + reported.
struct LeafLedger {
    std::uint32_t parsed = 0;
    std::uint32_t mapped = 0;    ///< it made, or decided, part of the Bundle
    std::uint32_t ignored = 0;   ///< a rule names it and says why nothing is made of it
    std::uint32_t reported = 0;  ///< an issue names it

    friend bool operator==(const LeafLedger&, const LeafLedger&) = default;
};

/// Which source leaf and which rule made an element of the Bundle.
struct LineageEntry {
    std::string target;  ///< "Patient[0].birthDate", resources counted per type
    std::string source;  ///< "PID-7 @byte 214", "row 7, column 13"
    std::string rule;    ///< "hl7.v2-to-fhir:PID[Patient]/7"
};

class Trace;

/// A leaf that became nothing: ignored by a rule, which says why, or reported.
struct Unmapped {
    std::string place;  ///< "PV1-41 @byte 812"
    std::string rule;   ///< empty: reported
    std::string why;    ///< the note of the rule
};

/// One source record as FHIR: one HL7 v2 message, one GIIS row, one Bundle.
///
/// Owns:     everything it shows; the submitted bytes may go.
/// Threads:  one at a time.
struct Translation {
    std::size_t record = 1;  ///< number in the submission, from 1
    std::string place;       ///< "message 1", "row 7"
    std::string package;     ///< "hl7.v2-to-fhir|1.0.0"
    std::string profile;     ///< "ADT_A01", "GIIS-B015", "Bundle"
    std::size_t offset = 0;  ///< where the record stands in the submission; rows only
    std::size_t size = 0;    ///< its bytes, without the end of the line; rows only
    std::string control_id;  ///< MSH-10; Bundle.identifier or id; the row number

    /// A Bundle of R4: `message` for HL7 v2, `collection` for GIIS, as sent for FHIR JSON (a lone
    /// resource is put into a collection). An object without properties when refused().
    fhir::r4::Document bundle;
    LeafLedger leaves;
    base::Issues issues;  ///< places in the source's notation, FHIR paths where known

    std::shared_ptr<const Trace> trace;  ///< the compact record lineage() is made of

    /// Nothing could be made of this record; `issues` says why. Its leaves are all reported.
    [[nodiscard]] bool refused() const noexcept { return bundle.root().first == nullptr; }

    [[nodiscard]] std::vector<LineageEntry> lineage() const;
    /// Where in the source this element of the bundle comes from: the first place of its lineage;
    /// empty when no leaf was put there.
    [[nodiscard]] std::string source_of(const fhir::r4::Node& element) const;
    [[nodiscard]] std::vector<Unmapped> unmapped() const;  ///< none for FHIR, which passes as it is
};

/// What the route or the command line states about a submission.
struct Request {
    std::optional<Format> format;  ///< nothing: detect it
    std::string profile;           ///< "GIIS-B015"; empty: the source says it itself
    std::string default_zone;      ///< "-06:00" for times that state none; empty: none is invented
    std::string undeclared_charset;  ///< "windows-1252" for bytes that declare none, or empty
    std::string media_type;          ///< helps detect(); may be empty
};

/// One file of an overlay package: "mx.hospital/package.toml", "mx.hospital/rules.csv".
struct PackageFile {
    std::string name;
    std::string text;
};

/// Called once per record, in the order of the submission.
using Sink = std::function<void(Translation&&)>;

/// The compiled plans of all packages: immutable, one object shared by all threads.
class Translator {
public:
    /// The packages compiled into the program. Errors: malformed_package (a fault of the build).
    [[nodiscard]] static base::Result<Translator> built_in();

    /// The built-in packages with overlays on top. Errors: every fault of every file at once, each
    /// with `where` = "file:row:column" and `rule` = the id of the rule.
    [[nodiscard]] static tl::expected<Translator, base::Issues> load(
        std::span<const PackageFile> overlays);

    /// Errors: only when nothing can be read at all (empty_source, unsupported_format,
    /// malformed_source, malformed_json, wrong_charset); a bad record is a refused Translation.
    [[nodiscard]] base::Result<void> translate(std::string_view bytes, const Request& request,
                                               const Sink& sink) const;

    /// A Bundle as an HL7 v2 message, for receivers that speak nothing else: "ADT", "ORU" or "MDM".
    /// Errors: as hl7v2::Outgoing::write.
    [[nodiscard]] base::Result<std::string> to_hl7v2(const fhir::r4::Node& bundle,
                                                     std::string_view message,
                                                     const hl7v2::OutStamp& stamp) const;

    /// SHA-256 in hex over the bytes of all packages: names what a receipt was made with.
    [[nodiscard]] const std::string& plan_digest() const noexcept;

    /// "hl7.v2-to-fhir|1.0.0", in layer order.
    [[nodiscard]] const std::vector<std::string>& packages() const noexcept;

private:
    struct State;
    explicit Translator(std::shared_ptr<const State> state) noexcept : state_(std::move(state)) {}
    std::shared_ptr<const State> state_;
};

}  // namespace mapping
