#pragma once

#include "webhooks/plain_words.hpp"

#include <vector>

namespace waybill::webhooks
{

// Whether the text is a stop word and nothing else but politeness and repetition: safe for a machine to act on.
bool is_stop(const std::vector<Sentence>& sentences);

// Whether one of several sentences is that alone, with a word that has no other meaning among guests ("STOP. Who is
// this?", not "Cancel. We cannot come").
bool has_stop_sentence(const std::vector<Sentence>& sentences);

} // namespace waybill::webhooks
