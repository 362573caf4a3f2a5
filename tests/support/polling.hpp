#pragma once

#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>

namespace waybill::test
{

// Asks again and again until the condition holds. Throws when it still does not at the deadline.
template <class Condition>
void wait_until(const std::string& what, Condition condition, std::chrono::seconds patience = std::chrono::seconds(60))
{
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error("waited in vain until " + what);
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
}

} // namespace waybill::test
