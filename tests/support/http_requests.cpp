#include "tests/support/http_requests.hpp"

#include "server/api/contract/timestamps.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <chrono>

namespace waybill::test
{

std::string get_request(std::string_view target, std::string_view method)
{
    std::string request(method);
    return request.append(" ").append(target).append(" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
}

std::string with_header(std::string request, std::string_view name, std::string_view value)
{
    const std::string line = std::string(name).append(": ").append(value).append("\r\n");
    return request.insert(request.find("\r\n\r\n") + 2, line);
}

std::string request_with_body(std::string_view target, const HeaderFields& headers, std::string_view body)
{
    std::string request("POST ");
    request.append(target).append(" HTTP/1.1\r\nHost: 127.0.0.1\r\n");
    for (const auto& [name, value] : headers)
        request.append(name).append(": ").append(value).append("\r\n");
    request.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n\r\n");
    return request.append(body);
}

std::string json_request(std::string_view target, const boost::json::value& body, HeaderFields headers)
{
    headers.emplace_back("Content-Type", "application/json");
    return request_with_body(target, headers, boost::json::serialize(body));
}

boost::json::value json_of(const RawReply& reply)
{
    return boost::json::parse(reply.body);
}

CampaignUpload& CampaignUpload::with(std::string_view field, std::string value)
{
    without(field);
    fields_.emplace_back(field, std::move(value));
    return *this;
}

CampaignUpload& CampaignUpload::without(std::string_view field)
{
    std::erase_if(fields_, [field](const auto& each) { return each.first == field; });
    return *this;
}

CampaignUpload& CampaignUpload::file(std::string content, std::string name)
{
    file_.emplace(std::move(name), std::move(content));
    return *this;
}

CampaignUpload& CampaignUpload::header(std::string name, std::string value)
{
    headers_.emplace_back(std::move(name), std::move(value));
    return *this;
}

std::string CampaignUpload::body() const
{
    const std::string begin_part = "--" + std::string(boundary) + "\r\nContent-Disposition: form-data; name=\"";
    std::string body;
    for (const auto& [name, value] : fields_)
        body.append(begin_part).append(name).append("\"\r\n\r\n").append(value).append("\r\n");
    if (file_) {
        body.append(begin_part).append("customerList\"; filename=\"").append(file_->first);
        body.append("\"\r\nContent-Type: text/csv\r\n\r\n").append(file_->second).append("\r\n");
    }
    return body.append("--").append(boundary).append("--\r\n");
}

std::string CampaignUpload::request(std::string_view target) const
{
    HeaderFields headers = headers_;
    headers.emplace_back("Content-Type", "multipart/form-data; boundary=" + std::string(boundary));
    return request_with_body(target, headers, body());
}

std::string lapsed_customers(int count)
{
    std::string csv = "customer_name,phone_number,last_order_date\n";
    for (int i = 0; i < count; ++i)
        csv += "Customer " + std::to_string(i) + ",+1555010" + std::to_string(10'000 + i).substr(1) + ",2020-01-31\n";
    return csv;
}

std::string tomorrow()
{
    return api::to_iso8601(std::chrono::system_clock::now() + std::chrono::days(1));
}

} // namespace waybill::test
