#pragma once

#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "mapping/translate.hpp"

namespace gateway::app {

/// `"name":value`, after a comma unless the object has just begun.
void append_member(std::string& json, std::string_view name, std::string_view text);
void append_member(std::string& json, std::string_view name, std::size_t number);

/// Leaves that became nothing: "ignored" or "reported", kind of place, rule and why, by tabs.
using Summary = std::map<std::string, std::size_t>;
void count(const mapping::Translation& translation, Summary& summary);

/// Adds to the issues of a record what the line finds in its Bundle: R4, identity, minimum dataset,
/// profiles.
void validate_record(mapping::Translation& translation);

/// What the records of one load have that the sender should mend: how many were accepted, warned
/// and refused, and each rule with how often and where.
///
/// Shape:   the first places of each rule only, so that a million records stay small.
/// Threads: one at a time.
class Findings {
public:
    void add(const mapping::Translation& translation);
    void add(const base::Issue& issue, std::string_view place);

    /// Judges what only the whole load shows: the ration of the generic CURP.
    void close();

    [[nodiscard]] std::size_t refused() const noexcept { return refused_; }

    /// A table in Spanish; lines of kCsvHeader; one line of JSON.
    [[nodiscard]] std::string to_table(std::string_view file) const;
    [[nodiscard]] std::string to_csv(std::string_view file) const;
    [[nodiscard]] std::string to_json(std::string_view file) const;

    static constexpr std::string_view kCsvHeader = "file,severity,code,rule,count,places,es,en\n";

private:
    using Key = std::tuple<base::Severity, std::string_view, std::string>;  ///< code, rule
    struct Finding {
        std::size_t count = 0;
        std::vector<std::string> places;
        base::Text text;
    };

    std::string guide_;
    std::size_t records_ = 0;
    std::size_t accepted_ = 0;  ///< without a warning
    std::size_t warned_ = 0;    ///< accepted with warnings
    std::size_t refused_ = 0;
    std::size_t generic_ = 0;
    std::map<Key, Finding> findings_;  ///< the gravest first
};

}  // namespace gateway::app
