#include "server/access/sign_in_delay.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>

namespace waybill::access
{

namespace
{

struct Rule
{
    int free_failures; // people mistype
    std::chrono::seconds longest;
};

constexpr Rule rule_of(Counted what)
{
    switch (what) {
    case Counted::account_and_address:
        return {3, std::chrono::minutes(15)};
    case Counted::address:
        return {20, std::chrono::minutes(15)};
    case Counted::account:
        return {10, std::chrono::seconds(30)}; // longer would let strangers lock people out
    }
    return {0, std::chrono::seconds(0)};
}

// One subscriber has a whole /64.
std::string network_of(std::string_view text)
{
    boost::system::error_code error;
    const auto address = boost::asio::ip::make_address(std::string(text), error);
    if (error || !address.is_v6()) return std::string(text);
    if (address.to_v6().is_v4_mapped())
        return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6()).to_string();
    auto bytes = address.to_v6().to_bytes();
    std::fill(bytes.begin() + 8, bytes.end(), 0);
    return boost::asio::ip::address_v6(bytes).to_string() + "/64";
}

} // namespace

std::vector<FailureCount> counts_of(std::string_view email, std::string_view address, bool is_known_browser)
{
    const std::string account(email);
    const std::string network = network_of(address);
    std::vector<FailureCount> counts = {{Counted::account_and_address, "both " + account + " " + network},
                                        {Counted::address, "address " + network}};
    if (!is_known_browser) counts.push_back({Counted::account, "account " + account});
    return counts;
}

std::chrono::seconds delay_after(Counted what, int failures)
{
    const Rule rule = rule_of(what);
    if (failures < rule.free_failures) return std::chrono::seconds(0);
    const int doublings = std::min(failures - rule.free_failures, 20);
    return std::min(std::chrono::seconds(1LL << doublings), rule.longest);
}

} // namespace waybill::access
