#include "tests/support/throwaway_ca.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <unistd.h>

namespace waybill::test
{
namespace
{

void add_extension(X509* certificate, X509* issuer, int id, const std::string& value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str());
    if (!extension) throw std::runtime_error("not an extension: " + value);
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

TlsIdentity begin_identity(const std::string& common_name, long valid_seconds)
{
    static long serial = 0;
    TlsIdentity made{{X509_new(), X509_free}, {EVP_EC_gen("P-256"), EVP_PKEY_free}};
    X509* certificate = made.certificate.get();
    constexpr long an_hour = 3600;
    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -an_hour);
    X509_gmtime_adj(X509_getm_notAfter(certificate), valid_seconds);
    X509_set_pubkey(certificate, made.key.get());
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1, 0);
    return made;
}

std::string write_to_temporary_file(X509* certificate)
{
    std::string path = std::filesystem::temp_directory_path() / "throwaway_ca_XXXXXX";
    const int descriptor = ::mkstemp(path.data());
    if (descriptor < 0) throw std::runtime_error("no temporary file for the certificate");
    std::FILE* file = ::fdopen(descriptor, "w");
    PEM_write_X509(file, certificate);
    std::fclose(file);
    return path;
}

} // namespace

ThrowawayCa::ThrowawayCa() : authority_(begin_identity("Throw-away authority " + std::to_string(::rand()), 3600))
{
    X509* certificate = authority_.certificate.get();
    X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
    add_extension(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE");
    add_extension(certificate, certificate, NID_key_usage, "critical,keyCertSign");
    X509_sign(certificate, authority_.key.get(), EVP_sha256());
    file_ = write_to_temporary_file(certificate);
}

ThrowawayCa::~ThrowawayCa()
{
    ::unlink(file_.c_str());
}

TlsIdentity ThrowawayCa::issue(const std::string& names, long valid_seconds) const
{
    TlsIdentity made = begin_identity("Throw-away server", valid_seconds);
    X509* issuer = authority_.certificate.get();
    X509_set_issuer_name(made.certificate.get(), X509_get_subject_name(issuer));
    add_extension(made.certificate.get(), issuer, NID_subject_alt_name, names);
    X509_sign(made.certificate.get(), authority_.key.get(), EVP_sha256());
    return made;
}

void write_pem(const TlsIdentity& identity, const std::string& certificate_file, const std::string& key_file)
{
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> certificate(std::fopen(certificate_file.c_str(), "w"),
                                                                      std::fclose);
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> key(std::fopen(key_file.c_str(), "w"), std::fclose);
    if (!certificate || !key) throw std::runtime_error("cannot write " + certificate_file + " or " + key_file);
    PEM_write_X509(certificate.get(), identity.certificate.get());
    PEM_write_PrivateKey(key.get(), identity.key.get(), nullptr, nullptr, 0, nullptr, nullptr);
}

} // namespace waybill::test
