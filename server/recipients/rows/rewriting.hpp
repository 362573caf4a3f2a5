#pragma once

#include "db/campaigns/changing.hpp"
#include "server/recipients/columns/columns.hpp"
#include "server/recipients/rows/message_values.hpp"
#include "server/text/template.hpp"

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace waybill::recipients
{

// A row of the list does not fit the new text; what() names the row and the reason.
class UnfitRow : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

// Writes another text for the messages of a campaign, from the rows that it was uploaded with.
class Rewriting
{
public:
    explicit Rewriting(std::string default_country_code) : country_(std::move(default_country_code)) {}

    // Throws UnknownPlaceholder and UnfitRow. The texts are those of the first call.
    void write(const db::ChangedTexts& texts, std::vector<db::ScheduledMessage>& messages);

private:
    // What the placeholders mean in this list.
    struct Meaning
    {
        text::Template message;
        CampaignValues campaign;
        Columns columns;
        std::optional<MessageValues> values;
    };

    void begin(const db::ChangedTexts& texts, const db::ScheduledMessage& first);
    void write(db::ScheduledMessage& message, bool plain_characters);

    std::string country_;
    std::optional<Meaning> meaning_;
};

} // namespace waybill::recipients
