#pragma once

#include "tests/support/raw_http.hpp"

#include <boost/json/value.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// The bytes of the requests that the tests of the whole service make.
namespace waybill::test
{

using HeaderFields = std::vector<std::pair<std::string, std::string>>;

std::string get_request(std::string_view target, std::string_view method = "GET");
std::string with_header(std::string request, std::string_view name, std::string_view value);
std::string request_with_body(std::string_view target, const HeaderFields& headers, std::string_view body);
std::string json_request(std::string_view target, const boost::json::value& body, HeaderFields headers = {}); // POST

boost::json::value json_of(const RawReply& reply); // of its body; throws when it is none

// A campaign as a browser uploads it, without a file. The required fields are there until they are changed or left out,
// and so is confirmRepeat: tests upload the same list again and again.
class CampaignUpload
{
public:
    static constexpr std::string_view boundary = "----WebKitFormBoundary7MA4YWxkTrZu0gW";

    CampaignUpload& with(std::string_view field, std::string value);
    CampaignUpload& without(std::string_view field);
    CampaignUpload& file(std::string content, std::string name = "customers.csv");
    CampaignUpload& header(std::string name, std::string value);

    std::string body() const;
    std::string request(std::string_view target) const;

private:
    std::vector<std::pair<std::string, std::string>> fields_{
        {"restaurantName", "Luigi's"}, {"offer", "20% off"}, {"offerCode", "SAVE20"}, {"confirmRepeat", "true"}};
    std::optional<std::pair<std::string, std::string>> file_; // name, content
    HeaderFields headers_;
};

// `count` customers who have not ordered for long, +15550100000 onwards.
std::string lapsed_customers(int count);

// A day from now, as "sendAt" takes it.
std::string tomorrow();

} // namespace waybill::test
