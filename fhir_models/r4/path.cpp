#include "fhir_models/r4/path.hpp"

#include "fhir_models/base/text.hpp"

namespace fhir::r4 {
namespace {

/// One step of a path: "given[1]" is {given, 1}, "given" is {given, 0}.
struct Step {
    std::string_view name;
    std::size_t index = 0;
    bool valid = true;
};

Step parse_step(std::string_view text)
{
    const auto bracket = text.find('[');
    if (bracket == std::string_view::npos) {
        return {text};
    }
    if (text.back() != ']') {
        return {.valid = false};
    }
    const auto index = base::to_size(text.substr(bracket + 1, text.size() - bracket - 2));
    return {text.substr(0, bracket), index.value_or(0), index.has_value()};
}

const Node* follow(const Node& from, const Step& step)
{
    const auto* node = step.valid && from.kind == Kind::object ? from.find(step.name) : nullptr;
    if (node != nullptr && node->kind == Kind::array) {
        return node->at(step.index);
    }
    return step.index == 0 ? node : nullptr;
}

}  // namespace

const Node* get(const Node& resource, std::string_view path)
{
    const auto* node = &resource;
    for (std::size_t begin = 0; node != nullptr;) {
        const auto end = path.find('.', begin);
        node = follow(*node, parse_step(path.substr(begin, end - begin)));
        if (end == std::string_view::npos) {
            break;
        }
        begin = end + 1;
    }
    return node;
}

std::string_view get_text(const Node& resource, std::string_view path)
{
    const auto* node = get(resource, path);
    return node != nullptr && node->kind == Kind::string ? node->text : std::string_view{};
}

}  // namespace fhir::r4
