#include "gateway/app/findings.hpp"

#include <catch2/catch.hpp>

#include "gateway/app/bench.hpp"
#include "mapping/csv.hpp"
#include "tests/support/files.hpp"

using gateway::app::Findings;

namespace {

constexpr auto kDay = "examples/messages/giis/CEX-OCIMB-2610.TXT";

/// The findings of the invented day, its last row `times` more times.
Findings report_of(std::string bytes, std::size_t times = 0)
{
    const auto translator = mapping::Translator::built_in();
    REQUIRE(translator);
    const auto generic = bytes.rfind("XXXX999999XXXXXX99");
    const auto begin = bytes.rfind('\n', generic) + 1;
    const auto row = bytes.substr(begin, bytes.find('\n', begin) + 1 - begin);
    for (std::size_t i = 0; i < times; ++i) {
        bytes += row;
    }
    Findings findings;
    REQUIRE(translator->translate(bytes, mapping::Request{},
                                  [&](mapping::Translation&& one) { findings.add(one); }));
    findings.close();
    return findings;
}

std::string day()
{
    return support::read_file(support::project_root() / kDay);
}

bool says(const std::string& text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a report tells rows accepted and refused, and the rule with row and column", "[report]")
{
    auto bytes = day();
    const auto weight = bytes.find("|81.4|166|");
    REQUIRE(weight != std::string::npos);
    bytes.replace(weight, 5, "|481.4");

    const auto findings = report_of(bytes);
    const auto json = findings.to_json("day.txt");

    CHECK(findings.refused() == 1);
    CHECK(says(json, R"("records":8,"accepted":7,"warned":0,"refused":1,"genericCurp":1)"));
    CHECK(says(json, R"("rule":"GIIS-B015/26.1","count":1,"places":["row 2, column 26"])"));
    CHECK(says(findings.to_table("day.txt"),
               "8 registros: 7 aceptados, 0 aceptados con avisos, 1 "
               "rechazados, 1 con CURP genérica\n"));
    CHECK_FALSE(says(json, "481.4"));
}

TEST_CASE("the CSV of a report is one that spreadsheets read and never run", "[report]")
{
    auto bytes = day();
    const auto weight = bytes.find("|81.4|166|");
    bytes.replace(weight, 5, "|481.4");

    const auto csv = std::string(Findings::kCsvHeader) + report_of(bytes).to_csv("=day \"1\".txt");
    const auto rows = mapping::read_csv(csv);

    REQUIRE(rows);
    REQUIRE(rows->size() > 6);
    for (const auto& row : *rows) {
        CHECK(row.cells.size() == rows->front().cells.size());
    }
    CHECK((*rows)[1].cells[0] == "'=day \"1\".txt");
    CHECK((*rows)[6].cells[3] == "GIIS-B015/26.1");
}

TEST_CASE("more generic CURPs than the guide allows is a finding of the whole load", "[report]")
{
    CHECK_FALSE(says(report_of(day(), 12).to_json("day.txt"), "PU-3006"));  // too few to judge

    const auto json = report_of(day(), 192).to_json("day.txt");

    CHECK(says(json, R"("records":200)"));
    CHECK(says(json, "at most 15 % of records with the generic CURP"));
}

TEST_CASE("only the first places of a rule are kept, its count is whole", "[report]")
{
    auto bytes = day();
    for (auto at = bytes.find("|15/10/2026|"); at != std::string::npos;
         at = bytes.find("|15/10/2026|", at)) {
        bytes.replace(at, 12, "|31/02/2026|");
    }

    const auto json = report_of(bytes, 50).to_json("day.txt");

    CHECK(says(json, R"("rule":"GIIS-B015/24.1","count":58)"));
    CHECK(says(json, R"("row 11, column 24"])"));
    CHECK_FALSE(says(json, "row 12, column 24"));
}

TEST_CASE("what became nothing is counted by column, however many rows there are", "[findings]")
{
    const auto translator = mapping::Translator::built_in();
    REQUIRE(translator);
    const auto summary_of = [&](std::size_t rows) {
        auto file = gateway::app::invented_b015_columns();
        for (std::size_t i = 0; i < rows; ++i) {
            file += gateway::app::invented_b015(1);
        }
        gateway::app::Summary summary;
        const auto read = translator->translate(file, {}, [&](mapping::Translation&& translation) {
            gateway::app::count(translation, summary);
        });
        REQUIRE(read);
        return summary;
    };
    const auto one = summary_of(1);
    const auto three = summary_of(3);

    REQUIRE_FALSE(one.empty());
    REQUIRE(three.size() == one.size());
    for (const auto& [what, times] : one) {
        CAPTURE(what);
        CHECK(what.find("row ") == std::string::npos);
        CHECK(three.at(what) == 3 * times);
    }
}
