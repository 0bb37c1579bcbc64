#include "mapping/rules/age.hpp"

#include <chrono>

#include "fhir_models/base/text.hpp"

namespace mapping::rules {
namespace {

int days_between(base::Date from, base::Date to) noexcept
{
    const auto number = [](base::Date date) {
        return std::chrono::sys_days(std::chrono::year(date.year) /
                                     std::chrono::month(static_cast<unsigned>(date.month)) /
                                     std::chrono::day(static_cast<unsigned>(date.day)))
            .time_since_epoch()
            .count();
    };
    return static_cast<int>(number(to) - number(from));
}

}  // namespace

std::optional<AgeRange::Bound> AgeRange::parse_bound(std::string_view text)
{
    const auto unit = text.empty() ? '\0' : text.back();
    const auto number = base::to_size(text.substr(0, text.empty() ? 0 : text.size() - 1));
    if (!number || *number > 999 || std::string_view("AMDH").find(unit) == std::string_view::npos) {
        return std::nullopt;
    }
    return Bound{static_cast<int>(*number), unit};
}

std::optional<AgeRange> AgeRange::parse(std::string_view text)
{
    AgeRange range;
    if (text.starts_with('!')) {
        range.outside_ = true;
        text.remove_prefix(1);
    }
    const auto dash = text.find('-');
    if (dash == std::string_view::npos) {
        return std::nullopt;
    }
    const auto least = text.substr(0, dash);
    const auto most = text.substr(dash + 1);
    range.least_ = parse_bound(least);
    range.most_ = parse_bound(most);
    const bool good = (least.empty() || range.least_) && (most.empty() || range.most_) &&
                      (range.least_ || range.most_);
    return good ? std::optional(range) : std::nullopt;
}

int AgeRange::completed(char unit, base::Date birth, base::Date on) noexcept
{
    switch (unit) {
        case 'A':
            return base::years_between(birth, on);
        case 'M':
            return (on.year - birth.year) * 12 + on.month - birth.month -
                   (on.day < birth.day ? 1 : 0);
        case 'D':
            return days_between(birth, on);
        default:
            return days_between(birth, on) * 24;
    }
}

bool AgeRange::contains(base::Date birth, base::Date on) const noexcept
{
    const bool inside = (!least_ || completed(least_->unit, birth, on) >= least_->number) &&
                        (!most_ || completed(most_->unit, birth, on) <= most_->number);
    return inside != outside_;
}

}  // namespace mapping::rules
