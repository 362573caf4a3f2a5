#include "server/api/campaigns/repeat.hpp"

#include "server/api/contract/creation.hpp"
#include "server/api/contract/error_codes.hpp"
#include "server/api/contract/request.hpp"
#include "server/api/contract/timestamps.hpp"

#include <map>
#include <utility>

namespace waybill::api
{

std::function<std::string()> repeat_key_of(const CampaignForm& form, std::shared_ptr<const http::SpooledFile> file,
                                           std::string principal)
{
    std::map<std::string, std::string, std::less<>> parts{{"principal", std::move(principal)},
                                                          {"restaurant", form.restaurant_name},
                                                          {"offer", form.offer},
                                                          {"code", form.offer_code},
                                                          {"message", form.message}};
    return [parts = std::move(parts), file = std::move(file)] { return fingerprint(parts, *file); };
}

http::Refusal sent_already(const db::RepeatedCampaign& first)
{
    const std::string time = to_iso8601(first.created_at);
    std::string sentence = "The same list, text and offer were uploaded at " + time + " as campaign " +
                           first.public_id +
                           ", so nothing was sent now. To text these customers again, add confirmRepeat=true";
    const ShownRepeat repeat{first.public_id, first.created_at};
    return http::Refusal(409, std::move(sentence)).with_code(error_code("sent_already")).with_members(to_json(repeat));
}

} // namespace waybill::api
