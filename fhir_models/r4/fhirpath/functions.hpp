#pragma once

#include <cstdint>
#include <string_view>

#include "fhir_models/r4/fhirpath/value.hpp"

namespace fhir::r4::fhirpath {

class Evaluation;
struct Call;

/// One function of the language: a row of the table.
struct Function {
    std::string_view name;
    std::uint8_t least;  ///< arguments
    std::uint8_t most;
    bool takes_type;  ///< its argument names a type: is(), as(), ofType()
    Collection (*run)(Evaluation&, const Call&);
};

/// nullptr when the language has none of that name.
[[nodiscard]] const Function* find_function(std::string_view name) noexcept;

// clang-format off
/// The families the table is made of; each answers for one function.
namespace functions {
Collection empty(Evaluation&, const Call&);          Collection exists(Evaluation&, const Call&);
Collection all(Evaluation&, const Call&);            Collection all_true(Evaluation&, const Call&);
Collection any_true(Evaluation&, const Call&);       Collection all_false(Evaluation&, const Call&);
Collection any_false(Evaluation&, const Call&);      Collection subset_of(Evaluation&, const Call&);
Collection superset_of(Evaluation&, const Call&);    Collection count(Evaluation&, const Call&);
Collection distinct(Evaluation&, const Call&);       Collection is_distinct(Evaluation&, const Call&);
Collection where(Evaluation&, const Call&);          Collection select(Evaluation&, const Call&);
Collection repeat(Evaluation&, const Call&);         Collection single(Evaluation&, const Call&);
Collection first(Evaluation&, const Call&);          Collection last(Evaluation&, const Call&);
Collection tail(Evaluation&, const Call&);           Collection skip(Evaluation&, const Call&);
Collection take(Evaluation&, const Call&);           Collection intersect(Evaluation&, const Call&);
Collection exclude(Evaluation&, const Call&);        Collection unite(Evaluation&, const Call&);
Collection combine(Evaluation&, const Call&);        Collection iif(Evaluation&, const Call&);
Collection sort(Evaluation&, const Call&);           Collection aggregate(Evaluation&, const Call&);
Collection trace(Evaluation&, const Call&);          Collection negation(Evaluation&, const Call&);

Collection to_boolean(Evaluation&, const Call&);     Collection to_integer(Evaluation&, const Call&);
Collection to_decimal(Evaluation&, const Call&);     Collection to_string(Evaluation&, const Call&);
Collection to_date(Evaluation&, const Call&);        Collection to_date_time(Evaluation&, const Call&);
Collection to_time(Evaluation&, const Call&);        Collection to_quantity(Evaluation&, const Call&);
Collection converts_to_boolean(Evaluation&, const Call&);
Collection converts_to_integer(Evaluation&, const Call&);
Collection converts_to_decimal(Evaluation&, const Call&);
Collection converts_to_string(Evaluation&, const Call&);
Collection converts_to_date(Evaluation&, const Call&);
Collection converts_to_date_time(Evaluation&, const Call&);
Collection converts_to_time(Evaluation&, const Call&);
Collection converts_to_quantity(Evaluation&, const Call&);

Collection index_of(Evaluation&, const Call&);       Collection last_index_of(Evaluation&, const Call&);
Collection substring(Evaluation&, const Call&);      Collection starts_with(Evaluation&, const Call&);
Collection ends_with(Evaluation&, const Call&);      Collection contains(Evaluation&, const Call&);
Collection upper(Evaluation&, const Call&);          Collection lower(Evaluation&, const Call&);
Collection replace(Evaluation&, const Call&);        Collection matches(Evaluation&, const Call&);
Collection matches_full(Evaluation&, const Call&);   Collection replace_matches(Evaluation&, const Call&);
Collection length(Evaluation&, const Call&);         Collection to_chars(Evaluation&, const Call&);
Collection split(Evaluation&, const Call&);          Collection join(Evaluation&, const Call&);
Collection trim(Evaluation&, const Call&);           Collection encode(Evaluation&, const Call&);
Collection decode(Evaluation&, const Call&);         Collection escape(Evaluation&, const Call&);
Collection unescape(Evaluation&, const Call&);

Collection abs(Evaluation&, const Call&);            Collection ceiling(Evaluation&, const Call&);
Collection exp(Evaluation&, const Call&);            Collection floor(Evaluation&, const Call&);
Collection ln(Evaluation&, const Call&);             Collection log(Evaluation&, const Call&);
Collection power(Evaluation&, const Call&);          Collection round(Evaluation&, const Call&);
Collection sqrt(Evaluation&, const Call&);           Collection truncate(Evaluation&, const Call&);
Collection low_boundary(Evaluation&, const Call&);   Collection high_boundary(Evaluation&, const Call&);
Collection precision(Evaluation&, const Call&);      Collection comparable(Evaluation&, const Call&);

Collection is(Evaluation&, const Call&);             Collection as(Evaluation&, const Call&);
Collection of_type(Evaluation&, const Call&);        Collection type(Evaluation&, const Call&);
Collection children(Evaluation&, const Call&);       Collection descendants(Evaluation&, const Call&);
Collection has_value(Evaluation&, const Call&);      Collection extension(Evaluation&, const Call&);
Collection resolve(Evaluation&, const Call&);        Collection conforms_to(Evaluation&, const Call&);
Collection html_checks(Evaluation&, const Call&);    Collection today(Evaluation&, const Call&);
Collection now(Evaluation&, const Call&);            Collection time_of_day(Evaluation&, const Call&);
}  // namespace functions
// clang-format on

}  // namespace fhir::r4::fhirpath
