#include "gateway/exchange/series.hpp"

#include <array>

#include "fhir_models/base/bytes.hpp"
#include "fhir_models/national/identifiers.hpp"

namespace gateway::exchange {
namespace {

constexpr std::array<std::string_view, 5> kChanges{"new", "changed", "unchanged", "refused",
                                                   "withdrawn"};
constexpr std::size_t kPage = 4096;
constexpr std::size_t kSeriesName = 32;  ///< hex characters: 128 bits tell any number apart

/// The first identifier of `system` in a resource of the Bundle.
std::string_view identifier_of(const fhir::r4::Node& bundle, std::string_view system)
{
    const auto* entries = bundle.find("entry");
    for (const auto* entry = entries == nullptr ? nullptr : entries->first; entry != nullptr;
         entry = entry->next) {
        const auto* resource = entry->find("resource");
        const auto* identifiers = resource == nullptr ? nullptr : resource->find("identifier");
        if (identifiers == nullptr || identifiers->kind != fhir::r4::Kind::array) {
            continue;
        }
        for (const auto& identifier : *identifiers) {
            if (identifier.text_of("system") == system) {
                return identifier.text_of("value");
            }
        }
    }
    return {};
}

}  // namespace

std::string_view to_text(Change change) noexcept
{
    return kChanges[static_cast<std::size_t>(change)];
}

RowName name_of_row(const fhir::r4::Node& bundle)
{
    return {std::string(identifier_of(bundle, fhir::national::kRowKeySystem)),
            std::string(identifier_of(bundle, fhir::national::kCluesSystem))};
}

base::Result<SeriesBook::Series*> SeriesBook::series_of(const std::string& guide,
                                                        const std::string& clues, std::string& id)
{
    const auto name = parties_ + "|" + guide + "|" + clues;
    id = base::to_hex(base::view(base::sha256(name))).substr(0, kSeriesName);
    if (const auto known = series_.find(id); known != series_.end()) {
        return &known->second;
    }
    auto previous = store_.latest_load(id);
    if (!previous) {
        return base::Failure(previous.error());
    }
    Series series{clues, *std::move(previous), {}, {}};
    std::string after;
    for (bool more = !series.previous.empty(); more;) {
        auto page = store_.list_load_rows(series.previous, id, after, kPage);
        if (!page) {
            return base::Failure(page.error());
        }
        more = page->size() == kPage;
        for (auto& row : *page) {
            after = row.key;
            series.rows.emplace(std::move(row.key),
                                Before{std::move(row.digest), std::move(row.holder), row.record});
        }
    }
    return &series_.emplace(id, std::move(series)).first->second;
}

// A key that comes again in one load is another row: the second, the third …
std::string SeriesBook::key_of(Series& series, const std::string& id, const std::string& name)
{
    auto key = self_.index_value("puente:load-row", id + "|" + name);
    if (const auto times = ++series.times[key]; times > 1) {
        key = self_.index_value("puente:load-row", id + "|" + name + "|" + std::to_string(times));
    }
    return key;
}

base::Result<SeriesBook::Compared> SeriesBook::compare(const std::string& guide,
                                                       const RowName& name, std::string_view bytes,
                                                       std::uint32_t record)
{
    std::string id;
    const auto series = series_of(guide, name.clues, id);
    if (!series) {
        return base::Failure(series.error());
    }
    auto digest = self_.index_value("puente:load-row-bytes", bytes);
    auto key = key_of(**series, id, name.key.empty() ? digest : name.key);
    Compared compared{Change::added, {load_, id, key, std::move(digest), load_, record}};
    if (const auto before = (*series)->rows.find(key); before != (*series)->rows.end()) {
        before->second.seen = true;
        compared.change =
            before->second.digest == compared.row.digest ? Change::unchanged : Change::changed;
        if (compared.change == Change::unchanged) {
            compared.row.holder = before->second.holder;
            compared.row.record = before->second.record;
        }
    }
    return compared;
}

base::Result<std::vector<store::LoadRow>> SeriesBook::keep_refused(const std::string& guide,
                                                                   const RowName& name)
{
    std::string id;
    const auto series = series_of(guide, name.clues, id);
    if (!series) {
        return base::Failure(series.error());
    }
    std::vector<store::LoadRow> kept;
    const auto before = (*series)->rows.find(key_of(**series, id, name.key));
    if (before != (*series)->rows.end()) {
        auto& row = before->second;
        row.seen = true;
        kept.push_back({load_, id, before->first, row.digest, row.holder, row.record});
    }
    return kept;
}

std::vector<store::LoadRow> SeriesBook::missing() const
{
    std::vector<store::LoadRow> rows;
    for (const auto& [id, series] : series_) {
        for (const auto& [key, row] : series.rows) {
            if (!row.seen) {
                rows.push_back({series.previous, id, key, row.digest, row.holder, row.record});
            }
        }
    }
    return rows;
}

std::vector<store::LoadRow> SeriesBook::carried() const
{
    auto rows = missing();
    for (auto& row : rows) {
        row.load = load_;
    }
    return rows;
}

std::vector<store::LatestLoad> SeriesBook::latest() const
{
    std::vector<store::LatestLoad> latest;
    for (const auto& [id, series] : series_) {
        latest.push_back({id, load_});
    }
    return latest;
}

std::vector<std::pair<std::string, std::string>> SeriesBook::compared_with() const
{
    std::vector<std::pair<std::string, std::string>> list;
    for (const auto& [id, series] : series_) {
        list.emplace_back(series.clues, series.previous);
    }
    return list;
}

}  // namespace gateway::exchange
