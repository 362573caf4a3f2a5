#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>
#include <utility>

namespace waybill::http
{

// Counts requests under way, in all and for each address of a client.
class RequestShares
{
public:
    enum class Verdict
    {
        welcome,
        full,         // in all
        too_many_here // of this address
    };

    RequestShares(std::size_t max, std::size_t max_per_address) : max_(max), max_per_address_(max_per_address) {}

    Verdict enter(const std::string& address) // if it is welcome, leave() follows
    {
        if (count_ >= max_) return Verdict::full;
        std::size_t& here = by_address_[address];
        if (here >= max_per_address_) return Verdict::too_many_here;
        ++here;
        ++count_;
        return Verdict::welcome;
    }
    void leave(const std::string& address)
    {
        --count_;
        const auto found = by_address_.find(address);
        if (--found->second == 0) by_address_.erase(found);
    }

private:
    std::size_t max_, max_per_address_;
    std::size_t count_ = 0;
    std::unordered_map<std::string, std::size_t> by_address_;
};

// One request of those; gives its share back at its end.
class RequestShare
{
public:
    RequestShare() = default;
    RequestShare(const RequestShare&) = delete;
    RequestShare& operator=(const RequestShare&) = delete;
    ~RequestShare()
    {
        if (shares_) shares_->leave(address_);
    }

    RequestShares::Verdict take(RequestShares& shares, std::string address)
    {
        const auto verdict = shares.enter(address);
        if (verdict != RequestShares::Verdict::welcome) return verdict;
        shares_ = &shares;
        address_ = std::move(address);
        return verdict;
    }

    bool is_taken() const { return shares_ != nullptr; }

private:
    RequestShares* shares_ = nullptr;
    std::string address_;
};

} // namespace waybill::http
