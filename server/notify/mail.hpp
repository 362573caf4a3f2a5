#pragma once

#include "db/types/types.hpp"

#include <string>
#include <string_view>

// E-mail as text, and what can be wrong with the settings for it. No I/O.
namespace waybill::notify
{

struct MailOptions
{
    std::string url; // smtp://host:port or smtps://host:port; empty: no e-mail is sent
    std::string user, password, from;
    bool allows_clear_text = false; // to another machine
};

// A sentence on which setting cannot work and what to do; empty: all of them can, or no server is set.
std::string fault_of(const MailOptions& options);

bool must_encrypt(const MailOptions& options); // with STARTTLS, if not from the start

bool is_mail_address(std::string_view text);

struct Mail
{
    std::string from, to, subject, body;
};

// As it travels: lines end with CRLF, everything is ASCII, and no text adds a header field.
std::string written(const Mail& mail, db::Time at, std::string_view id);

} // namespace waybill::notify
