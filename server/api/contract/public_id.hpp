#pragma once

#include "db/types/types.hpp"

#include <string>

namespace waybill::api
{

std::string make_public_id(db::Time now); // sms_1774958400_k3v9q2: the second, and six random letters or digits

} // namespace waybill::api
