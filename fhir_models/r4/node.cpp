#include "fhir_models/r4/node.hpp"

#include <algorithm>
#include <cstring>
#include <new>

namespace fhir::r4 {
namespace {

constexpr std::size_t kLargestBlock = 1U << 20U;

}  // namespace

const Node* Node::find(std::string_view key) const noexcept
{
    for (const auto& child : *this) {  // names out of the R4 table are mostly the very same bytes
        if (child.name.size() == key.size() &&
            (child.name.data() == key.data() || child.name == key)) {
            return &child;
        }
    }
    return nullptr;
}

Node* Node::find(std::string_view key) noexcept
{
    return const_cast<Node*>(static_cast<const Node*>(this)->find(key));
}

std::string_view Node::text_of(std::string_view key) const noexcept
{
    const auto* child = find(key);
    return child != nullptr && child->kind == Kind::string ? child->text : std::string_view{};
}

const Node* Node::at(std::size_t index) const noexcept
{
    const auto* child = first;
    while (child != nullptr && index-- > 0) {
        child = child->next;
    }
    return child;
}

std::size_t Node::size() const noexcept
{
    std::size_t count = 0;
    for (const auto* child = first; child != nullptr; child = child->next) {
        ++count;
    }
    return count;
}

Document::Document()
{
    root_ = new (allocate(sizeof(Node), alignof(Node))) Node{};
    root_->kind = Kind::object;
}

char* Document::allocate(std::size_t size, std::size_t alignment)
{
    auto padding = (0 - reinterpret_cast<std::uintptr_t>(free_)) & (alignment - 1);  // 2^n
    if (left_ < size + padding) {
        const auto block = std::max(next_block_, size);
        blocks_.push_back(std::make_unique_for_overwrite<char[]>(block));
        free_ = blocks_.back().get();
        left_ = block;
        next_block_ = std::min(next_block_ * 2, kLargestBlock);
        padding = 0;  // operator new[] aligns for every fundamental type
    }
    char* const result = free_ + padding;
    free_ += size + padding;
    left_ -= size + padding;
    return result;
}

Node& Document::add(Node& parent, std::string_view name, Kind kind, std::string_view text)
{
    auto* node = new (allocate(sizeof(Node), alignof(Node))) Node{};
    node->name = name;
    node->text = text;
    node->kind = kind;
    if (parent.last == nullptr) {
        parent.first = node;
    } else {
        parent.last->next = node;
    }
    parent.last = node;
    return *node;
}

Node& Document::add_copy(Node& parent, std::string_view name, const Node& tree)
{
    auto& top = add(parent, keep(name), tree.kind, keep(tree.text));
    top.offset = tree.offset;
    std::vector<std::pair<const Node*, Node*>> open{{&tree, &top}};  // no recursion: depth is data
    while (!open.empty()) {
        const auto [from, to] = open.back();
        open.pop_back();
        for (const auto& child : *from) {
            auto& copy = add(*to, keep(child.name), child.kind, keep(child.text));
            copy.offset = child.offset;
            if (child.first != nullptr) {
                open.emplace_back(&child, &copy);
            }
        }
    }
    return top;
}

std::string_view Document::keep(std::string_view text)
{
    if (text.empty()) {
        return {};
    }
    auto* const copy = allocate(text.size(), 1);
    std::memcpy(copy, text.data(), text.size());
    return {copy, text.size()};
}

std::string_view Document::adopt(std::unique_ptr<char[]> bytes, std::size_t size)
{
    blocks_.push_back(std::move(bytes));
    return {blocks_.back().get(), size};
}

bool Document::remove(Node& parent, const Node& child) noexcept
{
    Node* before = nullptr;
    for (auto* node = parent.first; node != nullptr; before = node, node = node->next) {
        if (node != &child) {
            continue;
        }
        (before == nullptr ? parent.first : before->next) = node->next;
        if (parent.last == node) {
            parent.last = before;
        }
        return true;
    }
    return false;
}

}  // namespace fhir::r4
