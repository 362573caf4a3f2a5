#include "webhooks/form.hpp"
#include "webhooks/signature.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace waybill::webhooks;

namespace
{

void require(bool truth)
{
    if (!truth) std::abort();
}

} // namespace

// Any bytes are a form or are not; what is read survives being written, and what is signed verifies.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const SigningKey key("0123456789abcdef0123456789abcdef");
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto form = parse_form(text);
    if (form) require(parse_form(write_form(*form))->parameters == form->parameters);

    const Form signed_form = form.value_or(Form{});
    const std::string signature = key.sign(text, signed_form);
    const SignedRequest request{.url = text, .signature = signature, .form = &signed_form};
    require(verify(std::span(&key, 1), request).has_value());
    require(url_candidates(text).size() == 2);
    return 0;
}
