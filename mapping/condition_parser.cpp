#include <algorithm>
#include <memory>

#include "fhir_models/base/text.hpp"
#include "mapping/condition_tokens.hpp"

namespace mapping {
namespace {

using base::Errc;
using Kind = Condition::Kind;
using Order = Condition::Order;
using Node = Condition::Node;

/// Recursive descent over the tokens; depth is bounded by kDeepest.
class Parser {
public:
    Parser(std::vector<Token> tokens, const std::optional<Operand>& self, std::vector<Node>& nodes)
        : tokens_(std::move(tokens)), last_(self), nodes_(nodes)
    {
    }

    std::optional<std::uint32_t> parse()
    {
        const auto root = any();
        while (root && peek().is(")")) {
            return std::nullopt;
        }
        return root && peek().kind == Token::Kind::end ? root : std::nullopt;
    }

    [[nodiscard]] std::size_t at() const { return peek().at; }

private:
    static constexpr int kDeepest = 64;

    std::optional<std::uint32_t> any()
    {
        auto left = all();
        while (left && accept("OR")) {
            left = join(Kind::any, left, all());
        }
        return left;
    }

    std::optional<std::uint32_t> all()
    {
        auto left = unary();
        for (;;) {
            const bool next = accept("AND") || starts_operand() || starts_bare_test();
            if (!left || !next) {
                return left;
            }
            left = join(Kind::all, left, unary());
        }
    }

    std::optional<std::uint32_t> unary()
    {
        while (accept("IF")) {
        }
        if (depth_ > kDeepest) {
            return std::nullopt;
        }
        for (const auto& [word, kind] :
             {std::pair{"TRANSLATED", Kind::translated}, {"UNMAPPED", Kind::unmapped}}) {
            if (accept(word)) {
                Node node;
                node.kind = kind;
                return add(node);
            }
        }
        if (peek().is("NOT") && (peek(1).is("(") || peek(1).is("TRANSLATED") ||
                                 peek(1).is("UNMAPPED") || peek(1).kind == Token::Kind::operand)) {
            accept("NOT");
            ++depth_;
            const auto inner = unary();
            --depth_;
            return inner ? join(Kind::none, inner, inner) : std::nullopt;
        }
        if (accept("(")) {
            ++depth_;
            const auto inner = any();
            --depth_;
            // The guide leaves one bracket open at the end of a condition: taken as closed there.
            if (!inner || (!accept(")") && peek().kind != Token::Kind::end)) {
                return std::nullopt;
            }
            return inner;
        }
        return tests();
    }

    /// One test, or operands that share the test of the last one: "A AND B AND C NOT VALUED".
    std::optional<std::uint32_t> tests()
    {
        std::vector<std::pair<Operand, Kind>> bare;
        while (peek().kind == Token::Kind::operand && (peek(1).is("AND") || peek(1).is("OR")) &&
               shares()) {
            bare.emplace_back(peek().operand, peek(1).is("AND") ? Kind::all : Kind::any);
            position_ += 2;
            while (accept("IF")) {
            }
        }
        if (peek().kind == Token::Kind::operand) {
            last_ = peek().operand;
            ++position_;
        }
        if (!last_) {
            return std::nullopt;
        }
        Node node;
        node.operand = *last_;
        if (!test(node)) {
            return std::nullopt;
        }
        auto root = add(node);
        for (auto item = bare.rbegin(); item != bare.rend(); ++item) {
            node.operand = item->first;
            root = *join(item->second, add(node), root);
        }
        return root;
    }

    /// A bare operand shares only with a plain operand after it.
    [[nodiscard]] bool shares() const
    {
        std::size_t i = 2;
        while (peek(i).is("IF")) {
            ++i;
        }
        return peek(i).kind == Token::Kind::operand;
    }

