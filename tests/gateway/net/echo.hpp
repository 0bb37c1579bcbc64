#pragma once

#include <stdexcept>
#include <string>

#include "gateway/net/http.hpp"

/// Answers "METHOD path?query|body" and, on a few paths, does what its name says.
inline boost::asio::awaitable<gateway::net::Response> echo(gateway::net::Request request)
{
    gateway::net::Response response;
    response.headers.emplace_back("content-type", "text/plain");
    if (request.path == "/throw") {
        throw std::runtime_error("CURP of somebody");
    }
    if (request.path == "/close") {
        response.close = true;
    }
    if (request.path == "/split") {
        response.headers.emplace_back("x-name", "a\r\nset-cookie: b");
    }
    if (request.path == "/large") {
        response.body = std::string(3'000'000, 'x');
        co_return response;
    }
    if (request.path == "/peer") {
        response.body = request.peer.address + " " + std::to_string(request.peer.local_port) + " " +
                        (request.peer.certificate_der.empty() ? "nobody" : "somebody") + " " +
                        request.trace_id;
        co_return response;
    }
    response.body = request.method + " " + request.path + "?" + request.query + "|" + request.body;
    co_return response;
}
