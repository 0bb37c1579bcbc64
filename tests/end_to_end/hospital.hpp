#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/end_to_end/world.hpp"

namespace end_to_end {

/// A mapping package of the sending hospital, a layer over the base packages: its changes are
/// written anew while the gateway stands.
class Package {
public:
    Package(const std::string& name, const std::string& format, const std::string& depends);
    void change(const std::string& rows) const;
    void mend() const;
    [[nodiscard]] std::string path() const { return folder_.path().string(); }

private:
    support::TempDir folder_;
};

/// A world whose sender's packages have faults, and whose auditing office is the administrator too.
class Hospital {
public:
    explicit Hospital(const std::string& store = {});

    void restart();
    /// The exchange, once it is completed.
    std::string send(const std::string& message);
    std::string send_load(std::string file);
    std::string delivered(const std::string& id);
    std::string shown(const std::string& id);
    bool verifies(const std::string& id);

    /// `puente exchange reprocess`, asked by the office that `who` is.
    std::string command(const std::string& arguments, std::string_view who = {});
    Outcome reprocess(const std::string& arguments, std::string_view who = {});
    Outcome reprocess_all(const std::string& more);

    Package package{"mx.prueba", "hl7v2", "\"hl7.v2-to-fhir\", \"mx.hl7.v2\""};
    Package rows{"mx.filas", "giis", "\"mx.giis-b015\""};
    std::optional<World> world;
};

/// The exchange made in the place of `id`, as the program printed it; empty when there is none.
std::string version_of(const std::string& id, const std::string& printed);

bool holds(const std::string& text, const std::string& what);
std::size_t count(std::string_view text, std::string_view what);

/// SQLite, and PostgreSQL where there is one.
std::vector<std::string> both_stores();

}  // namespace end_to_end
