#include "server/access/password_worker.hpp"

#include "server/access/password.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <memory>
#include <utility>

namespace waybill::access
{

namespace
{

asio::awaitable<void> run_there(std::function<void()> work)
{
    work();
    co_return;
}

} // namespace

asio::awaitable<bool> PasswordWorker::run(std::function<void()> work)
{
    if (is_full()) co_return false;
    ++waiting_;
    const std::shared_ptr<void> at_the_end(nullptr, [this](void*) { --waiting_; });
    co_await asio::co_spawn(thread_, run_there(std::move(work)), asio::use_awaitable);
    co_return true;
}

asio::awaitable<std::optional<bool>> PasswordWorker::verify(std::string hash, std::string password)
{
    const auto fits = std::make_shared<bool>(false);
    std::function<void()> work = [fits, hash = std::move(hash), password = std::move(password)] {
        const std::string& stored = hash.empty() ? hash_of_nothing() : hash;
        *fits = is_password_of(stored, password) && !hash.empty();
    };
    const bool ran = co_await run(std::move(work));
    if (!ran) co_return std::nullopt;
    co_return *fits;
}

asio::awaitable<std::optional<std::string>> PasswordWorker::hash(std::string password)
{
    const auto hash = std::make_shared<std::string>();
    std::function<void()> work = [hash, password = std::move(password)] { *hash = hash_password(password); };
    const bool ran = co_await run(std::move(work));
    if (!ran) co_return std::nullopt;
    co_return *hash;
}

} // namespace waybill::access
