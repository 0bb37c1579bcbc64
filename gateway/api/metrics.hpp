#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace gateway::api {

/// The gateway's counters, as Prometheus reads them. No label ever holds personal data.
///
/// Threads: any.
class Metrics {
public:
    Metrics();
    ~Metrics();
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;

    void exchange(std::string_view listener,
                  std::string_view outcome);  ///< accepted, rejected, repeated, failed
    void answered(int status, double seconds);
    void delivery(std::string_view outcome);  ///< completed, postponed, dead
    void outage(std::string_view partner, bool down);
    void witnessed(std::string_view verdict);  ///< cosigned, moved, forked, refused
    void read(std::string_view what, bool permitted);

    /// The page of /metrics, with the gauges of this moment.
    [[nodiscard]] std::string page(std::size_t outbox, std::uint64_t ledger) const;

private:
    struct Families;
    std::unique_ptr<Families> families_;
};

}  // namespace gateway::api
