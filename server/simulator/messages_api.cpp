#include "server/simulator/messages_api.hpp"

#include "server/simulator/parameters.hpp"
#include "server/simulator/replies.hpp"
#include "server/simulator/sids.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json.hpp>

#include <algorithm>
#include <utility>

namespace waybill::simulator
{

namespace
{

namespace json = boost::json;

constexpr std::uint16_t opted_out_code = 21610;

// The reply to a create that was drawn to fail.
http::Response broken_reply(CreateFault fault)
{
    if (fault == CreateFault::throttled) return to_response({429, 20429, "Too Many Requests"});
    if (fault == CreateFault::error_before) return to_response({500, 20500, "An internal server error has occurred"});
    if (fault == CreateFault::error_after) return to_response({503, 20503, "Service is unavailable"});
    http::Response cut;
    cut.status = 0; // the server closes the connection without a reply
    return cut;
}

std::string_view sid_in_path(const http::Request& request)
{
    const auto segment = request.path_values.find("message");
    if (segment == request.path_values.end() || !segment->second.ends_with(".json")) return {};
    return std::string_view(segment->second).substr(0, segment->second.size() - 5);
}

// The account has every sender that it may send from; only the one that is asked for is listed.
std::string senders_json(const http::Request& request, std::string_view list, std::string_view member,
                         std::string_view filter)
{
    json::array found;
    const auto form = webhooks::parse_form(request.query());
    const std::string asked(form ? form->value(filter) : "");
    if (is_own_sender(asked)) found.push_back(json::object{{member, asked}});
    return json::serialize(json::object{{list, std::move(found)}});
}

} // namespace

MessagesApi::MessagesApi(std::shared_ptr<Account> account, std::shared_ptr<Carrier> carrier)
    : account_(std::move(account)), carrier_(std::move(carrier)), access_(account_->options)
{
}

void MessagesApi::add_routes(http::Router& router)
{
    const std::string account = "/2010-04-01/Accounts/{account}";
    const auto answer_with = [self = shared_from_this()](Call call) {
        return [self, call](http::Request request) { return answer(self, call, std::move(request)); };
    };
    const auto create_one = [self = shared_from_this()](const http::Request& request) { return create(self, request); };
    router.add({"POST", account + "/Messages.json", http::BodyKind::text, 64 * 1024, create_one});
    router.add({"GET", account + "/Messages.json", http::BodyKind::none, 0, answer_with(&MessagesApi::list)});
    router.add({"GET", account + "/Messages/{message}", http::BodyKind::none, 0, answer_with(&MessagesApi::fetch)});
    router.add(
        {"POST", account + "/Messages/{message}", http::BodyKind::text, 64 * 1024, answer_with(&MessagesApi::update)});
    router.add({"GET", account, http::BodyKind::none, 0, answer_with(&MessagesApi::fetch_account)});
    router.add({"GET", account + "/IncomingPhoneNumbers.json", http::BodyKind::none, 0,
                answer_with(&MessagesApi::list_numbers)});
    router.add({"GET", account + "/SMS/ShortCodes.json", http::BodyKind::none, 0,
                answer_with(&MessagesApi::list_short_codes)});
    router.add({"GET", "/v1/Services/{service}", http::BodyKind::none, 0, answer_with(&MessagesApi::fetch_service)});
}

asio::awaitable<http::Response> MessagesApi::answer(Self self, Call call, http::Request request)
{
    if (const auto refused = self->access_.refuse(request)) co_return self->labelled(to_response(*refused));
    co_return self->labelled(((*self).*call)(request));
}

asio::awaitable<http::Response> MessagesApi::create(const Self& self, const http::Request& request)
{
    Decision decision = self->decide(request);
    if (auto* const content = std::get_if<NewMessage>(&decision.outcome))
        return accept(self, std::move(*content), decision.fault);
    return answer_late(self, std::get<http::Response>(std::move(decision.outcome)));
}

MessagesApi::Decision MessagesApi::decide(const http::Request& request)
{
    if (const auto refused = access_.refuse(request)) return {CreateFault::none, to_response(*refused)};
    const CreateFault fault = draw_create_fault(account_->options, account_->creates++);
    if (!makes_a_message(fault)) return {fault, break_reply(fault)};
    auto checked = check(request);
    if (auto* const content = std::get_if<NewMessage>(&checked)) return {fault, std::move(*content)};
    ++account_->counters.rejected;
    return {fault, to_response(std::get<Refusal>(checked))};
}

// From here on the message exists, whatever the caller learns of it.
asio::awaitable<http::Response> MessagesApi::accept(Self self, NewMessage content, CreateFault fault)
{
    const std::uint64_t index = self->add_message(content);
    const Message& message = *self->account_->messages.find(index);
    http::Response response = http::json_response(201, message_json(*self->account_, message, index));
    if (fault != CreateFault::none) response = self->break_reply(fault);
    if (message.life.early && !content.send_at) co_await self->carrier_->step_early(index);
    co_await self->wait_for_latency();
    self->carrier_->begin(index, content.send_at);
    co_return self->labelled(std::move(response));
}

asio::awaitable<http::Response> MessagesApi::answer_late(Self self, http::Response response)
{
    co_await self->wait_for_latency();
    co_return self->labelled(std::move(response));
}

http::Response MessagesApi::break_reply(CreateFault fault)
{
    Simulator::Counters& counters = account_->counters;
    ++(fault == CreateFault::throttled ? counters.throttled : counters.broken);
    return broken_reply(fault);
}

std::variant<NewMessage, Refusal> MessagesApi::check(const http::Request& request)
{
    const auto form = webhooks::parse_form(request.body);
    if (!form) return Refusal{400, 20001, "The body is not application/x-www-form-urlencoded."};
    auto checked = check_create(*form, Clock::now());
    const auto* content = std::get_if<NewMessage>(&checked);
    if (content == nullptr) return checked;
    const bool fails_immediately = content->service.empty() || !account_->options.advanced_opt_out;
    if (fails_immediately && account_->opted_out.contains(*digits_of(content->to)))
        return Refusal{400, opted_out_code, "Attempt to send to unsubscribed recipient"};
    if (!account_->messages.has_room()) return Refusal{429, 20429, "Too many messages are still on their way."};
    return checked;
}

std::uint64_t MessagesApi::add_message(const NewMessage& content)
{
    const SimulatorOptions& options = account_->options;
    const bool by_service = !content.service.empty() && options.use_messaging_service_statuses;
    Message message(content, Clock::now());
    message.life = draw_life(options, account_->messages.end(), by_service || content.send_at.has_value());
    follow_number(message.life, content.to);
    if (account_->opted_out.contains(message.to_digits)) {
        message.life.end = Status::failed;
        message.life.error_code = opted_out_code;
    }
    if (content.send_at)
        message.status = Status::scheduled;
    else if (by_service)
        message.status = Status::accepted;
    if (options.count_segments) message.segments = static_cast<std::uint16_t>(options.count_segments(content.body));
    ++account_->counters.accepted;
    ++account_->counters.callbacks_open;
    return account_->messages.add(std::move(message));
}

asio::awaitable<void> MessagesApi::wait_for_latency()
{
    const auto latency = account_->options.api_latency;
    if (latency.count() <= 0) co_return;
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor, latency);
    co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
}

