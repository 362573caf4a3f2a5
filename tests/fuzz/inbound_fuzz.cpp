#include "db/postgres/storable_text.hpp"
#include "webhooks/parsing.hpp"

#include <boost/json/parse.hpp>

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

} // namespace

// Whatever the body holds, an inbound message that comes out can be stored.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto form = parse_form({reinterpret_cast<const char*>(data), size});
    if (!form) return 0;
    const auto outcome = parse_inbound_message(*form, {});
    const auto* message = std::get_if<db::InboundMessage>(&outcome);
    if (!message) return 0;

    require(!message->sid.empty() && !message->from.empty() && !message->to.empty());
    for (const auto& text : {message->sid, message->from, message->to, message->body, message->extra_json})
        require(db::storable(text) == text);
    if (!message->extra_json.empty()) require(boost::json::parse(message->extra_json).is_object());
    return 0;
}
