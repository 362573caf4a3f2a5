#include "server/notify/mailer.hpp"

#include "db/postgres/storable_text.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <array>
#include <curl/curl.h>
#include <functional>
#include <memory>
#include <random>
#include <utility>

namespace waybill::notify
{

namespace
{

constexpr int max_waiting_mails = 16;

using Handle = std::unique_ptr<CURL, void (*)(CURL*)>;
using List = std::unique_ptr<curl_slist, void (*)(curl_slist*)>;

struct Upload
{
    std::string text;
    std::size_t at = 0;
};

std::size_t give_bytes(char* to, std::size_t size, std::size_t count, void* from)
{
    auto& upload = *static_cast<Upload*>(from);
    const std::size_t bytes = std::min(size * count, upload.text.size() - upload.at);
    std::copy_n(upload.text.data() + upload.at, bytes, to);
    upload.at += bytes;
    return bytes;
}

int look_whether_stopping(void* stopping, curl_off_t, curl_off_t, curl_off_t, curl_off_t)
{
    return *static_cast<const std::atomic<bool>*>(stopping) ? 1 : 0;
}

void set_server(CURL* curl, const MailOptions& options)
{
    curl_easy_setopt(curl, CURLOPT_URL, options.url.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(curl, CURLOPT_PROXY, ""); // also not one of the environment
    curl_easy_setopt(curl, CURLOPT_USE_SSL, static_cast<long>(must_encrypt(options) ? CURLUSESSL_ALL : CURLUSESSL_TRY));
    if (options.user.empty()) return;
    curl_easy_setopt(curl, CURLOPT_USERNAME, options.user.c_str());
    curl_easy_setopt(curl, CURLOPT_PASSWORD, options.password.c_str());
}

void set_limits(CURL* curl, std::chrono::milliseconds deadline, const std::atomic<bool>& stopping)
{
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L); // a look-up that hangs holds up nothing
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(deadline.count()));
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(deadline.count() / 2));
    curl_easy_setopt(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT, std::max(1L, static_cast<long>(deadline.count() / 1'000)));
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &look_whether_stopping);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &stopping);
}

void set_mail(CURL* curl, const MailOptions& options, curl_slist* recipients, Upload& upload)
{
    curl_easy_setopt(curl, CURLOPT_MAIL_FROM, ("<" + options.from + ">").c_str());
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients);
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, &give_bytes);
    curl_easy_setopt(curl, CURLOPT_READDATA, &upload);
}

struct Outcome
{
    std::string fault; // empty: none
    bool is_of_server = true;
};

// Without a recipient it only connects. A refused recipient or sender says nothing about the server.
Outcome transfer(const MailOptions& options, const std::string& recipient, std::string text,
                 std::chrono::milliseconds deadline, const std::atomic<bool>& stopping)
{
    const Handle curl(curl_easy_init(), curl_easy_cleanup);
    if (!curl) return {"there is not enough memory to send e-mail"};
    std::array<char, CURL_ERROR_SIZE> words{};
    Upload upload{std::move(text)};
    const List recipients(recipient.empty() ? nullptr : curl_slist_append(nullptr, ("<" + recipient + ">").c_str()),
                          curl_slist_free_all);
    curl_easy_setopt(curl.get(), CURLOPT_ERRORBUFFER, words.data());
    set_server(curl.get(), options);
    set_limits(curl.get(), deadline, stopping);
    if (recipient.empty())
        curl_easy_setopt(curl.get(), CURLOPT_CONNECT_ONLY, 1L);
    else
        set_mail(curl.get(), options, recipients.get(), upload);
    const CURLcode result = curl_easy_perform(curl.get());
    if (result == CURLE_OK) return {};
    if (stopping) return {"Waybill is stopping", false};
    const std::string reason = words[0] != '\0' ? words.data() : curl_easy_strerror(result);
    return {db::storable("the mail server cannot be used: " + reason), result != CURLE_SEND_ERROR};
}

asio::awaitable<void> run_on_thread(std::function<void()> work)
{
    work();
    co_return;
}

std::string new_mail_id()
{
    std::random_device random;
    return std::to_string(random()) + "." + std::to_string(random());
}

} // namespace

Mailer::Mailer(MailOptions options, std::chrono::milliseconds deadline)
    : options_(std::move(options)), deadline_(deadline), problem_(fault_of(options_)), thread_(1)
{
    static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (started != CURLE_OK) problem_ = curl_easy_strerror(started);
}

Mailer::~Mailer()
{
    stop();
    thread_.join();
}

void Mailer::stop()
{
    stopping_ = true;
}

asio::awaitable<std::string> Mailer::send(std::string to, std::string subject, std::string body)
{
    const Mail mail{options_.from, to, std::move(subject), std::move(body)};
    return run(std::move(to), written(mail, std::chrono::system_clock::now(), new_mail_id()));
}

asio::awaitable<std::string> Mailer::probe()
{
    return run({}, {});
}

asio::awaitable<std::string> Mailer::run(std::string recipient, std::string text)
{
    if (!is_set()) co_return "no mail server is set; set SMTP_URL and SMTP_FROM";
    if (std::string fault = fault_of(options_); !fault.empty()) co_return fault;
    if (waiting_ >= max_waiting_mails) co_return "too many e-mails wait for the mail server";
    ++waiting_;
    const std::shared_ptr<void> at_the_end(nullptr, [this](void*) { --waiting_; });
    const auto outcome = std::make_shared<Outcome>();
    std::function<void()> work = [this, outcome, recipient = std::move(recipient), text = std::move(text)] {
        *outcome = transfer(options_, recipient, text, deadline_, stopping_);
    };
    co_await asio::co_spawn(thread_, run_on_thread(std::move(work)), asio::use_awaitable);
    if (outcome->is_of_server) problem_ = outcome->fault;
    co_return outcome->fault;
}

} // namespace waybill::notify
