#include "webhooks/form.hpp"
#include "webhooks/signature.hpp"

#include <cstdint>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <sstream>
#include <string>

// Writes status callbacks as Twilio would send them, signed, ready for a socket: for each line `message id, sid,
// status, recipient` (tabs between) of standard input one request, behind its length in four bytes of this machine's
// order.
//   sign_callbacks PUBLIC_BASE_URL ACCOUNT_SID AUTH_TOKEN CONNECTION      CONNECTION: keep-alive or close

namespace
{

using waybill::webhooks::Form;

struct Receipt
{
    std::string message_id, sid, status, recipient;
};

bool read(std::istream& in, Receipt& receipt)
{
    std::string line;
    if (!std::getline(in, line)) return false;
    std::istringstream fields(line);
    return fields >> receipt.message_id >> receipt.sid >> receipt.status >> receipt.recipient ? true : false;
}

Form form_of(const Receipt& receipt, const std::string& account_sid)
{
    Form form;
    if (receipt.status != "sent") form.parameters.emplace_back("RawDlrDoneDate", "2601311200");
    if (receipt.status == "undelivered") form.parameters.emplace_back("ErrorCode", "30003");
    form.parameters.insert(form.parameters.end(), {{"SmsSid", receipt.sid},
                                                   {"SmsStatus", receipt.status},
                                                   {"MessageStatus", receipt.status},
                                                   {"To", receipt.recipient},
                                                   {"MessageSid", receipt.sid},
                                                   {"AccountSid", account_sid},
                                                   {"From", "+15005550006"},
                                                   {"ApiVersion", "2010-04-01"}});
    return form;
}

class Requests
{
public:
    Requests(std::string base_url, std::string account_sid, const std::string& auth_token, std::string connection)
        : base_url_(std::move(base_url)),
          host_(base_url_.substr(base_url_.find("://") + 3)),
          account_sid_(std::move(account_sid)),
          key_(auth_token),
          connection_(std::move(connection))
    {
    }

    std::string request(const Receipt& receipt) const
    {
        const std::string target = "/webhooks/twilio/status/" + receipt.message_id;
        const Form form = form_of(receipt, account_sid_);
        const std::string body = write_form(form);
        // A token is unique to a receipt; the digits of the sid are.
        const std::string& sid = receipt.sid;
        const std::string token = sid.substr(2, 8) + "-" + sid.substr(10, 4) + "-4" + sid.substr(15, 3) + "-8" +
                                  sid.substr(19, 3) + "-" + sid.substr(22, 11) + (receipt.status == "sent" ? "1" : "2");
        return "POST " + target + " HTTP/1.1\r\nHost: " + host_ +
               "\r\nUser-Agent: TwilioProxy/1.1\r\nAccept: */*\r\nConnection: " + connection_ +
               "\r\nContent-Type: application/x-www-form-urlencoded; charset=utf-8"
               "\r\nContent-Length: " +
               std::to_string(body.size()) + "\r\nI-Twilio-Idempotency-Token: " + token +
               "\r\nX-Home-Region: us1\r\nX-Twilio-Signature: " + key_.sign(base_url_ + target, form) + "\r\n\r\n" +
               body;
    }

private:
    std::string base_url_;
    std::string host_;
    std::string account_sid_;
    waybill::webhooks::SigningKey key_;
    std::string connection_;
};

} // namespace

int main(int count, char** arguments)
{
    if (count != 5) {
        std::cerr << "usage: sign_callbacks PUBLIC_BASE_URL ACCOUNT_SID AUTH_TOKEN CONNECTION\n";
        return EXIT_FAILURE;
    }
    std::ios::sync_with_stdio(false);
    const Requests requests(arguments[1], arguments[2], arguments[3], arguments[4]);
    Receipt receipt;
    while (read(std::cin, receipt)) {
        const std::string request = requests.request(receipt);
        const auto size = static_cast<std::uint32_t>(request.size());
        std::cout.write(reinterpret_cast<const char*>(&size), sizeof size).write(request.data(), request.size());
    }
    std::cout.flush();
    return std::cin.eof() && std::cout ? EXIT_SUCCESS : EXIT_FAILURE;
}
