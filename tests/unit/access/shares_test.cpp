#include "server/access/limits.hpp"
#include "server/http/refusal.hpp"

#include <boost/test/unit_test.hpp>

#include <vector>

using namespace waybill;

namespace
{

int refusal_of(const access::Shares& shares, const std::string& principal)
{
    try {
        shares.take(principal);
        return 0;
    }
    catch (const http::Refusal& refusal) {
        return refusal.response().status;
    }
}

} // namespace

BOOST_AUTO_TEST_SUITE(access_shares)

BOOST_AUTO_TEST_CASE(a_principal_that_has_its_share_keeps_no_other_out)
{
    const access::Shares shares(5, 2, "exports");
    std::vector<std::shared_ptr<void>> held{shares.take("key:a"), shares.take("key:a")};
    BOOST_TEST(refusal_of(shares, "key:a") == 429);
    BOOST_TEST(refusal_of(shares, "key:b") == 0);
    held.push_back(shares.take("key:b"));
    held.push_back(shares.take("key:b"));
    held.push_back(shares.take("key:c"));
    BOOST_TEST(refusal_of(shares, "key:d") == 503);
    held.erase(held.begin());
    BOOST_TEST(refusal_of(shares, "key:a") == 0);
}

BOOST_AUTO_TEST_CASE(what_is_under_way_may_outlive_its_shares)
{
    std::shared_ptr<void> held;
    {
        const access::Shares shares(1, 1, "exports");
        held = shares.take("key:a");
    }
    held.reset();
}

BOOST_AUTO_TEST_SUITE_END()
