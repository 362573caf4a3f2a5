#pragma once

#include "server/simulator/account.hpp"
#include "server/simulator/replies.hpp"
#include "webhooks/form.hpp"

#include <optional>
#include <string_view>

namespace waybill::simulator
{

struct ListRequest
{
    ListQuery query;
    webhooks::Form filters; // To, From, DateSent… as given, for the links
    std::size_t page = 0;
};

// Reads To, From, DateSent, DateSent<, DateSent>, PageSize, Page and PageToken; empty when one makes no sense.
std::optional<ListRequest> parse_list_query(std::string_view text, const Messages& messages);

PageLinks make_links(const ListRequest& request, const MessagePage& page, const Account& account);

} // namespace waybill::simulator
