#include "server/notify/wording.hpp"

#include <initializer_list>

namespace waybill::notify
{

namespace
{

std::string plural(std::int64_t count, std::string_view one, std::string_view many)
{
    return std::to_string(count) + " " + std::string(count == 1 ? one : many);
}

std::string in_quotes(std::string_view name)
{
    return "\"" + std::string(name) + "\"";
}

std::string sentence_of(std::string text)
{
    if (!text.empty() && text.back() != '.') text += '.';
    return text;
}

// Paragraphs; the last one leads to the page of the dashboard.
std::string body_of(std::initializer_list<std::string> paragraphs, std::string_view dashboard, std::string_view page)
{
    std::string body;
    for (const std::string& each : paragraphs)
        if (!each.empty()) body += (body.empty() ? "" : "\n\n") + each;
    if (!dashboard.empty()) body += "\n\n" + std::string(dashboard) + "/#/" + std::string(page);
    return body;
}

std::string page_of(const db::NotableEvent& event)
{
    return "campaigns/" + event.campaign;
}

std::string figures_of(const db::NotableEvent& event)
{
    const std::int64_t open = event.total - event.delivered - event.failed - event.unknown;
    std::string text = "So far " + std::to_string(event.delivered) + " of " + plural(event.total, "text", "texts") +
                       " arrived, " + std::to_string(event.failed) + " did not";
    if (event.unknown > 0) text += ", and of " + std::to_string(event.unknown) + " it is not known";
    text += ".";
    if (open > 0) text += " Reports on " + std::to_string(open) + " more are on their way.";
    text += " " + plural(event.replies, "reply", "replies") + " came in, and " +
            plural(event.opt_outs, "person", "people") + " opted out.";
    return text;
}

db::Notification about_completion(const db::NotableEvent& event, std::string_view dashboard)
{
    return {"campaign.completed " + event.campaign, false,
            "Campaign " + in_quotes(event.campaign_name) + " is completed",
            body_of({"Waybill has finished sending the campaign " + in_quotes(event.campaign_name) + ". " +
                         figures_of(event),
                     "What to do: read the replies, and see the latest figures on the dashboard."},
                    dashboard, page_of(event))};
}

// Without a reason, a person paused it: news, but not a problem.
db::Notification about_pause(const db::NotableEvent& event, std::string_view dashboard)
{
    const bool by_waybill = !event.reason.empty();
    const std::string why = by_waybill ? "Waybill paused it. " + sentence_of(event.reason) : "A person paused it.";
    const std::string what =
        by_waybill ? "What to do: look into the reason, then resume the campaign on the dashboard, or cancel it."
                   : "What to do: resume the campaign on the dashboard when it may continue.";
    return {"campaign.paused " + event.campaign, by_waybill,
            "Campaign " + in_quotes(event.campaign_name) + " is paused",
            body_of({"The campaign " + in_quotes(event.campaign_name) + " is paused, and no more of its texts leave. " +
                         why,
                     what},
                    dashboard, page_of(event))};
}

std::string name_of_sender(const db::NotableEvent& event)
{
    if (event.kind.starts_with("account.")) return "your Twilio account";
    return event.object.empty() ? "your Messaging Service" : "the sender " + event.object;
}

std::string capitalized(std::string text)
{
    if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
    return text;
}

std::string cause_of(const db::NotableEvent& event)
{
    return event.kind + (event.object.empty() ? "" : " " + event.object);
}

db::Notification about_refusal(const db::NotableEvent& event, std::string_view dashboard)
{
    const std::string code = event.error_code ? " (error " + std::to_string(*event.error_code) + ")" : "";
    return {
        cause_of(event), true, "Twilio refuses " + name_of_sender(event),
        body_of({"Twilio refuses " + name_of_sender(event) + code + ", so its texts wait. " + sentence_of(event.reason),
                 "What to do: sign in to the Twilio Console and correct what the reason names. Waybill tries again "
                 "automatically; no text is lost."},
                dashboard, "system")};
}

db::Notification about_resumption(const db::NotableEvent& event, std::string_view dashboard)
{
    return {cause_of(event), true, capitalized(name_of_sender(event)) + " sends again",
            body_of({capitalized(name_of_sender(event)) + " sends again; the texts that waited are leaving.",
                     "What to do: nothing."},
                    dashboard, "system")};
}

db::Notification about_budget_of_key(const db::NotableEvent& event, std::string_view dashboard)
{
    const std::string key =
        "the key " + in_quotes(std::string_view(event.principal).substr(event.principal.find(':') + 1));
    return {cause_of(event) + " " + event.principal, true, "The daily budget of " + key + " is used up",
            body_of({"The daily budget of " + key +
                         " is used up, so Waybill refuses what it asks to send until the "
                         "next day. " +
                         sentence_of(event.reason),
                     "What to do: nothing if that is what you want. Otherwise give the program that uses it a key with "
                     "a larger budget."},
                    dashboard, "access")};
}

db::Notification about_budget(const db::NotableEvent& event, std::string_view dashboard)
{
    if (!event.principal.empty()) return about_budget_of_key(event, dashboard);
    return {cause_of(event), true, "The daily budget is used up",
            body_of({"The daily budget is used up, so texts wait for the next day. " + sentence_of(event.reason),
                     "What to do: nothing if that is what you want. Otherwise raise DAILY_BUDGET and restart Waybill."},
                    dashboard, "system")};
}

} // namespace

std::optional<db::Notification> about_event(const db::NotableEvent& event, std::string_view dashboard)
{
    if (event.kind == "campaign.completed") return about_completion(event, dashboard);
    if (event.kind == "campaign.paused") return about_pause(event, dashboard);
    if (event.kind == "budget.reached") return about_budget(event, dashboard);
    if (event.kind == "sender.paused" || event.kind == "account.paused") return about_refusal(event, dashboard);
    if (event.kind == "sender.resumed" || event.kind == "account.resumed") return about_resumption(event, dashboard);
    return std::nullopt;
}

db::Notification about_endpoint(const db::DisabledEndpoint& endpoint, std::string_view dashboard)
{
    const std::string id = std::to_string(endpoint.id);
    return {"endpoint.disabled " + id, true, "Events no longer reach one of your programs",
            body_of({"Waybill has disabled the endpoint " + id + ", to which it delivers events. " +
                         sentence_of(endpoint.reason),
                     "What to do: fix the program at that address, then enable the endpoint again; it gets "
                     "what it has missed."},
                    dashboard, "system")};
}

db::Notification about_sign_in(const db::NewSignIn& sign_in, std::string_view dashboard)
{
    return {
        "sign-in " + sign_in.email + " " + sign_in.network, true, "A sign-in from a new address",
        body_of({sign_in.email + " signed in from " + sign_in.peer + ", where this account was not used from before.",
                 "What to do: nothing if you know who it was. Otherwise set a new password with `waybill user "
                 "password " +
                     sign_in.email + "`, which also ends the account's sessions."},
                dashboard, "system")};
}

db::Notification about_silent_receipts(std::string_view dashboard)
{
    return {
        "receipts.silent", true, "No delivery reports arrive",
        body_of(
            {"Texts are being sent, but Twilio's delivery reports do not arrive, so Waybill cannot show what became "
             "of the texts.",
             "What to do: check that PUBLIC_BASE_URL can be reached from the internet and that TWILIO_AUTH_TOKEN "
             "is the account's. `waybill verify` shows which of them is wrong."},
            dashboard, "system")};
}

db::Notification about_journal(std::int64_t receipts, std::string_view dashboard)
{
    return {
        "journal.used", true, "Delivery reports had to wait on disk",
        body_of({"PostgreSQL did not answer in time, so " +
                     plural(receipts, "delivery report was", "delivery reports were") +
                     " kept on this computer's disk. They are stored as soon as the database answers; none is lost.",
                 "What to do: check that PostgreSQL runs and has enough room and time to answer."},
                dashboard, "system")};
}

db::Notification test_notification(std::string_view dashboard)
{
    return {"test", false, "Waybill can reach you",
            body_of({"This is a test: notifications of Waybill arrive here.", "What to do: nothing."}, dashboard,
                    "system")};
}

} // namespace waybill::notify
