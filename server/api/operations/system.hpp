#pragma once

#include "db/journal/journal.hpp"
#include "db/outbox/senders.hpp"
#include "db/postgres/watch.hpp"
#include "server/http/router.hpp"
#include "server/sending/dispatcher.hpp"
#include "server/tracking/alarm.hpp"
#include "server/tracking/receipt_keeper.hpp"
#include "webhooks/receiver.hpp"

#include <boost/asio/awaitable.hpp>

#include <string>
#include <utility>
#include <vector>

namespace waybill::api
{

namespace asio = boost::asio;

// GET /api/system: how this process and what it needs are doing, on one page. Answers without the database as well,
// with the senders as they were last seen.
class SystemRoute
{
public:
    struct Parts
    {
        const db::DatabaseWatch& watch;
        const tracking::ReceiptKeeper& receipts;
        const db::Journal& journal;
        const webhooks::Receiver& receiver;
        const sending::Dispatcher& sender;
        const tracking::ReceiptAlarm& alarm;
    };

    SystemRoute(Parts parts, db::Senders senders, std::string default_sender, sending::SenderRates rates,
                bool simulated)
        : parts_(parts),
          senders_(senders),
          default_sender_(std::move(default_sender)),
          rates_(rates),
          simulated_(simulated)
    {
    }

    asio::awaitable<http::Response> system(http::Request request);

private:
    asio::awaitable<void> look_at_senders();

    Parts parts_;
    db::Senders senders_;
    std::string default_sender_;
    sending::SenderRates rates_;
    bool simulated_;
    std::vector<db::SenderState> last_seen_;
};

} // namespace waybill::api
