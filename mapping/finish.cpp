#include <algorithm>
#include <array>

#include "fhir_models/base/bytes.hpp"
#include "fhir_models/r4/path.hpp"
#include "mapping/engine.hpp"
#include "mapping/same.hpp"

namespace mapping {
namespace {

namespace r4 = fhir::r4;

/// The name space of Puente's deterministic ids (a UUIDv4 drawn once).
constexpr std::array<std::uint8_t, 16> kSpace{0x5c, 0x0d, 0x6a, 0x9e, 0x2b, 0x41, 0x4f, 0x77,
                                              0x9d, 0x38, 0xe2, 0x1a, 0x64, 0xc3, 0x0b, 0xf5};

constexpr std::string_view kUrn = "urn:uuid:";

/// Gives resources their ids and makes one of those that are the same thing.
class Finisher {
public:
    Finisher(Work& work, std::string_view digest)
        : work_(work), digest_(digest), targets_(work.pending)
    {
        std::ranges::stable_sort(targets_, {}, &Pending::text);
        const auto sender = parse_operand(work.plan.packages[work.profile.package].sender);
        if (sender) {
            sender_ = read(*sender);
        }
    }

    void finish()
    {
        for (std::uint32_t i = 0; i < work_.made.size(); ++i) {
            if (!work_.made[i].dropped) {
                name(i);
            }
        }
        write_references();
        for (std::uint32_t i = 1; i < work_.made.size(); ++i) {
            if (!work_.made[i].dropped) {
                drop_repeated_items(*work_.made[i].resource);
                unify(i);
            }
        }
        write_references();
        write_names();
        keep_entries();
    }

private:
    std::string read(const Operand& place) const
    {
        struct Nobody final : Neighbours {
            const SourceTree& tree;
            explicit Nobody(const SourceTree& source) : tree(source) {}
            [[nodiscard]] std::optional<std::uint32_t> nearest(
                std::uint32_t /*segment*/, std::array<char, 3> segment) const override
            {
                for (std::uint32_t i = 0; i < tree.segments.size(); ++i) {
                    if (tree.segments[i].name == segment) {
                        return i;
                    }
                }
                return std::nullopt;
            }
        };
        const Nobody all(work_.source);
        const Scope scope{.tree = work_.source,
                          .neighbours = all,
                          .segment = 0,
                          .value = {},
                          .translated = false,
                          .row = {}};
        const auto* const leaf = work_.source.head(scope.resolve(place));
        return leaf == nullptr ? std::string{} : std::string(work_.source.raw(*leaf));
    }

    /// The full url of a resource, its id at the end; empty while its own key is being read.
    std::string_view name(std::uint32_t number)
    {
        auto& one = work_.made[number];
        if (!one.url.empty() || one.naming) {
            return one.url;
        }
        one.naming = true;
        std::string key;
        if (!read_key(one, key)) {
            name_by_place(number, key);
        }
        one.naming = false;
        return set_name(one, key);
    }

    /// No key: the digest of the record and the place in it.
    void name_by_place(std::uint32_t number, std::string& key) const
    {
        key.append(digest_).append("\n").append(std::to_string(number));
    }

    std::string_view set_name(Made& one, std::string_view key)
    {
        url_.assign(kUrn).append(base::uuid_v5(kSpace, key));
        return one.url = work_.document.keep(url_);
    }

    /// The type and the first declared key whose parts are all there; false: the type alone.
    bool read_key(const Made& one, std::string& key)
    {
        constexpr std::size_t kUsual = 160;
        key.reserve(kUsual);
        key.append(one.type->name).append("\n");
        const auto keys = work_.plan.keys.find(one.type->name);
        if (keys == work_.plan.keys.end()) {
            return false;
        }
        const auto bare = key.size();
        for (const auto& declared : keys->second) {
            const bool whole = std::ranges::all_of(declared.parts, [&](const std::string& part) {
                const auto value =
                    part == "sender" ? std::string_view(sender_) : part_of(*one.resource, part);
                key.append(part).append("=").append(value).append("\n");
                return !value.empty();
            });
            if (whole) {
                return true;
            }
            key.resize(bare);
        }
        return false;
    }

    std::string_view part_of(const r4::Node& resource, std::string_view path)
    {
        const auto* const node = r4::get(resource, path);
        if (node == nullptr) {
            return {};
        }
        if (node->kind == r4::Kind::object) {  // a reference stands for the id of its target
            const r4::Node* const text = node->find("reference");
            const auto target = std::ranges::lower_bound(targets_, text, {}, &Pending::text);
            return target == targets_.end() || target->text != text ||
                           work_.made[target->to].dropped
                       ? std::string_view{}
                       : id_of(name(target->to));
        }
        return node->text;
    }

