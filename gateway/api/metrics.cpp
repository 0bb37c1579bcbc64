#include "gateway/api/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace gateway::api {

struct Metrics::Families {
    prometheus::Registry registry;
    prometheus::Family<prometheus::Counter>& exchanges =
        prometheus::BuildCounter()
            .Name("puente_exchanges_total")
            .Help("Submissions by listener and outcome")
            .Register(registry);
    prometheus::Family<prometheus::Counter>& answers = prometheus::BuildCounter()
                                                           .Name("puente_http_answers_total")
                                                           .Help("HTTP answers by status")
                                                           .Register(registry);
    prometheus::Family<prometheus::Counter>& deliveries = prometheus::BuildCounter()
                                                              .Name("puente_deliveries_total")
                                                              .Help("Delivery attempts by outcome")
                                                              .Register(registry);
    prometheus::Family<prometheus::Counter>& reads =
        prometheus::BuildCounter()
            .Name("puente_reads_total")
            .Help("Reads of records by kind and permission")
            .Register(registry);
    prometheus::Family<prometheus::Counter>& witnessed =
        prometheus::BuildCounter()
            .Name("puente_witnessed_checkpoints_total")
            .Help("Checkpoints of others' ledgers that were shown to be cosigned, by verdict")
            .Register(registry);
    prometheus::Family<prometheus::Gauge>& outages =
        prometheus::BuildGauge()
            .Name("puente_partner_outage")
            .Help("1 while a partner takes no deliveries")
            .Register(registry);
    prometheus::Histogram& seconds =
        prometheus::BuildHistogram()
            .Name("puente_http_seconds")
            .Help("Time from request to answer")
            .Register(registry)
            .Add({}, prometheus::Histogram::BucketBoundaries{0.005, 0.01, 0.025, 0.05, 0.1, 0.25,
                                                             0.5, 1, 2.5});
    prometheus::Gauge& outbox = prometheus::BuildGauge()
                                    .Name("puente_outbox")
                                    .Help("Deliveries waiting")
                                    .Register(registry)
                                    .Add({});
    prometheus::Gauge& ledger = prometheus::BuildGauge()
                                    .Name("puente_ledger_leaves")
                                    .Help("Leaves in this node's ledger")
                                    .Register(registry)
                                    .Add({});
};

Metrics::Metrics() : families_(std::make_unique<Families>()) {}
Metrics::~Metrics() = default;

void Metrics::exchange(std::string_view listener, std::string_view outcome)
{
    families_->exchanges
        .Add({{"listener", std::string(listener)}, {"outcome", std::string(outcome)}})
        .Increment();
}

void Metrics::answered(int status, double seconds)
{
    families_->answers.Add({{"status", std::to_string(status)}}).Increment();
    families_->seconds.Observe(seconds);
}

void Metrics::delivery(std::string_view outcome)
{
    families_->deliveries.Add({{"outcome", std::string(outcome)}}).Increment();
}

void Metrics::outage(std::string_view partner, bool down)
{
    families_->outages.Add({{"partner", std::string(partner)}}).Set(down ? 1 : 0);
}

void Metrics::witnessed(std::string_view verdict)
{
    families_->witnessed.Add({{"verdict", std::string(verdict)}}).Increment();
}

void Metrics::read(std::string_view what, bool permitted)
{
    families_->reads.Add({{"what", std::string(what)}, {"permitted", permitted ? "yes" : "no"}})
        .Increment();
}

std::string Metrics::page(std::size_t outbox, std::uint64_t ledger) const
{
    families_->outbox.Set(static_cast<double>(outbox));
    families_->ledger.Set(static_cast<double>(ledger));
    return prometheus::TextSerializer().Serialize(families_->registry.Collect());
}

}  // namespace gateway::api
