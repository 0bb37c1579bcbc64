#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "fhir_models/base/result.hpp"

namespace gateway::app {

/// One object of figures, in the order added: as JSON for machines, as lines for people.
class Figures {
public:
    void add(std::string name, double value);
    void add(std::string name, const std::string& text);
    void add(std::string name, const Figures& nested);
    void print(bool json) const;
    [[nodiscard]] std::string to_json() const;

private:
    std::vector<std::pair<std::string, std::string>> rows_;  ///< name, JSON value
};

/// Rounds of `work` per second of this thread's CPU time, over about `seconds`.
[[nodiscard]] double rounds_per_cpu_second(double seconds, const std::function<void()>& work);

/// Resident set in MiB of this process ("self") or another (its pid): VmRSS, or VmHWM for the peak.
[[nodiscard]] double resident_mib(const std::string& process, const char* field = "VmRSS:");

/// CPU seconds that process ("self" or its pid) has used, all its threads.
[[nodiscard]] double cpu_seconds(const std::string& process);

/// An invented HL7 v2 message of about 4 KiB, its control id and patient number made from `number`.
[[nodiscard]] std::string invented_adt(std::size_t number);
[[nodiscard]] std::string invented_oru(std::size_t number);

/// The first line of a GIIS-B015 file, and a row of it: one visit, another for each `number` up to
/// 300,000.
[[nodiscard]] std::string invented_b015_columns();
[[nodiscard]] std::string invented_b015(std::size_t number, unsigned weight = 70);

/// The CURP and birth date (yyyymmdd) of the invented person of that message: 16,800 of them.
[[nodiscard]] std::string invented_curp(std::size_t number);
[[nodiscard]] std::string invented_birth(std::size_t number);

}  // namespace gateway::app
