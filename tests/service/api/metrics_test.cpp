#include "tests/support/polling.hpp"
#include "tests/support/service.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <set>
#include <sstream>
#include <string>

using namespace waybill;
using test::CampaignUpload;
using test::lapsed_customers;

namespace
{

struct Sample
{
    std::string name, labels;
    double value = 0;
};

Sample sample_of(const std::string& line)
{
    const std::size_t space = line.rfind(' '), brace = line.find('{');
    Sample sample;
    sample.name = line.substr(0, std::min(brace, space));
    if (brace != std::string::npos) sample.labels = line.substr(brace + 1, space - brace - 2);
    sample.value = std::stod(line.substr(space + 1));
    return sample;
}

bool ends_as(const std::string& name, const std::string& family, std::initializer_list<const char*> suffixes)
{
    return std::ranges::any_of(suffixes, [&](const char* suffix) { return name == family + suffix; });
}

void check_name(const std::string& family, const std::string& type)
{
    BOOST_TEST(family.starts_with("waybill_"), family);
    BOOST_TEST(family.ends_with("_total") == (type == "counter"), family << " is a " << type);
    BOOST_TEST((std::set<std::string>{"counter", "gauge", "summary", "histogram"}.contains(type)), type);
}

void check_sample(const Sample& sample, const std::string& family, const std::string& type)
{
    if (type == "histogram")
        BOOST_TEST(ends_as(sample.name, family, {"_bucket", "_sum", "_count"}), sample.name);
    else if (type == "summary")
        BOOST_TEST(ends_as(sample.name, family, {"", "_sum", "_count"}), sample.name);
    else
        BOOST_TEST(sample.name == family);
}

// What `promtool check metrics` looks for.
std::map<std::string, double> read_page(const std::string& page)
{
    std::map<std::string, double> samples;
    std::set<std::string> families;
    std::string line, helped, family, type;
    for (std::istringstream lines(page); std::getline(lines, line);) {
        std::istringstream words(line);
        std::string mark, what, name;
        words >> mark >> what >> name;
        if (line.starts_with("# HELP ")) {
            helped = name;
            BOOST_TEST(line.size() > std::string("# HELP  ").size() + name.size(), line);
        }
        else if (line.starts_with("# TYPE ")) {
            BOOST_TEST(name == helped);
            BOOST_TEST(families.insert(name).second, name << " comes twice");
            family = name;
            words >> type;
            check_name(family, type);
        }
        else {
            const Sample sample = sample_of(line);
            check_sample(sample, family, type);
            BOOST_TEST(samples.emplace(sample.name + "{" + sample.labels + "}", sample.value).second, line);
        }
    }
    return samples;
}

} // namespace

BOOST_AUTO_TEST_SUITE(metrics_route)

BOOST_AUTO_TEST_CASE(the_page_is_clean_and_counts_routes_errors_pauses_and_the_budget)
{
    const test::TestDatabase database;
    test::ServiceOptions options;
    options.settings.daily_budget = 100'000; // 10 USD
    options.settings.pause_filtered_percent = options.settings.pause_failed_percent = 0;
    options.simulation.undelivered_share = 1;
    test::Service service(database, options);
    const auto created = service.created(CampaignUpload().file(lapsed_customers(20)));
    service.wait_until_final(created.at("campaignId").as_string());
    service.twilio().wait_until_quiet();
    database.exec("insert into senders (sender, paused_at, pause_reason, probe_at) "
                  "values ('+15550001234', now(), 'Refused', now() + interval '1 hour')");
    database.exec(
        "insert into endpoints (url, description, secret, kinds) values ('https://shop.example.com/', '', '', "
        "'{campaign.paused}'); insert into endpoint_progress (endpoint_id, position, leased_by, leased_until) "
        "select id, 0, 'another process', now() + interval '1 hour' from endpoints");
    std::map<std::string, double> samples;
    const auto value_of = [&](const std::string& sample) { return samples.count(sample) ? samples[sample] : -1; };
    test::wait_until("PostgreSQL has reported what stands still", [&] {
        samples = read_page(service.get("/metrics").body);
        return value_of("waybill_paused{scope=\"sender\"}") == 1 && value_of("waybill_event_lag_seconds{}") > 0;
    });
    BOOST_TEST(value_of("waybill_paused{scope=\"account\"}") == 0);
    BOOST_TEST(value_of("waybill_paused{scope=\"campaign\"}") >= 0);
    BOOST_TEST(value_of("waybill_endpoints{state=\"enabled\"}") == 1);
    BOOST_TEST(value_of("waybill_daily_budget_dollars{}") == 10);
    BOOST_TEST(value_of("waybill_daily_budget_left_dollars{}") < 10);
    double errors = 0;
    for (const auto& [sample, value] : samples)
        if (sample.starts_with("waybill_errors_total{")) errors += value;
    BOOST_TEST(errors >= 20);
    const std::string route =
        "waybill_http_request_duration_seconds_bucket{method=\"POST\",route=\"/api/campaigns/sms\"";
    BOOST_TEST(value_of(route + ",le=\"0.0005\"}") == 0);
    BOOST_TEST(value_of(route + ",le=\"+Inf\"}") == 1);
    BOOST_TEST(
        value_of(
            "waybill_http_request_duration_seconds_count{method=\"POST\",route=\"/webhooks/twilio/status/{id}\"}") >=
        20);
}

BOOST_AUTO_TEST_SUITE_END()
