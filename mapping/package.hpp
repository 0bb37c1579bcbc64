#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fhir_models/base/issue.hpp"
#include "mapping/translate.hpp"

namespace mapping {

/// Where a row stands, for errors: "hl7.v2-to-fhir/segments.csv:12".
struct RowPlace {
    std::string file;
    std::size_t line = 0;
};

enum class Verb : std::uint8_t { none, add, first, replace, disable };

/// One row of a rule table, as written.
struct RuleRow {
    Verb verb = Verb::none;
    std::string map;  ///< "PID[Patient]"
    std::string id;   ///< "PID[Patient]/7"
    std::string source;
    std::string when;
    std::string target;
    std::string as;
    std::string vocab;
    std::string value;
    std::string note;
    RowPlace place;
};

struct CodeRow {
    std::string vocab;
    std::string code;
    std::string target;
    std::string display;
    std::string system;
};

struct StructureRow {
    std::string structure;
    std::string path;  ///< "INSURANCE.IN1"; a group ends with a dot: "INSURANCE."
    bool repeats = false;
    bool required = false;
    RowPlace place;
};

struct EventRow {
    std::string event;
    std::string structure;
};

struct ColumnRow {
    std::string profile;
    std::size_t column = 0;
    std::string name;
};

struct KeyRow {
    std::string type;
    std::string key;
    RowPlace place;
};

/// One row of a guide's validation text (mapping/rules), as written.
struct CheckRow {
    std::string id;  ///< "GIIS-B015/26.1": the profile and the rule
    std::string column;
    std::string when;
    std::string age;
    std::string must;
    std::string argument;
    std::string severity;
    std::string official;
    std::string es;
    std::string en;
    RowPlace place;
};

/// One field of a message we write (FHIR to HL7 v2), as written.
struct OutRow {
    std::string message;  ///< "ADT"
    std::string segment;  ///< "PID"; "OBR.OBX": below each OBR
    std::string each;     ///< FHIRPath: one segment for each of these
    std::string field;    ///< "3.4.2"
    std::string repeat;   ///< FHIRPath: one repetition for each of these
    std::string value;    ///< FHIRPath
    std::string vocab;
    RowPlace place;
};

enum class Layer : std::uint8_t { base, national, institution };

/// One folder of tables, read but not yet checked against R4 or other packages.
struct Package {
    std::string folder;
    std::string name;
    std::string version;
    std::string url;
    Format format = Format::hl7v2;
    Layer layer = Layer::base;
    std::string bundle = "collection";
    std::string system;
    std::string sender;  ///< the place that names who sent the record: "MSH-4", "c1"
    std::vector<std::string> depends;
    std::vector<std::string> profiles;

    std::vector<RuleRow> rules;
    std::vector<CodeRow> codes;
    std::vector<StructureRow> structures;
    std::vector<EventRow> events;
    std::vector<ColumnRow> columns;
    std::vector<KeyRow> keys;
    std::vector<CheckRow> checks;
    std::vector<OutRow> outgoing;
    std::string digest;  ///< SHA-256 in hex over its files

    [[nodiscard]] std::string label() const { return name + "|" + version; }
};

/// Reads every package among `files` (one folder each: the first part of the name).
/// Appends every fault to `faults`: malformed_package, `where` = "folder/file:row:column".
[[nodiscard]] std::vector<Package> read_packages(std::span<const PackageFile> files,
                                                 base::Issues& faults);

/// One fault of a package as an Issue.
[[nodiscard]] base::Issue package_fault(const RowPlace& place, std::size_t column,
                                        std::string_view rule, base::Text expected);

}  // namespace mapping
