#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace fhir::r4 {

/// A regular expression over Unicode text: ICU behind a wall, with a limit of time against
/// patterns that explode.
///
/// Threads:  from many at once.
class Regex {
public:
    /// Errors: nothing when the pattern is none.
    [[nodiscard]] static std::optional<Regex> compile(std::string_view pattern);
    Regex(Regex&&) noexcept;
    Regex& operator=(Regex&&) noexcept;
    ~Regex();

    [[nodiscard]] bool finds_in(std::string_view text) const;
    [[nodiscard]] bool matches_whole(std::string_view text) const;
    /// Every match replaced; `$1` and `\1` in `by` are the groups.
    [[nodiscard]] std::string replace_all(std::string_view text, std::string_view by) const;

private:
    struct Pattern;
    explicit Regex(std::unique_ptr<Pattern> pattern);
    std::unique_ptr<Pattern> pattern_;
};

[[nodiscard]] std::string to_upper(std::string_view text);  ///< of all of Unicode
[[nodiscard]] std::string to_lower(std::string_view text);

}  // namespace fhir::r4
