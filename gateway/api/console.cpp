#include <array>

#include "gateway/api/endpoints.hpp"
#include "gateway/api/reply.hpp"
#include "gateway/runtime/offload.hpp"

namespace gateway::api {
namespace {

constexpr std::string_view kHead = R"(<!doctype html>
<html lang="es"><head><meta charset="utf-8"><title>Puente: intercambios</title>
<style>body{font:15px/1.5 system-ui,sans-serif;margin:2rem}table{border-collapse:collapse}
th,td{text-align:left;padding:.3rem .8rem;border-bottom:1px solid #ddd}
.rejected,.dead{color:#a00}.completed{color:#060}code{font-size:13px}</style></head><body>
<h1>Intercambios</h1>
<p>Los cien más recientes. Aquí no hay datos de personas; la evidencia se verifica sin esta pasarela.</p>
<table><tr><th>recibido<th>de<th>para<th>qué<th>finalidad<th>estado<th>fuerza<th>evidencia</tr>
)";

void append_escaped(std::string& out, std::string_view text)
{
    for (const char c : text) {
        switch (c) {
            case '&':
                out.append("&amp;");
                break;
            case '<':
                out.append("&lt;");
                break;
            case '>':
                out.append("&gt;");
                break;
            case '"':
                out.append("&quot;");
                break;
            default:
                out.push_back(c);
        }
    }
}

void append_row(std::string& out, const core::Exchange& exchange)
{
    const auto state = std::string(core::to_text(exchange.state));
    const std::array<std::string, 6> cells{
        base::to_rfc3339(exchange.received),
        exchange.sender,
        exchange.receiver,
        exchange.profile,
        exchange.purpose,
        exchange.code.empty() ? state : state + " " + exchange.code};
    out.append("<tr class=\"").append(state).append("\">");
    for (const auto& cell : cells) {
        out.append("<td>");
        append_escaped(out, cell);
    }
    out.append("<td>");
    append_escaped(out, exchange.strength);
    out.append("<td><a href=\"/exchanges/")
        .append(exchange.id)
        .append("/evidence\"><code>")
        .append(exchange.id)
        .append("</code></a></tr>\n");
}

}  // namespace

boost::asio::awaitable<net::Response> show_console(Call call)
{
    if (!call.caller->has_role("auditor") && !call.caller->has_role("privacy-officer")) {
        const auto error = base::fail(
            base::Errc::not_permitted, "/console",
            {"un auditor o un oficial de privacidad", "an auditor or a privacy officer"});
        co_return refuse(call.request, error.value());
    }
    auto find = [&call] {
        return call.services.store.list_exchanges(
            {.party = {}, .state = {}, .before = {}, .limit = 100});
    };
    const auto exchanges = co_await runtime::offload(call.services.work, std::move(find));
    if (!exchanges) {
        co_return refuse(call.request, exchanges.error());
    }
    std::string page(kHead);
    for (const auto& exchange : *exchanges) {
        append_row(page, exchange);
    }
    page.append("</table></body></html>\n");
    auto response = reply(200, "text/html; charset=utf-8", std::move(page));
    response.headers.emplace_back("content-security-policy",
                                  "default-src 'none'; style-src 'unsafe-inline'");
    co_return response;
}

}  // namespace gateway::api
