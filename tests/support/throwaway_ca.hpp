#pragma once

#include <openssl/types.h>

#include <memory>
#include <string>

namespace waybill::test
{

// A certificate with its key.
struct TlsIdentity
{
    std::shared_ptr<X509> certificate;
    std::shared_ptr<EVP_PKEY> key;
};

// A certificate authority for the length of a test. Its own certificate lies in a temporary file, to be trusted by
// a client that is given it.
class ThrowawayCa
{
public:
    ThrowawayCa();
    ~ThrowawayCa();
    ThrowawayCa(const ThrowawayCa&) = delete;
    ThrowawayCa& operator=(const ThrowawayCa&) = delete;

    const std::string& file() const { return file_; }
    TlsIdentity issue(const std::string& names, long valid_seconds = 3600) const; // `DNS:localhost,IP:127.0.0.1`

private:
    TlsIdentity authority_;
    std::string file_;
};

void write_pem(const TlsIdentity& identity, const std::string& certificate_file, const std::string& key_file);

} // namespace waybill::test
