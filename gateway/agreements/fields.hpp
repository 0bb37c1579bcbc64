#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fhir_models/base/result.hpp"
#include "fhir_models/r4/node.hpp"

namespace gateway::agreements {

/// What a text of the document must look like.
struct Form {
    bool (*fits)(std::string_view);
    std::string_view es;
    std::string_view en;
};

using Faults = std::vector<base::Error>;

enum class Need : std::uint8_t { required, optional };

/// One JSON object of the document, read strictly: done() refuses every field nobody asked for.
/// Faults are gathered with their JSON pointer; a faulty field reads as empty.
///
/// Owns:  nothing; `node` may be nullptr (its absence was told already).
class Object {
public:
    Object(const fhir::r4::Node* node, std::string pointer, Faults& faults);

    [[nodiscard]] std::string text(std::string_view key, const Form& form,
                                   Need need = Need::required);
    [[nodiscard]] std::vector<std::string> texts(std::string_view key, const Form& form,
                                                 std::size_t fewest, Need need = Need::required);
    [[nodiscard]] std::uint32_t number(std::string_view key, std::uint32_t smallest,
                                       std::uint32_t largest);
    [[nodiscard]] bool flag(std::string_view key, Need need = Need::required);
    [[nodiscard]] Object object(std::string_view key);
    [[nodiscard]] std::vector<Object> objects(std::string_view key, std::size_t fewest,
                                              Need need = Need::required);

    void done();
    void fault(std::string_view key, base::Text expected, base::Text found = {});

    [[nodiscard]] std::string place(std::string_view key) const;

private:
    const fhir::r4::Node* take(std::string_view key, fhir::r4::Kind kind,
                               const base::Text& expected, Need need);

    const fhir::r4::Node* node_;
    std::string pointer_;
    Faults* faults_;
    std::vector<std::string_view> asked_;
};

}  // namespace gateway::agreements
