#include "fhir_models/r4/invariants.hpp"

#include <catch2/catch.hpp>
#include <set>

using namespace fhir::r4;

TEST_CASE("every rule of the table is compiled", "[invariants]")
{
    std::size_t rules = 0;
    std::set<std::string_view> keys;
    for (const auto& type : all_types()) {
        for (const auto& rule : invariants_of(type)) {
            ++rules;
            keys.insert(rule.key);
            CHECK_FALSE(rule.human.empty());
        }
    }
    CHECK(rules == 668);
    CHECK(keys.size() > 220);
    CHECK(invariants_of(*find_type("Period")).front().key == "per-1");
    CHECK(invariants_of(*find_type("string")).empty());
}
