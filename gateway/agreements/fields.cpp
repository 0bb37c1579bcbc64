#include "gateway/agreements/fields.hpp"

#include <algorithm>

#include "fhir_models/base/text.hpp"

namespace gateway::agreements {
namespace {

using base::Text;
using fhir::r4::Kind;
using fhir::r4::Node;

Text words_of(const Form& form)
{
    return {std::string(form.es), std::string(form.en)};
}

Text kind_of(const Node& node)
{
    switch (node.kind) {
        case Kind::string:
            return base::kind_of(node.text);
        case Kind::number:
            return {"número", "number"};
        case Kind::boolean:
            return {"booleano", "boolean"};
        case Kind::array:
            return {"lista", "array"};
        case Kind::object:
            return {"objeto", "object"};
        default:
            return {"null", "null"};
    }
}

/// RFC 6901: "~" and "/" in a name are escaped; only names shaped like a field are told.
std::string pointer_step(std::string_view name)
{
    const bool plain = !name.empty() && name.size() <= 40 && std::ranges::all_of(name, [](char c) {
        return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               (c >= '0' && c <= '9');
    });
    return plain ? "/" + std::string(name) : "/?";
}

}  // namespace

Object::Object(const Node* node, std::string pointer, Faults& faults)
    : node_(node), pointer_(std::move(pointer)), faults_(&faults)
{
}

std::string Object::place(std::string_view key) const
{
    return pointer_ + pointer_step(key);
}

void Object::fault(std::string_view key, Text expected, Text found)
{
    faults_->push_back(
        {base::Errc::malformed_config, place(key), std::move(expected), std::move(found)});
}

const Node* Object::take(std::string_view key, Kind kind, const Text& expected, Need need)
{
    asked_.push_back(key);
    if (node_ == nullptr) {
        return nullptr;
    }
    const auto* const field = node_->find(key);
    if (field == nullptr) {
        if (need == Need::required) {
            fault(key, expected, {"ausente", "absent"});
        }
        return nullptr;
    }
    if (field->kind != kind) {
        fault(key, expected, kind_of(*field));
        return nullptr;
    }
    return field;
}

std::string Object::text(std::string_view key, const Form& form, Need need)
{
    const auto* const field = take(key, Kind::string, words_of(form), need);
    if (field == nullptr) {
        return {};
    }
    if (!form.fits(field->text)) {
        fault(key, words_of(form), kind_of(*field));
        return {};
    }
    return std::string(field->text);
}

std::vector<std::string> Object::texts(std::string_view key, const Form& form, std::size_t fewest,
                                       Need need)
{
    const Text expected{
        "una lista de " + std::to_string(fewest) + " o más: " + std::string(form.es),
        "an array of " + std::to_string(fewest) + " or more: " + std::string(form.en)};
    const auto* const field = take(key, Kind::array, expected, need);
    std::vector<std::string> texts;
    if (field == nullptr) {
        return texts;
    }
    for (const auto& item : *field) {
        const bool fits = item.kind == Kind::string && form.fits(item.text);
        if (!fits || std::ranges::find(texts, item.text) != texts.end()) {
            fault(key, fits ? Text{"sin repetir", "without repetition"} : expected, kind_of(item));
            return texts;
        }
        texts.emplace_back(item.text);
    }
    if (texts.size() < fewest) {
        fault(key, expected, {"menos", "fewer"});
    }
    return texts;
}

std::uint32_t Object::number(std::string_view key, std::uint32_t smallest, std::uint32_t largest)
{
    const auto bounds = std::to_string(smallest) + "…" + std::to_string(largest);
    const Text expected{"un entero en " + bounds, "an integer in " + bounds};
    const auto* const field = take(key, Kind::number, expected, Need::required);
    if (field == nullptr) {
        return 0;
    }
    const auto value = base::to_size(field->text);
    if (!value || *value < smallest || *value > largest) {
        fault(key, expected, kind_of(*field));
        return 0;
    }
    return static_cast<std::uint32_t>(*value);
}

bool Object::flag(std::string_view key, Need need)
{
    const auto* const field = take(key, Kind::boolean, {"true o false", "true or false"}, need);
    return field != nullptr && field->text == "true";
}

Object Object::object(std::string_view key)
{
    const auto* const field = take(key, Kind::object, {"un objeto", "an object"}, Need::required);
    return {field, place(key), *faults_};
}

std::vector<Object> Object::objects(std::string_view key, std::size_t fewest, Need need)
{
    const Text expected{"una lista de " + std::to_string(fewest) + " o más objetos",
                        "an array of " + std::to_string(fewest) + " or more objects"};
    const auto* const field = take(key, Kind::array, expected, need);
    std::vector<Object> objects;
    if (field == nullptr) {
        return objects;
    }
    for (const auto& item : *field) {
        if (item.kind != Kind::object) {
            fault(key, expected, kind_of(item));
            return objects;
        }
        objects.emplace_back(&item, place(key) + "/" + std::to_string(objects.size()), *faults_);
    }
    if (objects.size() < fewest) {
        fault(key, expected, {"menos", "fewer"});
    }
    return objects;
}

void Object::done()
{
    if (node_ == nullptr) {
        return;
    }
    for (const auto& field : *node_) {
        if (std::ranges::find(asked_, field.name) == asked_.end()) {
            std::string known;
            for (const auto name : asked_) {
                known.append(known.empty() ? "" : ", ").append(name);
            }
            fault(field.name, {"un campo de: " + known, "a field of: " + known},
                  {"campo desconocido", "unknown field"});
        }
    }
}

}  // namespace gateway::agreements
