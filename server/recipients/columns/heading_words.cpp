#include "server/recipients/columns/heading_words.hpp"

#include "server/recipients/columns/header_key.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace waybill::recipients
{

namespace
{

// Headings that mean one thing, after the words for a person and the endings below were taken off.
struct Vocabulary
{
    Role role;
    int rank;
    std::string_view words;
};

constexpr std::array vocabulary{
    Vocabulary{Role::name, 1, "fullname name displayname firstandlastname firstlastname namefull"},
    Vocabulary{Role::first_name, 1, "firstname first fname givenname forename namefirst"},
    Vocabulary{Role::last_name, 1, "lastname last lname surname familyname namelast"},
    Vocabulary{Role::phone, 1,
               "mobile cell cellular mobilephone cellphone phonemobile phonecell cellularphone smsphone "
               "textphone handphone mobiletelephone"},
    Vocabulary{Role::phone, 2,
               "phone telephone tel phone1 tel1 mobile1 phoneprimary telephone1 contact1phone e164 "
               "phonee164"},
    Vocabulary{Role::phone, 3, "homephone phonehome workphone daytimephone eveningphone phone2"},
    Vocabulary{Role::consent, 1,
               "smsconsent smsoptin smsoptedin optinsms optedinsms optedintosms optintosms textconsent "
               "textoptin textsoptin optedintotexts acceptssms acceptssmsmarketing acceptstexts "
               "smspermission textpermission smssubscribed smssubscription subscribedtosms textok "
               "textsok oktotext oktosms smsok cantext maytext wantstexts wantssms receivesms "
               "receivetexts receivessms receivestexts smsmarketing smsmarketingconsent "
               "smsmarketingoptin textmarketing textmarketingconsent smsallowed allowsms allowtexts "
               "agreetosms agreedtosms smsagreement textmessageconsent textmessageoptin consenttotext "
               "consenttosms consenttotexts smsoptinstatus smsconsentstatus wantstextmessages "
               "textmessages texting"},
    Vocabulary{Role::consent, 2,
               "consent optin optedin permission subscribed marketingconsent marketingoptin "
               "marketingpermission optinstatus consentstatus acceptsmarketing consentgiven hasconsent "
               "hasconsented consented isoptedin issubscribed"},
    Vocabulary{Role::objection, 1,
               "smsoptout smsoptedout optoutsms optedoutofsms textoptout donottext donotsms nosms "
               "notexts smsunsubscribed donttext stopsms"},
    Vocabulary{Role::objection, 2,
               "optout optedout unsubscribed donotcontact dnc marketingoptout isoptedout isunsubscribed "
               "dontcontact"},
};

constexpr std::array persons{"customers", "customer",  "guests",  "guest",     "clients", "client",  "contacts",
                             "contact",   "members",   "member",  "patron",    "diner",   "person",  "people",
                             "buyer",     "recipient", "primary", "preferred", "main",    "billing", "default",
                             "their",     "your",      "current", "the",       "user"};

// Alone, these head a column of names; "Contact" may as well hold numbers.
constexpr std::array someone{"customer", "guest",  "client", "member",   "patron",
                             "diner",    "person", "buyer",  "recipient"};

// A date's heading is one of these three in a row, of which the first may be missing if the last is not.
constexpr std::array recents{"dateofmostrecent", "dateoflatest", "dateoflast", "mostrecent", "latest", "last",
                             "recent",           "previous",     "prev"};
constexpr std::array occasions{
    "ordered",     "order",       "visited",   "visit",       "purchased",   "purchase",   "transaction", "seen",
    "activity",    "active",      "dinein",    "dined",       "dining",      "dinner",     "meal",        "reservation",
    "booking",     "booked",      "checkin",   "checkedin",   "checkout",    "sale",       "invoice",     "payment",
    "paid",        "delivery",    "pickup",    "takeout",     "appointment", "bought",     "stay",        "ate",
    "onlineorder", "orderplaced", "contacted", "interaction", "attended",    "attendance", "came"};
constexpr std::array moments{"",   "date", "dates", "datetime", "dateandtime", "dateutc",
                             "at", "on",   "time",  "day",      "timestamp",   "ts"};

std::string_view without_prefix(std::string_view text, std::string_view prefix)
{
    return text.starts_with(prefix) ? text.substr(prefix.size()) : std::string_view();
}

bool is_moment(std::string_view text)
{
    return std::ranges::find(moments, text) != moments.end();
}

// Rank 1 is the last of several occasions; rank 2 is an occasion with a date.
std::optional<Heading> date_heading(std::string_view letters)
{
    for (const std::string_view occasion : occasions) {
        for (const std::string_view recent : recents) {
            const std::string_view rest = without_prefix(letters, recent);
            if (rest.starts_with(occasion) && is_moment(rest.substr(occasion.size())))
                return Heading{Role::last_order_date, 1};
        }
        const std::string_view rest = without_prefix(letters, occasion);
        if (!rest.empty() && is_moment(rest) && rest != "time" && rest != "day")
            return Heading{Role::last_order_date, 2};
        if (without_prefix(letters, "dateof") == occasion) return Heading{Role::last_order_date, 2};
    }
    return std::nullopt;
}

bool has_word(std::string_view words, std::string_view word)
{
    for (std::size_t at = words.find(word); at != words.npos && !word.empty(); at = words.find(word, at + 1)) {
        const std::size_t end = at + word.size();
        if ((at == 0 || words[at - 1] == ' ') && (end == words.size() || words[end] == ' ')) return true;
    }
    return false;
}

std::optional<Heading> known_heading(std::string_view letters)
{
    for (const Vocabulary& entry : vocabulary)
        if (has_word(entry.words, letters)) return Heading{entry.role, entry.rank};
    for (const std::string_view ending : {"number", "numbers", "num", "no", "nr", "s"}) {
        if (!letters.ends_with(ending)) continue;
        const std::string_view stem = letters.substr(0, letters.size() - ending.size());
        for (const Vocabulary& entry : vocabulary)
            if (entry.role == Role::phone && has_word(entry.words, stem)) return Heading{entry.role, entry.rank};
    }
    return date_heading(letters);
}

// Also without the words for a person before it: "guest mobile", "customer's name".
std::optional<Heading> heading_in(std::string_view letters)
{
    if (letters == "lastorder" || letters == "lastorderdate") return Heading{Role::last_order_date, 0};
    if (letters == "customername") return Heading{Role::name, 0};
    if (letters == "phonenumber") return Heading{Role::phone, 0};
    if (letters == "contactnumber" || letters == "contactno" || letters == "smsnumber" || letters == "textnumber")
        return Heading{Role::phone, 2};
    if (auto heading = known_heading(letters)) return heading;
    if (std::ranges::find(someone, letters) != someone.end()) return Heading{Role::name, 2};
    for (const std::string_view person : persons) {
        const std::string_view rest = without_prefix(letters, person);
        if (rest.empty()) continue;
        if (auto heading = heading_in(rest)) return heading;
        if (rest.starts_with('s'))
            if (auto heading = known_heading(rest.substr(1))) return heading;
    }
    return std::nullopt;
}

} // namespace

std::optional<Heading> heading_of(std::string_view header)
{
    if (header.size() > 200) return std::nullopt;
    if (auto heading = heading_in(heading_letters(header))) {
        const bool is_order_number = heading->role == Role::last_order_date && header.find('#') != header.npos;
        return is_order_number ? std::nullopt : heading;
    }
    const std::size_t bracket = header.find_first_of("([");
    if (bracket == header.npos || bracket == 0) return std::nullopt;
    return heading_in(heading_letters(header.substr(0, bracket)));
}

} // namespace waybill::recipients
