#include "db/postgres/storable_text.hpp"
#include "webhooks/parsing.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace waybill;
using namespace waybill::webhooks;

namespace
{

void require(bool truth)
{
    if (!truth) std::abort();
}

void require_storable(const std::string& text)
{
    require(db::storable(text) == text);
}

} // namespace

// The first line is the message id, the rest the body: whatever they hold, a callback that comes out can be stored.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const std::string_view message_id = input.substr(0, input.find('\n'));
    const auto form = parse_form(input.substr(std::min(message_id.size() + 1, size)));
    if (!form) return 0;
    const auto outcome = parse_status_callback(*form, {message_id, message_id, {}});
    const auto* callback = std::get_if<db::Receipt>(&outcome);
    if (!callback) return 0;

    require(callback->message_id > 0);
    require(!callback->message_sid.empty() && !callback->status.empty());
    for (const auto& text : {callback->message_sid, callback->status, callback->account_sid,
                             callback->raw_dlr_done_date, callback->idempotency_token, callback->extra_json})
        require_storable(text);
    if (!callback->extra_json.empty()) require(boost::json::parse(callback->extra_json).is_object());
    return 0;
}
