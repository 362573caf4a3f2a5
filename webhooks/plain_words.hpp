#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace waybill::webhooks
{

// The words of a text as people hear them: in lower case, full-width letters, accents and invisible characters made
// plain, apostrophes dropped ("dont"), without punctuation and emoji. Single letters in a row are one word ("S.T.O.P").
// One list per sentence; a text without words has none.
using Sentence = std::vector<std::string>;

// Reads the first 2,000 bytes or so; any bytes are accepted.
std::vector<Sentence> plain_words(std::string_view text);

} // namespace waybill::webhooks
