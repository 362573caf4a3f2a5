#pragma once

#include "server/http/client/client.hpp"
#include "tests/support/coroutine.hpp"
#include "tests/support/scripted_peer.hpp"

#include <boost/test/unit_test.hpp>

#include <memory>
#include <string>

namespace waybill::test
{

namespace asio = boost::asio;

using http::ClientFailure;
using http::ClientResponse;
using http::ClientResult;

inline constexpr std::string_view ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

// A client of its own loop, and the two ways in which a request can end.
struct OneClient
{
    http::ClientRequest request{"GET", "/path?x=1", {}, ""};
    http::ClientOptions options;
    asio::io_context loop;

    std::unique_ptr<http::Client> make_client(const std::string& origin)
    {
        return std::make_unique<http::Client>(loop.get_executor(), origin, options);
    }

    ClientResult send(http::Client& client) { return test::run(loop, client.send(request)); }

    ClientResponse response(http::Client& client)
    {
        auto result = send(client);
        if (auto* failure = std::get_if<ClientFailure>(&result)) BOOST_FAIL("no response: " << failure->reason);
        return std::get<ClientResponse>(std::move(result));
    }

    ClientFailure failure(http::Client& client)
    {
        auto result = send(client);
        if (auto* got = std::get_if<ClientResponse>(&result)) BOOST_FAIL("a response: " << got->status);
        return std::get<ClientFailure>(std::move(result));
    }
};

// Answers every request of every connection alike.
inline ScriptedPeer::Script always(std::string answer)
{
    return [answer](PeerConnection& connection, int) {
        while (!connection.read_request().empty())
            connection.write(answer);
    };
}

// Answers one request and ends the connection.
inline ScriptedPeer::Script once(std::string answer)
{
    return [answer](PeerConnection& connection, int) {
        connection.read_request();
        connection.write(answer);
    };
}

} // namespace waybill::test
