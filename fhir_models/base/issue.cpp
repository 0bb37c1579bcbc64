#include "fhir_models/base/issue.hpp"

#include <algorithm>
#include <array>

namespace base {
namespace {

bool is_error(const Issue& issue) noexcept
{
    return issue.severity <= Severity::error;
}

}  // namespace

std::string_view to_code(Severity severity) noexcept
{
    constexpr std::array<std::string_view, 4> kCodes{"fatal", "error", "warning", "information"};
    return kCodes[static_cast<std::size_t>(severity)];
}

Issue to_issue(const Error& error, Severity severity)
{
    return {severity, error.code, error.where, {}, {}, error.expected, error.found};
}

bool has_errors(const Issues& issues) noexcept
{
    return std::ranges::any_of(issues, is_error);
}

Error first_error(const Issues& issues)
{
    const auto& issue = *std::ranges::find_if(issues, is_error);
    return {issue.code, issue.where.empty() ? issue.path : issue.where, issue.expected,
            issue.found};
}

}  // namespace base
