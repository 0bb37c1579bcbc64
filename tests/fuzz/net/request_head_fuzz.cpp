#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "fhir_models/base/text.hpp"
#include "gateway/net/head.hpp"
#include "gateway/net/request_parser.hpp"

using namespace gateway::net;

namespace {

constexpr std::uint64_t kLimit = 1000;

void require(bool holds)
{
    if (!holds) {
        std::abort();
    }
}

/// What every handler relies on.
void check(const Head& head)
{
    require(head.path.starts_with('/') && head.path.find('\0') == std::string::npos);
    require(base::find_invalid_utf8(head.path) == std::string::npos);
    for (const auto segment : base::split(head.path, '/')) {
        require(segment != "." && segment != "..");
    }
    require(!head.chunked || !head.length);
    const auto hosts = std::ranges::count(head.headers, "host", &Headers::value_type::first);
    require(hosts == 1 && head.headers.size() <= 100);
    for (const auto& [name, value] : head.headers) {
        require(name == base::to_lower_ascii(name));
        require(value.find_first_of("\r\n") == std::string::npos);
    }
}

}  // namespace

/// The way a request takes in a session: bytes, Beast, judge, body.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto end = find_head_end(bytes, 0);
    require(end.at <= size);
    if (end.state != HeadEnd::State::complete) {
        return 0;
    }
    RequestParser parser;
    const auto raw = read_head(parser, bytes.substr(0, end.at));
    if (!raw) {
        return 0;
    }
    const auto head = judge(*raw);
    if (!head) {
        return 0;
    }
    check(*head);
    boost::system::error_code error;
    require(parser.is_done() == (!head->chunked && head->length.value_or(0) == 0));
    parser.body_limit(kLimit);
    parser.eager(true);
    auto rest = bytes.substr(end.at);
    while (!parser.is_done() && !error && !rest.empty()) {
        rest.remove_prefix(parser.put(boost::asio::buffer(rest.data(), rest.size()), error));
    }
    require(!head->chunked || parser.get().body().size() <= kLimit);
    return 0;
}
