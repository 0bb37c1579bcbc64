#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "fhir_models/r4/json_reader.hpp"
#include "fhir_models/r4/schema.hpp"
#include "fhir_models/r4/validate.hpp"
#include "tests/support/files.hpp"

namespace fs = std::filesystem;
using namespace fhir::r4;

namespace {

/// One value of a resource, and what R4 says of it.
struct Site {
    Node* parent;
    Node* node;
    const Element* element;
    std::string path;
    bool item;  ///< of an array
};

void collect(Node& object, const Type& type, const std::string& path, std::vector<Site>& sites)
{
    for (auto& child : object) {
        const auto* const element = find_element(type, child.name);
        if (element == nullptr) {
            continue;
        }
        const auto here = path + "." + std::string(child.name);
        sites.push_back({&object, &child, element, here, false});
        const bool array = child.kind == Kind::array;
        std::size_t index = 0;
        for (auto* node = array ? child.first : &child; node != nullptr;
             node = array ? node->next : nullptr) {
            const auto place = array ? here + "[" + std::to_string(index++) + "]" : here;
            if (array) {
                sites.push_back({&child, node, element, place, true});
            }
            if (node->kind == Kind::object) {
                const auto* const inner = type_of(*element).kind == TypeKind::resource
                                              ? find_resource(node->text_of("resourceType"))
                                              : &type_of(*element);
                if (inner != nullptr) {
                    collect(*node, *inner, place, sites);
                }
            }
        }
    }
}

/// Spoils a value and gives the path where that must be found; empty when it does not apply.
struct Mutation {
    const char* name;
    std::function<std::string(Document&, const Site&)> spoil;
};

bool is_primitive(const Site& site, std::string_view type)
{
    return type_of(*site.element).name == type && site.node->kind == Kind::string;
}

std::string set_text(const Site& site, std::string_view text)
{
    site.node->text = text;
    return site.path;
}

/// The path of a choice of which nothing is left, or of an element, that is required.
std::string required_path(const Site& site)
{
    const auto parent = site.path.substr(0, site.path.rfind('.'));
    return parent + "." + std::string(site.element->stem());
}

const std::vector<Mutation>& mutations()
{
    static const std::vector<Mutation> kAll{
        {"required element dropped",
         [](Document&, const Site& site) -> std::string {
             const bool twin = site.parent->find("_" + std::string(site.node->name)) != nullptr;
             if (site.item || site.element->min == 0 || twin ||
                 site.parent->first == site.parent->last) {
                 return {};
             }
             Document::remove(*site.parent, *site.node);
             return required_path(site);
         }},
        {"wrong type",
         [](Document&, const Site& site) -> std::string {
             if (site.node->kind != Kind::string && site.node->kind != Kind::number &&
                 site.node->kind != Kind::boolean) {
                 return {};
             }
             site.node->kind = site.node->kind == Kind::string ? Kind::number : Kind::string;
             site.node->text = "1";
             return site.path;
         }},
        {"scalar for array",
         [](Document&, const Site& site) -> std::string {
             if (site.node->kind != Kind::array || site.node->first == nullptr) {
                 return {};
             }
             const auto name = site.node->name;
             auto* const next = site.node->next;
             *site.node = *site.node->first;
             site.node->name = name;
             site.node->next = next;
             return site.path;
         }},
        {"array for scalar",
         [](Document& document, const Site& site) -> std::string {
             if (site.item || site.element->repeats()) {
                 return {};
             }
             document.add_copy(*site.parent, site.node->name, *site.node);
             auto& array = *site.parent->last;
             Document::remove(*site.parent, *site.node);
             const Node copy = array;
             array.kind = Kind::array;
             array.first = array.last = nullptr;
             document.add_copy(array, "", copy);
             return site.path;
         }},
        {"unknown property",
         [](Document& document, const Site& site) -> std::string {
             if (site.node->kind != Kind::object) {
                 return {};
             }
             document.add(*site.node, "desconocido", Kind::string, "x");
             return site.path + ".desconocido";
         }},
        {"bad code",
         [](Document&, const Site& site) -> std::string {
             const auto* const codes = value_set_of(*site.element);
             const bool code =
                 is_primitive(site, "code") && codes != nullptr && codes->enumerable();
             return code ? set_text(site, "no-existe") : std::string{};
         }},
        {"bad date",
         [](Document&, const Site& site) -> std::string {
             const bool date = is_primitive(site, "date") || is_primitive(site, "dateTime") ||
                               is_primitive(site, "instant");
             return date ? set_text(site, "2021-02-30") : std::string{};
         }},
        {"bad id",
         [](Document&, const Site& site) -> std::string {
             return is_primitive(site, "id") ? set_text(site, "a_b") : std::string{};
         }},
        {"empty text",
         [](Document&, const Site& site) -> std::string {
             return site.node->kind == Kind::string ? set_text(site, "") : std::string{};
         }},
        {"null",
         [](Document&, const Site& site) -> std::string {
             const bool twin = site.parent->find("_" + std::string(site.node->name)) != nullptr;
             if (twin || (site.item && type_of(*site.element).kind == TypeKind::primitive)) {
                 return {};
             }
             site.node->kind = Kind::null;
             site.node->text = {};
             site.node->first = site.node->last = nullptr;
             return site.path;
         }},
        {"broken reference",
         [](Document&, const Site& site) -> std::string {
             return site.element->path == "Reference.reference" ? set_text(site, "#nada")
                                                                : std::string{};
         }},
        {"duplicate id",
         [](Document&, const Site& site) -> std::string {
             if (!site.element->path.ends_with(".contained") || !site.item ||
                 site.parent->first == site.node || site.node->find("id") == nullptr) {
                 return {};
             }
             site.node->find("id")->text = site.parent->first->text_of("id");
             return site.path + ".id";
         }},
    };
    return kAll;
}

std::vector<Site> sites_of(Document& document)
{
    const auto name = document.root().text_of("resourceType");
    std::vector<Site> sites;
    collect(document.root(), *find_resource(name), std::string(name), sites);
    return sites;
}

}  // namespace

TEST_CASE("a mutation of an official example is found at the mutated path", "[mutation]")
{
    const auto folder = support::shared("fhir-r4/examples");
    if (!folder) {
        return;
    }
    std::map<std::string, std::size_t> tried;
    std::map<std::string, std::size_t> found;
    std::vector<std::string> missed;
    for (const auto& entry : fs::directory_iterator(*folder)) {
        const auto text = support::read_file(entry.path());
        const auto original = read_json(text);
        if (text.size() > 40'000 || !original || base::has_errors(validate(original->root()))) {
            continue;
        }
        for (const auto& mutation : mutations()) {
            auto document = *read_json(text);
            auto sites = sites_of(document);
            std::size_t made = 0;
            for (std::size_t at = 0; at < sites.size() && made < 3; ++at) {
                const auto path = mutation.spoil(document, sites[at]);
                if (path.empty()) {
                    continue;  // nothing was changed
                }
                ++made;
                ++tried[mutation.name];
                const auto issues = validate(document.root());
                if (std::ranges::any_of(issues, [&](const base::Issue& issue) {
                        return issue.severity == base::Severity::error && issue.path == path;
                    })) {
                    ++found[mutation.name];
                } else {
                    missed.push_back(std::string(mutation.name) + " " + path);
                }
                document = *read_json(text);
                sites = sites_of(document);
            }
        }
    }
    for (const auto& mutation : mutations()) {
        INFO(mutation.name);
        CHECK(tried[mutation.name] > 5);
    }
    CAPTURE(missed);
    CHECK(missed.empty());
}
