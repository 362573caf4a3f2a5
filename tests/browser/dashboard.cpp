#include "tests/browser/dashboard.hpp"

#include "tests/support/credentials.hpp"
#include "tests/support/http_requests.hpp"

#include <boost/test/unit_test.hpp>

namespace waybill::test
{

namespace
{

Browser& shared_browser()
{
    static Browser browser;
    return browser;
}

std::map<std::string, std::string> with_pace(std::map<std::string, std::string> settings, int messages_per_second)
{
    settings.insert({"MESSAGES_PER_SECOND", std::to_string(messages_per_second)});
    return settings;
}

simulator::SimulatorOptions quick(simulator::SimulatorOptions options)
{
    options.callback_latency = std::chrono::milliseconds(150);
    return options;
}

} // namespace

Dashboard::Dashboard(int messages_per_second, simulator::SimulatorOptions simulation,
                     std::map<std::string, std::string> settings)
    : twilio(quick(std::move(simulation))),
      waybill(database, twilio, with_pace(std::move(settings), messages_per_second)),
      browser(shared_browser())
{
    waybill.start();
    browser.resize(1440, 900);
    browser.prefer_dark(false);
    browser.console_errors();
    browser.forget_cookies(); // which know no ports: they are those of the test before
    browser.open(waybill.origin() + "/");
}

Dashboard::~Dashboard()
{
    try {
        browser.open("about:blank"); // hangs up
        for (const std::string& error : browser.console_errors())
            BOOST_ERROR("the console says: " + error);
    }
    catch (const std::exception& error) {
        BOOST_ERROR(std::string("the browser does not answer: ") + error.what());
    }
}

void Dashboard::go_to(std::string_view page)
{
    browser.run("location.hash = arguments[0]", {page});
}

void Dashboard::choose_list(const std::filesystem::path& file)
{
    browser.run("document.getElementById('toasts').dataset.undoSeconds = 0");
    browser.click_words("New campaign");
    browser.wait_for_text("h1", "New campaign");
    browser.choose_file("#customer-list", file);
}

void Dashboard::write_message(std::string_view offer)
{
    browser.click_words("Continue");
    browser.type("#field-restaurantName", "Luigi's");
    browser.type("#field-offerCode", "SAVE20");
    browser.type("#field-offer", offer);
}

void Dashboard::review()
{
    browser.click_words("Continue");
    browser.wait_until_page("the count is that of this text",
                            "document.querySelector('.send-bar .primary:enabled')?.innerText === 'Review and send'");
    browser.click_words("Review and send");
}

void Dashboard::sign_in(std::string_view email)
{
    browser.type("input[name=email]", email);
    browser.type("input[name=password]", password);
    browser.click("form button");
    browser.wait_for_text("#who", email);
}

void Dashboard::sign_out()
{
    browser.click("#account summary");
    browser.click("#sign-out");
    browser.wait_for_text("h1", "Sign in");
}

std::string Dashboard::make_campaign(const std::string& customers) const
{
    const boost::json::value reply = json_of(
        waybill.create(CampaignUpload().with("name", "Autumn menu").header("Prefer", "respond-async").file(customers)));
    return std::string(reply.at("data").at("campaignId").as_string());
}

std::int64_t Dashboard::messages_that_are(std::string_view status) const
{
    return database.number("select count(*) from messages where status = '" + std::string(status) + "'");
}

} // namespace waybill::test
