#include "server/http/server/proxy_header.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace waybill::http;
using State = ProxyHeader::State;
using namespace std::string_literals;

namespace
{

const std::string signature = "\r\n\r\n\0\r\nQUIT\n"s;

std::string size_of(const std::string& block)
{
    return {static_cast<char>(block.size() >> 8U), static_cast<char>(block.size() & 0xFFU)};
}

std::string binary(char command, char family, const std::string& block)
{
    return signature + command + family + size_of(block) + block;
}

const std::string v4_block = "\xC6\x33\x64\x01\xCB\x00\x71\x07\xDC\x04\x01\xBB"s;
const std::string v6_block =
    "\x20\x01\x0D\xB8"s + std::string(11, '\0') + "\x01" + std::string(15, '\0') + "\x01" + "\xDC\x04\x01\xBB"s;
const std::string by_tls = "\x20\x00\x05\x01\x00\x00\x00\x00"s, without_tls = "\x20\x00\x05\x00\x00\x00\x00\x00"s;
const ProxiedConnection v4{"198.51.100.1", "203.0.113.7", 56'324, 443, false};
const ProxiedConnection v6{"2001:db8::1", "::1", 56'324, 443, false};

} // namespace

BOOST_AUTO_TEST_SUITE(proxy_header)

BOOST_AUTO_TEST_CASE(both_versions_name_the_connection_that_the_proxy_accepted)
{
    ProxiedConnection v4_by_tls = v4;
    v4_by_tls.https = true;
    const std::vector<std::pair<std::string, std::optional<ProxiedConnection>>> table{
        {"PROXY TCP4 198.51.100.1 203.0.113.7 56324 443\r\n", v4},
        {"PROXY TCP6 2001:db8::1 ::1 56324 443\r\n", v6},
        {"PROXY UNKNOWN\r\n", {}},
        {"PROXY UNKNOWN ffff::1 ffff::2 65535 65535\r\n", {}},
        {binary('\x21', '\x11', v4_block), v4},
        {binary('\x21', '\x21', v6_block), v6},
        {binary('\x21', '\x11', v4_block + by_tls), v4_by_tls},
        {binary('\x21', '\x11', v4_block + "\x04\x00\x02xx"s + without_tls), v4},
        {binary('\x20', '\x00', ""), {}},
        {binary('\x20', '\x11', v4_block), {}}, // a health check of the proxy
        {binary('\x21', '\x00', "xyz"), {}}};
    for (const auto& [bytes, connection] : table) {
        const ProxyHeader header = read_proxy_header(bytes + "GET / HTTP/1.1\r\n\r\n");
        BOOST_TEST((header.state == State::complete), bytes);
        BOOST_TEST(header.size == bytes.size());
        BOOST_TEST((header.connection == connection), bytes);
        for (std::size_t size = 0; size < bytes.size(); ++size)
            BOOST_TEST((read_proxy_header(bytes.substr(0, size)).state == State::incomplete), size);
    }
}

BOOST_AUTO_TEST_CASE(anything_else_is_malformed)
{
    for (const std::string& bytes : {"GET / HTTP/1.1\r\n"s,
                                     "\x16\x03\x01\x02"s, // TLS
                                     "PROXY TCP4 198.51.100.1 203.0.113.7 56324\r\n"s,
                                     "PROXY TCP4 198.51.100.1 203.0.113.7 56324 443 x\r\n"s,
                                     "PROXY TCP4  198.51.100.1 203.0.113.7 56324 443\r\n"s,
                                     "PROXY TCP4 2001:db8::1 ::1 56324 443\r\n"s,
                                     "PROXY TCP6 198.51.100.1 203.0.113.7 56324 443\r\n"s,
                                     "PROXY TCP4 198.51.100.1 203.0.113.7 65536 443\r\n"s,
                                     "PROXY TCP4 198.51.100.1 203.0.113.7 056 443\r\n"s,
                                     "PROXY TCP4 198.51.100.1 203.0.113.7 -1 443\r\n"s,
                                     "PROXY UDP4 198.51.100.1 203.0.113.7 1 443\r\n"s,
                                     "PROXY UNKNOWNX\r\n"s,
                                     "proxy TCP4 198.51.100.1 203.0.113.7 1 443\r\n"s,
                                     "PROXY TCP4 " + std::string(100, '1'),
                                     signature + "\x11\x11" + size_of(v4_block) + v4_block, // version 1
                                     binary('\x22', '\x11', v4_block),
                                     binary('\x21', '\x12', v4_block),              // UDP
                                     binary('\x21', '\x31', std::string(216, 'x')), // Unix
                                     binary('\x21', '\x11', v4_block.substr(1)),
                                     binary('\x21', '\x21', v4_block),
                                     binary('\x21', '\x11', v4_block + "\x20\x00\x09\x01"s),
                                     binary('\x21', '\x11', v4_block + "\x20"),
                                     signature + "\x21\x11\xFF\xFF"s})
        BOOST_TEST((read_proxy_header(bytes).state == State::malformed), bytes);
}

BOOST_AUTO_TEST_SUITE_END()
