#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace fhir::r4 {

enum class Kind : std::uint8_t { null, boolean, number, string, array, object };

/// One value of a FHIR tree: a property of an object, an item of an array, or the root.
///
/// Order is kept, numbers are text from end to end ("1.10" is not "1.1").
/// Owns: nothing; nodes and texts live in their Document and move with it.
struct Node {
    std::string_view name;  ///< property name; empty for array items and the root
    std::string_view text;  ///< string without escapes, number as written, "true" or "false"
    Node* first = nullptr;  ///< first child of an object or array
    Node* last = nullptr;
    Node* next = nullptr;      ///< next sibling
    std::uint32_t offset = 0;  ///< byte in the JSON it was read from; 0 when it was built
    Kind kind = Kind::null;

    /// The property `key` of an object; nullptr when there is none.
    [[nodiscard]] const Node* find(std::string_view key) const noexcept;
    [[nodiscard]] Node* find(std::string_view key) noexcept;

    /// The text of the string property `key`; empty when there is none.
    [[nodiscard]] std::string_view text_of(std::string_view key) const noexcept;

    /// The `index`-th child; nullptr when there are fewer.
    [[nodiscard]] const Node* at(std::size_t index) const noexcept;
    [[nodiscard]] std::size_t size() const noexcept;  ///< number of children; linear

    template <class N>
    struct Iterator {
        N* node;
        N& operator*() const noexcept { return *node; }
        N* operator->() const noexcept { return node; }
        Iterator& operator++() noexcept
        {
            node = node->next;
            return *this;
        }
        friend bool operator==(const Iterator&, const Iterator&) = default;
    };
    [[nodiscard]] Iterator<const Node> begin() const noexcept { return {first}; }
    [[nodiscard]] Iterator<const Node> end() const noexcept { return {nullptr}; }
    [[nodiscard]] Iterator<Node> begin() noexcept { return {first}; }
    [[nodiscard]] Iterator<Node> end() noexcept { return {nullptr}; }
};

/// A tree and the memory it lives in.
///
/// Owns:     its nodes and every text given to keep().
/// Threads:  one at a time; reading from many is safe when none writes.
class Document {
public:
    Document();
    Document(Document&&) noexcept = default;
    Document& operator=(Document&&) noexcept = default;
    Document(const Document&) = delete;
    Document& operator=(const Document&) = delete;
    ~Document() = default;

    [[nodiscard]] Node& root() noexcept { return *root_; }
    [[nodiscard]] const Node& root() const noexcept { return *root_; }

    /// Appends a child to `parent`, a node of this document. `name` and `text` are not copied:
    /// literals, or views of this document's own memory (see keep).
    Node& add(Node& parent, std::string_view name, Kind kind, std::string_view text = {});

    /// Appends a deep copy of `tree` (of any document) to `parent`, under `name`.
    Node& add_copy(Node& parent, std::string_view name, const Node& tree);

    /// Copies `text` into this document and gives the view of the copy.
    [[nodiscard]] std::string_view keep(std::string_view text);

    /// Makes `bytes` part of this document's memory without copying; the view stays valid.
    std::string_view adopt(std::unique_ptr<char[]> bytes, std::size_t size);

    /// Removes `child` from `parent`; true when it was there. Its memory stays with the document.
    static bool remove(Node& parent, const Node& child) noexcept;

private:
    [[nodiscard]] char* allocate(std::size_t size, std::size_t alignment);

    std::vector<std::unique_ptr<char[]>> blocks_;
    char* free_ = nullptr;
    std::size_t left_ = 0;
    std::size_t next_block_ = 4096;
    Node* root_ = nullptr;
};

}  // namespace fhir::r4
