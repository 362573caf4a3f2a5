#pragma once

#include "server/http/client/client.hpp"

#include <string>

namespace waybill::http
{

// False when a line break or a space would smuggle something into the request line or the headers.
bool is_well_formed(const ClientRequest& request);

// The request as HTTP/1.1 text, with Host and, when it has or may have a body, Content-Length. Replaces `text`.
void write_request(const ClientRequest& request, std::string_view host, std::string& text);

bool asks_to_close(const ClientRequest& request); // its headers say Connection: close

} // namespace waybill::http
