#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace waybill::cli
{

// `waybill verify`: judges one webhook as the server would and explains the verdict. Returns 0 when the signature is
// right, 1 when it is not, 2 for bad usage. Tokens are never printed.
int run_verify(const std::vector<std::string>& arguments, std::ostream& out);

} // namespace waybill::cli
