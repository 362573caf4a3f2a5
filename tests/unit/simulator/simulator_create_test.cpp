#include "server/simulator/parameters.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>
#include <vector>

namespace sim = waybill::simulator;
using Fields = std::vector<std::pair<std::string, std::string>>;

namespace
{

const sim::Clock::time_point noon = *sim::parse_iso_time("2026-03-31T12:00:00Z");

// A good create with some fields changed; an empty value takes the field away.
int code_for(const Fields& changes)
{
    waybill::webhooks::Form form;
    form.parameters = changes;
    for (const auto& [name, value] : Fields{{"To", "+15551234567"}, {"From", "+15005550006"}, {"Body", "Hello"}})
        if (!form.has(name)) form.parameters.emplace_back(name, value);
    const auto checked = sim::check_create(form, noon);
    const auto* refusal = std::get_if<sim::Refusal>(&checked);
    if (refusal == nullptr) return 0;
    BOOST_CHECK_EQUAL(refusal->http_status, 400);
    return refusal->code;
}

const std::string service = "MG0123456789abcdef0123456789abcdef";

} // namespace

BOOST_AUTO_TEST_SUITE(simulator_create)

BOOST_AUTO_TEST_CASE(the_magic_numbers_of_the_test_credentials_work)
{
    const std::vector<std::tuple<std::string, std::string, int>> table{
        {"From", "+15005550001", 21212}, {"From", "+15005550006", 0},   {"From", "+15005550007", 21606},
        {"From", "+15005550008", 21611}, {"To", "+15005550001", 21211}, {"To", "+15005550002", 21612},
        {"To", "+15005550003", 21408},   {"To", "+15005550004", 21610}, {"To", "+15005550009", 21614},
        {"To", "+15005550010", 0},
    };
    for (const auto& [name, number, code] : table)
        BOOST_TEST_CONTEXT(name << ' ' << number) BOOST_CHECK_EQUAL(code_for({{name, number}}), code);
}

BOOST_AUTO_TEST_CASE(each_parameter_is_checked)
{
    const std::vector<std::pair<Fields, int>> table{
        {{}, 0},
        {{{"To", ""}}, 21604},
        {{{"From", ""}}, 21603},
        {{{"From", ""}, {"MessagingServiceSid", service}}, 0},
        {{{"Body", ""}}, 21602},
        {{{"Body", std::string(1600, 'a')}}, 0},
        {{{"Body", std::string(1601, 'a')}}, 21617},
        {{{"Body", std::string(5000, '\x80')}}, 21617},
        {{{"To", "5551234567"}}, 21211},
        {{{"To", "+05551234567"}}, 21211},
        {{{"To", "+1555123456a"}}, 21211},
        {{{"To", "+1234567890123456"}}, 21211},
        {{{"To", "+15005550006"}}, 21211},
        {{{"From", "hello!"}}, 21212},
        {{{"From", "WAYBILL"}}, 0},
        {{{"From", "12345"}}, 0},
        {{{"From", "1234"}}, 21212},
        {{{"MessagingServiceSid", "MG1"}}, 21705},
        {{{"ValidityPeriod", "36000"}}, 0},
        {{{"ValidityPeriod", "36001"}}, 21624},
        {{{"ValidityPeriod", "soon"}}, 21624},
    };
    for (const auto& [changes, code] : table)
        BOOST_TEST_CONTEXT((changes.empty() ? std::string("nothing") : changes[0].first + '=' + changes[0].second))
    BOOST_CHECK_EQUAL(code_for(changes), code);
}

BOOST_AUTO_TEST_CASE(a_callback_url_must_be_on_loopback_and_well_formed)
{
    const std::vector<std::pair<std::string, int>> table{
        {"http://127.0.0.1:8000/status/17", 0},
        {"http://localhost:8000/status/17?a=b#rc=2", 0},
        {"https://[::1]/status", 0},
        {"http://127.1.2.3:1", 0},
        {"http://example.com/status", 21609},
        {"http://127.0.0.1.example.com/status", 21609},
        {"http://127.0.0.256/status", 21609},
        {"http://127.0.0.1.:80/status", 21609},
        {"http://user:secret@127.0.0.1/status", 21609},
        {"http://127.0.0.1:0/status", 21609},
        {"http://127.0.0.1:70000/status", 21609},
        {"http://127.0.0.1:/status", 21609},
        {"http:///status", 21609},
        {"http://[::1/status", 21609},
        {"ftp://127.0.0.1/status", 21609},
        {"/status/17", 21609},
        {"http://127.0.0.1/a b", 21609},
        {"http://127.0.0.1/" + std::string(4000, 'a'), 21609},
    };
    for (const auto& [url, code] : table)
        BOOST_TEST_CONTEXT(url) BOOST_CHECK_EQUAL(code_for({{"StatusCallback", url}}), code);
}

BOOST_AUTO_TEST_CASE(a_scheduled_message_needs_a_service_and_a_time_within_the_window)
{
    const auto code_at = [](const std::string& time) {
        return code_for({{"MessagingServiceSid", service}, {"ScheduleType", "fixed"}, {"SendAt", time}});
    };
    BOOST_CHECK_EQUAL(code_at("2026-03-31T13:00:00Z"), 0);
    BOOST_CHECK_EQUAL(code_at("2026-03-31T12:04:59Z"), 35114);
    BOOST_CHECK_EQUAL(code_at("2026-05-31T12:00:00Z"), 35114);
    BOOST_CHECK_EQUAL(code_at("tomorrow"), 35114);
    BOOST_CHECK_EQUAL(code_at(""), 35111);
    BOOST_CHECK_EQUAL(code_for({{"ScheduleType", "fixed"}, {"SendAt", "2026-03-31T13:00:00Z"}}), 21603);
}

BOOST_AUTO_TEST_SUITE_END()
