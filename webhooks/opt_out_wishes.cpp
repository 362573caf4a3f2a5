#include "webhooks/opt_out_wishes.hpp"

#include "config/ascii.hpp"
#include "webhooks/opt_out_phrases.hpp"
#include "webhooks/plain_words.hpp"
#include "webhooks/toll_free.hpp"

#include <boost/regex.hpp>

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <vector>

namespace waybill::webhooks
{

namespace
{

using db::Keyword;

struct Entry
{
    std::string_view word;
    Keyword keyword;
};

// Twilio's defaults beside the stop words. They count only alone: "Yes please" may answer a question.
constexpr std::array entries{
    Entry{"start", Keyword::start}, Entry{"unstop", Keyword::start}, Entry{"yes", Keyword::start},
    Entry{"help", Keyword::help},   Entry{"info", Keyword::help},
};

std::optional<Keyword> read_opt_out_type(std::string_view type)
{
    const std::string word = config::lower_case(type);
    if (word == "stop") return Keyword::stop;
    if (word == "start") return Keyword::start;
    if (word == "help") return Keyword::help;
    return std::nullopt;
}

} // namespace

std::optional<Keyword> read_keyword(const KeywordSource& source)
{
    if (const auto keyword = read_opt_out_type(source.opt_out_type)) return keyword;
    const std::vector<Sentence> sentences = plain_words(source.body);
    if (is_stop(sentences)) return Keyword::stop;
    if (sentences.size() != 1 || sentences.front().size() != 1) return std::nullopt;
    const std::string& word = sentences.front().front();
    if (word == "yes" && is_toll_free(source.recipient)) return std::nullopt;
    const auto* entry = std::ranges::find(entries, word, &Entry::word);
    if (entry == entries.end()) return std::nullopt;
    return entry->keyword;
}

namespace
{

// What a pattern may name in <angle brackets>. Patterns read one sentence of plain words, each with a blank before it.
struct Group
{
    std::string_view name, words;
};

constexpr auto groups = std::to_array<Group>({
    {"texting", "texting|txting|messaging|msging|sending(?= (?:me|us|these|those|this|to me|to us|to "
                "this)\\b|$)|contacting|spamming|calling|emailing|mailing|bothering|bugging|"
                "annoying|harassing|pestering|wasting my time|wasting our time|blowing up|soliciting|advertising"},
    {"text",
     "text|txt|message|messages|msg|contact|spam|bother|call|email|mail|send|sms|harass|bug|ping|disturb|hit up"},
    {"texts", "texts?|txts?|messages?|messaging|msgs?|sms|spam|notifications?|alerts?|ads|adverts?|advertisements?|"
              "promos?|promotions?|marketing|promotional|mailings?|communications?|solicitations?|text messages?"},
    {"mail", "<texts>|offers?|deals?|coupons?|updates?|reminders?|emails?|newsletters?|junk|crap|stuff"},
    {"these",
     "w|the|these|those|this|that|your|ur|all|any|such|of|with|me|us|more|further|stupid|damn|annoying|fucking|"
     "unwanted|unsolicited|getting|receiving|sending|from|you"},
    {"me", "me|us|my (?:phone )?number|my (?:cell|phone|mobile|info|name|contact|details|data)|this (?:phone )?number|"
           "this (?:cell|phone|mobile)|my information"},
    {"please", "please|pls|plz|now|immediately|asap|today|forever|thanks|thank you|again|ever|anymore|any more|at all"},
});

struct Pattern
{
    std::string_view text;
    bool negatable = false; // "don't stop texting" wishes the opposite
};

constexpr auto patterns = std::to_array<Pattern>({
    // "Stop texting me", "end these texts", "no more messages"
    {" (?:stop|quit|cease|halt|discontinue|end|cancel|block)(?: (?:<these>)){0,4} (?:<texting>|<mail>)\\b", true},
    {" (?:no more|enough(?: of)?(?: with)?|no)(?: (?:<these>)){0,3} (?:<texts>|texting)(?: (?:<please>))*$"},
    {" (?:stop|end|block|disable|turn off) (?:these|those|them)(?: (?:<please>))*$", true},
    {"^ stop (?:i (?:dont|do not|never|didnt|did not|am not|said|will)|im not|dont|do not|who|leave|or i|or ill)\\b"},
    {" (?:cancel|end|stop|discontinue|terminate) (?:my |the |this |your )?(?:text |sms )?subscription\\b", true},
    {" (?:revoke|withdraw|rescind)(?:ing)? (?:my |any |all )?(?:consent|permission)\\b", true},
    // "Do not text me", "never contact this number again"
    {"(?<! i)(?<! you)(?<! we)(?<! they)(?<! people)(?<! why)(?<! to) (?:do not|dont|dnt|never|don t|pls no|must "
     "not|no longer)"
     "(?: ever| please| you dare| u dare| dare| you ever)* (?:<text>)(?: (?:or|and|nor) (?:<text>))*(?: any)?"
     "(?: (?:<texts>|stuff|anything))?(?: (?:to |on )?(?:<me>))?(?: (?:any|anything|stuff|<texts>|more|these|those))*"
     "(?! (?:the|a|an|about|before|after|until|till|unless|between|if|at|late|so|while|during|and|for|when)\\b)"
     "(?:(?: (?:<please>|here|back|on|from|with|this|that|your|texts?|to|me|us))+$|$)"},
    {" (?:do not|dont|never|don t) (?:ever )?(?:<text>) (?:<me>)(?: (?:here|back))? (?:again|ever|anymore|any "
     "more)\\b"},
    // "Take me off your list", "remove my number"
    {" (?:take|get|leave|keep|want|like|drop|be taken|taken|removed|put|cross|strike) (?:<me> )?(?:off|out)(?: of)? "
     "(?:of )?(?:your|ur|this|the|these|all|any)(?: \\w+){0,2} (?:lists?|database|system|<texts>)\\b",
     true},
    {" (?:take|get) (?:<me>) off(?: (?:<please>|this|here|it|there))*$", true},
    {" (?:remove|delete|erase|purge|unlist|removed|deleted|block) (?:<me>)(?: (?:<please>))*$", true},
    {" (?:remove|delete|erase|purge|unlist|drop|exclude|removed?|deleted?|strike) (?:<me> )?(?:from|off)(?: of)? "
     "(?!.*\\b(?:wait\\w*|guest|table|booking|reservations?|queue|line|order)\\b).*\\b"
     "(?:lists?|database|records?|system|contacts?|<mail>)\\b",
     true},
    {" (?:remove|delete|erase) (?:<me>) (?:from|off)\\b"
     "(?!.*\\b(?:wait\\w*|guest|table|booking|reservations?|queue|line|order|list for)\\b)",
     true},
    {" (?:want|like|wish|need|prefer|asked|ask) (?:to be |being )?(?:off|removed|taken off|deleted)(?: (?:of|from))? "
     "(?:this|the|your|ur|all)\\b(?!.*\\b(?:wait\\w*|guest|reservations?|order|table)\\b)",
     true},
    {" (?:lose|forget|delete|block|erase) (?:my|this) (?:phone )?number\\b", true},
    // "Opt me out", "I want to unsubscribe"
    {" (?:opt|opting|opted)(?: (?:<me>|everything))? out\\b(?! of (?!(?:(?:<these>)(?: |$))*(?:<mail>|lists?|texting|"
     "everything|it|program|service|campaign|$)))",
     true},
    {" (?:optout|optingout)\\b", true},
    {" (?:unsubscribe|unsubscribed|unsubscribing|unsub|unsubscibe|unsubcribe|unsuscribe|unsubscrible|desubscribe|"
     "un subscribe|unsubscribes|deregister|unenroll)\\b",
     true},
    // "I don't want these messages", "I no longer wish to be contacted"
    {" (?:do not|dont|no longer|never|don t|didnt|did not|not) (?:want|need|wish|like|care|ask|asked|consent|agree|"
     "request|authorize|interested in)(?: (?:<these>|to|for|be|get|receive|have|hear|about|anything|in|getting|"
     "receiving|text|sms|spam|promotional|marketing|kind|sort|anymore|any|been)){0,7} "
     "(?:<mail>|texted|contacted|messaged|called|spammed|bothered|hear from (?:you|u|yall)|from (?:you|u|yall))\\b"},
    {" (?:i|we) (?:no longer|dont|do not) (?:want|need) (?:these|this|them|it)(?: (?:<please>))*$"},
    {" (?:do not|did not|dont|didnt|never) (?:give |gave )?(?:you )?(?:my )?(?:consent|permission)\\b"},
    {" (?:never|didnt|did not|dont remember|do not remember|dont recall)(?: ever)? (?:signed|sign|signing|subscribed?|"
     "opted|opt|registered|asked|agreed|enrolled)(?: (?:up|in|on))?(?: (?:for|to|with))?"
     "(?: (?:this|these|that|those|any|your|ur|the|you|it|get|receive|of))*(?: (?:<mail>|list|anything))?$"},
    {" (?:im |i am |we are |were |am )?(?:not|no longer) interested(?: (?:<please>|in this|in these|in your|in "
     "any|offers?|texts?|"
     "messages?|so stop|stop|at|all))*$"},
    // "Wrong number"
    {"(?<!the)(?<!a)(?<!is this) wrong (?:number|person|phone|guy|contact)(?! (?:for|of|on your)\\b)"},
    {"(?<! i)(?<! we) (?:have|has|got|reached|texting|texted|messaging|contacting|messaged|is|its|be|to|at) "
     "(?:the|a) wrong (?:number|person|phone|guy|contact)\\b(?! (?:for|of|on your)\\b)"},
    {"^ the wrong (?:number|person)$"},
    {" (?:not|isnt|aint) (?:the right|the correct|their|his|her|my|\\w+s)(?: \\w+)? number\\b"},
    {" (?:number|phone) (?:no longer|does not|doesnt|isnt|is not) (?:belongs?|longer)\\b"},
    {" (?:no longer|doesnt|does not)(?: \\w+)? (?:have|has|own|owns|use|uses|using|at) this (?:phone |cell )?"
     "(?:number|phone)\\b"},
    {" (?:number|phone) (?:has |was |has been |is )?(?:been )?(?:changed hands|reassigned)\\b"},
    // "Leave me alone"
    {" (?:leave|let) (?:me|us)(?: the \\w+)? (?:alone|be)(?: (?:<please>))*$", true},
    {"^(?: (?:just|please|pls|go|and|you))* (?:go away|get lost|buzz off|f off|fuck off|fck off|piss off|bug off|get "
     "bent|"
     "screw off|back off|fuck you)(?: (?:<please>))*$"},
    {" (?:report|reporting|reported|block|blocking|blocked|sue|suing) (?:you|u|this number|this as spam|as spam|"
     "your number|this spam)\\b",
     true},
    {" (?:do not (?:call|contact|text)|dnc|dont call|no call) (?:list|registry)\\b"},
    {" cease and desist\\b"},
    // The whole sentence: "stop it now", "I said stop", "STOP 2 END", and slips of the thumb
    {"^(?: (?:i|said|just|ok|okay|no|yes|now|you|u|must|need|to|guys|please|pls|plz|really|seriously|can|could|would|"
     "will|want|wanna|id|like|we|omg|wtf|dude|yall|ya|it|make|this|reply|text|txt|sent|send|god|for|the|love|of))*"
     " (?:stop|stopall|quit it|quit this|quit now|end this|end it|end now)(?: (?:it|this|that|now|already|immediately|"
     "asap|forever|permanently|right|away|at|once|me|us|bot|all|everything|everyone|spam|please|pls|plz|thanks|thank|"
     "you|2|to|end|stop|2end|quit|cancel|unsubscribe|\\d{3,}|damn|fucking|the|nonsense|bullshit|ok|okay|dammit|damnit|"
     "omg|bitch|man|dude|guys|yall|will|for|good|or|else|and))*$",
     true},
    {"^(?: (?:please|pls|plz))* (?:remove|delete|block|unlist|cease|halt|desist|discontinue|stopp|stp|sotp|stpo|stoo|"
     "stopo|dtop|atop|stip|stop2end|stop2stop|stopp "
     "all|arret|arreter|arretez|parar|pare|alto|basta|baja|detener|detente|"
     "cancelar|stoppen|abmelden|abbestellen|annulla|annullare|desabonner|desinscrire|no more|nomore|unsubscrib|"
     "unfollow|suppress)(?: (?:please|pls|plz|thanks|thank you|por favor|bitte|now))*$"},
    {"^(?: (?:please|this is|its|just|more|i said|ya))* (?:spam|spammers?|blocked|cancel all|end all|quit all|i want "
     "out|let me out|no mas(?: (?:mensajes|textos|sms))?)(?: (?:<please>|por favor))*$"},
});

std::string expanded(std::string_view pattern)
{
    std::string text(pattern);
    for (int depth = 0; depth < 3; ++depth) // groups name groups
        for (const Group& group : groups) {
            const std::string name = "<" + std::string(group.name) + ">";
            for (std::size_t at = 0; (at = text.find(name, at)) != std::string::npos;)
                text.replace(at, name.size(), "(?:" + std::string(group.words) + ")");
        }
    return text;
}

struct Rule
{
    boost::regex expression;
    bool negatable = false;
};

const std::vector<Rule>& rules()
{
    static const std::vector<Rule> compiled = [] {
        std::vector<Rule> made;
        made.reserve(patterns.size());
        for (const Pattern& pattern : patterns)
            made.push_back({boost::regex(expanded(pattern.text)), pattern.negatable});
        return made;
    }();
    return compiled;
}

// "I can't stop texting", "please don't take me off", "did you stop sending offers?": within three words before.
bool is_negated(std::string_view before)
{
    static const std::set<std::string_view> negations{"dont",    "not",   "never",    "cant",   "cannot", "couldnt",
                                                      "wont",    "didnt", "without",  "did",    "non",    "nobody",
                                                      "wouldnt", "why",   "shouldnt", "doesnt", "hasnt",  "havent"};
    for (int words = 0; words < 3 && !before.empty(); ++words) {
        const std::size_t blank = before.rfind(' ');
        if (blank == std::string_view::npos) break;
        const std::string_view word = before.substr(blank + 1);
        if (word == "interested") break; // "not interested, stop texting"
        if (negations.contains(word)) return true;
        before = before.substr(0, blank);
    }
    return false;
}

bool matches(const Rule& rule, const std::string& sentence)
{
    boost::smatch match;
    if (!boost::regex_search(sentence, match, rule.expression)) return false;
    const std::string_view before(sentence.data(), static_cast<std::size_t>(match.position()));
    return !rule.negatable || !is_negated(before);
}

// The beginning of a long sentence: searching takes time that grows faster than its length.
std::string joined(const Sentence& words)
{
    constexpr std::size_t max_words = 60, max_letters = 20;
    std::string text;
    for (std::size_t i = 0; i < std::min(words.size(), max_words); ++i)
        text.append(" ").append(words[i], 0, max_letters);
    return text;
}

} // namespace

bool looks_like_opt_out(std::string_view body)
{
    const std::vector<Sentence> sentences = plain_words(body);
    if (has_stop_sentence(sentences)) return true;
    return std::ranges::any_of(sentences, [](const Sentence& words) {
        const std::string sentence = joined(words);
        return std::ranges::any_of(rules(), [&](const Rule& rule) { return matches(rule, sentence); });
    });
}

} // namespace waybill::webhooks