http::Response MessagesApi::list(const http::Request& request)
{
    auto query = parse_list_query(request.query(), account_->messages);
    if (!query) return to_response({400, 20001, "The parameters of the list cannot be understood."});
    const MessagePage page = account_->messages.list(query->query);
    return http::json_response(200, page_json(*account_, page, make_links(*query, page, *account_)));
}

http::Response MessagesApi::fetch(const http::Request& request)
{
    const auto index = account_->messages.index_of(sid_in_path(request));
    if (!index) return to_response(not_found(request));
    return http::json_response(200, message_json(*account_, *account_->messages.find(*index), *index));
}

http::Response MessagesApi::update(const http::Request& request)
{
    const auto index = account_->messages.index_of(sid_in_path(request));
    if (!index) return to_response(not_found(request));
    const auto form = webhooks::parse_form(request.body);
    if (!form || form->value("Status") != "canceled")
        return to_response({400, 20001, "Only Status=canceled is understood."});
    if (account_->messages.find(*index)->status != Status::scheduled)
        return to_response({409, 30409, "Message is not in a cancelable state"});
    carrier_->cancel(*index);
    return http::json_response(200, message_json(*account_, *account_->messages.find(*index), *index));
}

http::Response MessagesApi::fetch_account(const http::Request&)
{
    return http::json_response(200, account_json(*account_));
}

http::Response MessagesApi::list_numbers(const http::Request& request)
{
    return http::json_response(200, senders_json(request, "incoming_phone_numbers", "phone_number", "PhoneNumber"));
}

http::Response MessagesApi::list_short_codes(const http::Request& request)
{
    return http::json_response(200, senders_json(request, "short_codes", "short_code", "ShortCode"));
}

// Every well-formed SID is one of the account's services, as for a create.
http::Response MessagesApi::fetch_service(const http::Request& request)
{
    const std::string& sid = request.path_values.find("service")->second;
    if (!is_service_sid(sid)) return to_response(not_found(request));
    return http::json_response(
        200, json::serialize(json::object{{"sid", sid}, {"account_sid", account_->options.account_sid}}));
}

http::Response MessagesApi::labelled(http::Response response)
{
    response.headers.emplace_back("Twilio-Request-Id",
                                  make_sid("RQ", account_->options.seed, account_->requests++, Aspect::request_id));
    return response;
}

} // namespace waybill::simulator
