#pragma once

#include <algorithm>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/optional.hpp>
#include <cstdint>
#include <string>

namespace gateway::net {

/// A Beast body kept in a string that takes memory as bytes arrive, not as Content-Length promises:
/// a thousand promises of 64 MiB cost nothing.
struct GrowingBody {
    using value_type = std::string;

    static std::uint64_t size(const value_type& body) { return body.size(); }

    class reader {
    public:
        template <bool isRequest, class Fields>
        reader(boost::beast::http::header<isRequest, Fields>&, value_type& body) : body_(body)
        {
        }

        void init(const boost::optional<std::uint64_t>& length, boost::beast::error_code& error)
        {
            constexpr std::uint64_t most = 64 * 1024;
            body_.reserve(static_cast<std::size_t>(std::min(length.value_or(0), most)));
            error = {};
        }

        template <class ConstBufferSequence>
        std::size_t put(const ConstBufferSequence& buffers, boost::beast::error_code& error)
        {
            const auto before = body_.size();
            for (const auto part : boost::beast::buffers_range_ref(buffers)) {
                body_.append(static_cast<const char*>(part.data()), part.size());
            }
            error = {};
            return body_.size() - before;
        }

        void finish(boost::beast::error_code& error) { error = {}; }

    private:
        value_type& body_;
    };
};

}  // namespace gateway::net
