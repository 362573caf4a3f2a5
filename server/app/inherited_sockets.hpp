#pragma once

#include <vector>

namespace waybill
{

// The sockets that systemd (or another supervisor that speaks its protocol) opened for this process and keeps open
// while Waybill is restarted: the one of PORT and, if there is a second, the one of WEBHOOK_PORT. Empty: none. The
// variables are cleared, so that no child process takes the sockets for its own. Throws std::runtime_error when there
// are more.
std::vector<int> inherited_sockets();

} // namespace waybill