    bool test(Node& node)
    {
        while (accept("IS") || accept("DOES") || accept("ARE")) {
        }
        node.negated = accept("NOT");
        if (accept("VALUED") || accept("VALUE") || accept("EXIST") || accept("EXISTS")) {
            node.kind = Kind::valued;
            return true;
        }
        if (accept("EMPTY")) {
            node.kind = Kind::valued;
            node.negated = !node.negated;
            return true;
        }
        if (accept("IN")) {
            return list(node);
        }
        if (accept("SHAPED")) {
            node.kind = Kind::shaped;
            return literal(node);
        }
        if (accept("LENGTH")) {
            node.kind = Kind::length;
            return comparison(node) && number(node);
        }
        if (accept("LST.COUNT") || accept("COUNT")) {
            node.kind = Kind::count;
            return comparison(node) && number(node);
        }
        const bool compared = comparison(node);
        if (peek().kind == Token::Kind::text && node.order == Order::equal) {
            node.kind = Kind::in;
            return literal(node);
        }
        if (compared && peek().kind == Token::Kind::operand && node.order == Order::equal) {
            node.kind = Kind::equals_place;
            node.other = peek().operand;
            ++position_;
            return true;
        }
        node.kind = Kind::number;
        return compared && number(node);
    }

    bool comparison(Node& node)
    {
        bool any = false;
        while (accept("IS")) {
            any = true;
        }
        if (accept("NOT")) {
            node.negated = !node.negated;
            any = true;
        }
        if (accept("!=")) {
            node.negated = !node.negated;
            return true;
        }
        if (accept("EQUALS") || accept("EQUAL") || accept("=")) {
            accept("TO");
            return true;
        }
        if (accept("LESS") || accept("<")) {
            accept("THAN");
            node.order = or_equal() ? Order::less_equal : Order::less;
            return true;
        }
        if (accept("GREATER") || accept(">")) {
            accept("THAN");
            node.order = or_equal() ? Order::greater_equal : Order::greater;
            return true;
        }
        return any;
    }

    bool or_equal()
    {
        if (accept("=")) {
            return true;
        }
        if (!accept("OR")) {
            return false;
        }
        return accept("EQUALS") || accept("EQUAL");
    }

    bool literal(Node& node)
    {
        if (peek().kind != Token::Kind::text) {
            return false;
        }
        node.values.push_back(peek().text);
        ++position_;
        return true;
    }

    bool number(Node& node)
    {
        const auto bound = base::to_size(peek().text);
        if (!bound || peek().kind == Token::Kind::end) {
            return false;
        }
        node.bound = *bound;
        ++position_;
        return true;
    }

    bool list(Node& node)
    {
        node.kind = Kind::in;
        if (!accept("(") || !literal(node)) {
            return false;
        }
        while (accept(",")) {
            if (!literal(node)) {
                return false;
            }
        }
        return accept(")");
    }

    [[nodiscard]] bool starts_operand() const { return peek().kind == Token::Kind::operand; }

    /// "X IS VALUED NOT EQUAL Y": a second test of the same operand.
    [[nodiscard]] bool starts_bare_test() const
    {
        return peek().is("NOT") || peek().is("IF") || peek().is("TRANSLATED") ||
               peek().is("UNMAPPED") || peek().is("EQUALS") || peek().is("IN");
    }

    std::uint32_t add(const Node& node)
    {
        nodes_.push_back(node);
        return static_cast<std::uint32_t>(nodes_.size() - 1);
    }

    std::optional<std::uint32_t> join(Kind kind, std::optional<std::uint32_t> left,
                                      std::optional<std::uint32_t> right)
    {
        if (!left || !right) {
            return std::nullopt;
        }
        Node node;
        node.kind = kind;
        node.left = *left;
        node.right = *right;
        return add(node);
    }

    [[nodiscard]] const Token& peek(std::size_t ahead = 0) const
    {
        return tokens_[std::min(position_ + ahead, tokens_.size() - 1)];
    }

    bool accept(std::string_view word)
    {
        if (!peek().is(word)) {
            return false;
        }
        ++position_;
        return true;
    }

    std::vector<Token> tokens_;
    std::optional<Operand> last_;
    std::vector<Node>& nodes_;
    std::size_t position_ = 0;
    int depth_ = 0;
};

base::Failure refuse(std::size_t at)
{
    return base::fail(Errc::malformed_package, "character " + std::to_string(at + 1),
                      {"una condición del lenguaje de reglas", "a condition of the rule language"});
}

}  // namespace

base::Result<Condition> Condition::parse(std::string_view text, const std::optional<Operand>& self)
{
    Condition condition;
    if (base::trim(text).empty()) {
        return condition;
    }
    auto tokens = tokenize(text);
    if (!tokens) {
        return refuse(tokens.error());
    }
    Parser parser(*std::move(tokens), self, condition.nodes_);
    const auto root = parser.parse();
    if (!root) {
        return refuse(parser.at());
    }
    condition.root_ = *root;
    return condition;
}

}  // namespace mapping
