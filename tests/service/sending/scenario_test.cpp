#include "server/text/money.hpp"
#include "tests/support/polling.hpp"
#include "tests/support/service.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <map>
#include <set>
#include <vector>

using namespace waybill;
using test::CampaignUpload;
using test::Service;
using test::ServiceOptions;
using test::TestDatabase;

namespace json = boost::json;

namespace
{

std::string text_of(const json::object& object, std::string_view name)
{
    return std::string(object.at(name).as_string());
}

// A spreadsheet as restaurants have them: byte order mark, CRLF, quotes, line breaks, accents, emoji, empty lines. Of
// every 56 rows 50 are to be sent; two are customers who ordered lately and four are faulty.
class Spreadsheet
{
public:
    explicit Spreadsheet(int rows)
    {
        csv = "\xEF\xBB\xBF Last_Order_Date ,\"customer_name\",PHONE_NUMBER,dish\r\n";
        for (int row = 1; row <= rows; ++row)
            add(row);
    }

    std::string csv;
    std::map<int, std::string> faults; // by row
    std::map<std::string, int> sent;   // number -> row

private:
    void add(int row)
    {
        const std::string number = std::to_string(2'125'550'000 + row);
        switch (row % 56) {
        case 7:
            return add_fault(row, "2020-01-31,Ann,555-0" + std::to_string(row), "Invalid phone number format");
        case 17:
            return add_fault(row, "soon,Bob," + number, "Invalid date format (expected YYYY-MM-DD)");
        case 27:
            return add_fault(row, "2020-01-31,  ," + number, "Missing required fields: customer_name");
        case 37: {
            const std::string before = "+1 (212) 555-" + std::to_string(10'000 + row - 5).substr(1);
            return add_fault(row, "2020-01-31,Eve," + before, "Duplicate of row " + std::to_string(row - 5));
        }
        case 42:
        case 43:
            return add_line("2999-01-01,Lately," + number);
        default:
            sent.emplace("+1" + number, row);
            return add_line("2020-01-31," + name_of(row) + "," + number);
        }
    }

    void add_fault(int row, const std::string& line, const std::string& message)
    {
        faults.emplace(row, message);
        add_line(line);
    }

    void add_line(const std::string& line)
    {
        csv += line + ",Crème caramel\r\n";
        if (csv.size() % 7 == 0) csv += "\r\n";
    }

    static std::string name_of(int row)
    {
        static constexpr std::array<std::string_view, 7> names{"John",
                                                               "\"O'Brien, \"\"Bob\"\" Jr.\"",
                                                               "Zoë",
                                                               "José Ñandú",
                                                               "Łukasz Żółć",
                                                               "\U0001F355 Fan",
                                                               "\"Two\r\nlines\""};
        return std::string(names[static_cast<std::size_t>(row) % names.size()]);
    }
};

// What the simulated Twilio has accepted, by recipient; each at most once.
std::map<std::string, json::object> ledger_of(Service& service)
{
    std::map<std::string, json::object> ledger;
    for (json::object& line : service.twilio().ledger()) {
        const std::string to = text_of(line, "to");
        BOOST_TEST(ledger.emplace(to, std::move(line)).second, to << " was texted twice");
    }
    return ledger;
}

void check_messages(const std::vector<json::object>& messages, const Spreadsheet& sheet,
                    std::map<std::string, json::object> ledger)
{
    BOOST_TEST(messages.size() == sheet.sent.size());
    for (const json::object& message : messages) {
        const std::string to = text_of(message, "to");
        const json::object& reported = ledger.at(to);
        BOOST_TEST(message.at("row").as_int64() == sheet.sent.at(to), to);
        BOOST_TEST(message.at("sid") == reported.at("sid"), to);
        BOOST_TEST(message.at("status") == reported.at("status"), to);
        BOOST_TEST(message.at("errorCode") == reported.at("error_code"), to);
        BOOST_TEST(text_of(message, "body").size() == reported.at("body_length").to_number<std::size_t>(), to);
    }
}

std::int64_t count_status(const std::vector<json::object>& messages, std::string_view status)
{
    return std::ranges::count_if(messages, [&](const auto& message) { return text_of(message, "status") == status; });
}

void check_figures(const json::object& metrics, const std::vector<json::object>& messages)
{
    std::int64_t segments = 0;
    for (const json::object& message : messages)
        segments += message.at("segments").as_int64();
    BOOST_TEST(segments > static_cast<std::int64_t>(messages.size())); // the emoji cost more than one
    BOOST_TEST(text_of(metrics, "totalCost") == text::dollars(segments * 75));
    BOOST_TEST(text_of(metrics, "estimatedCost") == text_of(metrics, "totalCost"));
    for (const char* status : {"delivered", "undelivered"})
        BOOST_TEST(metrics.at(status).as_int64() == count_status(messages, status), status);
    std::int64_t errors = 0;
    for (const json::value& error : metrics.at("errors").as_array())
        errors += error.at("count").as_int64();
    BOOST_TEST(errors == metrics.at("undelivered").as_int64());
    BOOST_TEST(errors > 0);
}

} // namespace

BOOST_AUTO_TEST_SUITE(scenario)

BOOST_AUTO_TEST_CASE(a_thousand_recipients_end_in_the_right_state_exactly_once)
{
    TestDatabase database;
    ServiceOptions options;
    options.simulation.undelivered_share = 0.05;
    options.simulation.duplicate_share = 0.1;
    options.simulation.reorder_share = 0.2;
    options.simulation.early_share = 0.05;
    options.simulation.callback_latency = std::chrono::milliseconds(10);
    Service service(database, options);
    const Spreadsheet sheet(1'120);
    const json::object data = service.created(
        CampaignUpload()
            .with(
                "message",
                "Hi {customer_name}! {dish} at {restaurant_name} is on us this weekend: {offer} with code {offer_code}")
            .file(sheet.csv));
    BOOST_TEST(data.at("lapsedCustomersFound").as_int64() == 1'000);
    BOOST_TEST(data.at("totalCustomersUploaded").as_int64() == 1'040);
    BOOST_TEST(data.at("duplicates").as_int64() == 20);
    std::map<int, std::string> reported;
    for (const json::value& error : data.at("csvErrors").as_array())
        reported.emplace(error.at("row").as_int64(), error.at("message").as_string());
    BOOST_TEST((reported == sheet.faults));

    const std::string id = text_of(data, "campaignId");
    service.wait_until_final(id);
    service.twilio().wait_until_quiet();
    const std::vector<json::object> messages = service.messages(id);
    check_messages(messages, sheet, ledger_of(service));
    check_figures(service.status(id).at("metrics").as_object(), messages);
    BOOST_TEST(database.counter_faults() == "");
    BOOST_TEST(database.number("select count(distinct (message_id, status)) from message_history "
                               "where source = 'receipt'") == 2'000);
    BOOST_TEST(database.number("select count(*) from stray_receipts") == 0);
    database.wait_until_outbox_is_empty();
    const auto counters = service.twilio().counters();
    BOOST_TEST(counters.callbacks_posted > 2'100U);
    BOOST_TEST(counters.callbacks_acknowledged == counters.callbacks_posted);
}

BOOST_AUTO_TEST_CASE(a_send_whose_reply_is_lost_is_never_repeated)
{
    TestDatabase database;
    ServiceOptions options;
    options.simulation.throttle_share = 0.05;
    options.simulation.error_before_share = 0.1;
    options.simulation.error_after_share = 0.1;
    options.simulation.cut_before_share = 0.1;
    options.simulation.cut_after_share = 0.1;
    options.settings.probe_after = std::chrono::milliseconds(50); // so many faults are a storm now and then
    Service service(database, options);
    const json::object data = service.created(CampaignUpload().file(test::lapsed_customers(200)));
    const std::string id = text_of(data, "campaignId");
    test::wait_until("nothing is left to send", [&] { return text_of(service.status(id), "status") == "completed"; });
    service.twilio().wait_until_quiet();

    // Twilio has them: their receipts settled them. It does not: nothing can settle them, and they stay unknown.
    const auto ledger = ledger_of(service);
    for (const json::object& message : service.messages(id))
        BOOST_TEST(text_of(message, "status") == (ledger.contains(text_of(message, "to")) ? "delivered" : "unknown"));
    BOOST_TEST(ledger.size() > 120U);
    BOOST_TEST(ledger.size() < 190U);
    BOOST_TEST(service.twilio().counters().throttled > 2U);
    BOOST_TEST(database.counter_faults() == "");
}

BOOST_AUTO_TEST_SUITE_END()
