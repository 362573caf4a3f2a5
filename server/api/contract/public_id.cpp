#include "server/api/contract/public_id.hpp"

#include <random>

namespace waybill::api
{

std::string make_public_id(db::Time now)
{
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789";
    std::random_device random;
    std::uniform_int_distribution<std::size_t> draw(0, letters.size() - 1);
    const auto second = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
    std::string id = "sms_" + std::to_string(second) + "_";
    for (int i = 0; i < 6; ++i)
        id += letters[draw(random)];
    return id;
}

} // namespace waybill::api
