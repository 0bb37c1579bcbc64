#pragma once

#include <cstdint>

#include "fhir_models/r4/fhirpath/temporal.hpp"

namespace fhir::r4::fhirpath {

constexpr std::int64_t kDayMilliseconds = 86'400'000;

[[nodiscard]] int days_in(int year, int month) noexcept;
/// Days since 1970-01-01 of the day of `value`, and back.
[[nodiscard]] std::int64_t day_number(const Temporal& value) noexcept;
void set_day(Temporal& value, std::int64_t number) noexcept;
[[nodiscard]] std::int64_t milliseconds_of_day(const Temporal& value) noexcept;
void set_milliseconds(Temporal& value, std::int64_t of_day) noexcept;

[[nodiscard]] constexpr Precision next(Precision precision) noexcept
{
    return static_cast<Precision>(static_cast<int>(precision) + 1);
}

}  // namespace fhir::r4::fhirpath