    static std::string_view id_of(std::string_view url)
    {
        return url.empty() ? url : url.substr(kUrn.size());
    }

    void write_references()
    {
        for (const auto& one : work_.pending) {
            auto to = one.to;
            while (work_.made[to].same_as != 0) {
                to = work_.made[to].same_as;
            }
            one.text->text = work_.made[to].url;
        }
    }

    void unify(std::uint32_t number)
    {
        auto& one = work_.made[number];
        const auto [at, added] = by_name_.emplace(one.url, number);
        if (added) {
            return;
        }
        auto& other = work_.made[at->second];
        if (covers(*other.resource, *one.resource)) {
            one.dropped = true;
            one.same_as = at->second;
            work_.same.emplace_back(one.resource, other.resource);
        } else if (covers(*one.resource, *other.resource)) {
            other.dropped = true;
            other.same_as = number;
            work_.same.emplace_back(other.resource, one.resource);
            at->second = number;
        } else {
            work_.issues.push_back(
                {base::Severity::information,
                 base::Errc::same_key_differs,
                 place_of(work_.source, work_.source.segments[one.segment]),
                 std::string(one.type->name),
                 {},
                 {"el mismo contenido bajo la misma llave", "the same content under the same key"},
                 base::Text{}});
            std::string key;
            name_by_place(number, key);
            set_name(one, key);
        }
    }

    static r4::Node* twin_among(r4::Node& first, const r4::Node& item)
    {
        for (auto* other = &first; other != &item; other = other->next) {
            if (equal(*other, item)) {
                return other;
            }
        }
        return nullptr;
    }

    static r4::Node* twin_in(const std::unordered_multimap<std::uint64_t, r4::Node*>& seen,
                             const r4::Node& item)
    {
        const auto [from, to] = seen.equal_range(hash_of(item));
        const auto twin =
            std::find_if(from, to, [&](const auto& other) { return equal(*other.second, item); });
        return twin == to ? nullptr : twin->second;
    }

    static constexpr std::size_t kFew = 8;

    void drop_repeated_items(r4::Node& resource)
    {
        for (auto& array : resource) {
            if (array.kind != r4::Kind::array || array.first == array.last) {
                continue;
            }
            std::unordered_multimap<std::uint64_t, r4::Node*> seen;  // for arrays that are long
            std::size_t count = 0;
            r4::Node* last = nullptr;
            for (auto* item = array.first; item != nullptr; item = item->next) {
                auto* const twin =
                    count < kFew ? twin_among(*array.first, *item) : twin_in(seen, *item);
                if (twin != nullptr) {
                    work_.same.emplace_back(item, twin);
                    last->next = item->next;
                    continue;
                }
                last = item;
                if (++count == kFew) {
                    for (auto* known = array.first; known != item->next; known = known->next) {
                        seen.emplace(hash_of(*known), known);
                    }
                } else if (count > kFew) {
                    seen.emplace(hash_of(*item), item);
                }
            }
            array.last = last;
        }
    }

    void write_names()
    {
        for (auto& one : work_.made) {
            one.id->text = id_of(one.url);
            if (one.full_url != nullptr) {
                one.full_url->text = one.url;
            }
        }
    }

    /// The entries of what is kept, in the order it was made.
    void keep_entries()
    {
        auto& entries = *work_.entries;
        entries.first = entries.last = nullptr;
        for (const auto& one : work_.made) {
            if (one.entry == nullptr || one.dropped) {
                continue;
            }
            one.entry->next = nullptr;
            (entries.last == nullptr ? entries.first : entries.last->next) = one.entry;
            entries.last = one.entry;
        }
    }

    Work& work_;
    std::string_view digest_;
    std::string sender_;
    std::string url_;               ///< being written: the memory is used again
    std::vector<Pending> targets_;  ///< by the node of their text
    std::unordered_map<std::string_view, std::uint32_t> by_name_;
};

}  // namespace

bool prune(r4::Node& node)
{
    if (node.kind != r4::Kind::object && node.kind != r4::Kind::array) {
        return node.kind == r4::Kind::null;
    }
    r4::Node* last = nullptr;
    for (auto* child = node.first; child != nullptr; child = child->next) {
        const bool empty = prune(*child);
        // An extension that carries nothing but its name says nothing.
        const bool bare = node.name == "extension" && child->first != nullptr &&
                          child->first == child->last && child->first->name == "url";
        if (empty || bare) {
            (last == nullptr ? node.first : last->next) = child->next;
        } else {
            last = child;
        }
    }
    node.last = last;
    if (last == nullptr) {
        node.first = nullptr;
    }
    return node.first == nullptr;
}

void finish(Work& work, std::string_view digest)
{
    prune(work.document.root());
    Finisher(work, digest).finish();
}

}  // namespace mapping
