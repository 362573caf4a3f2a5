#include "server/api/contract/idempotency.hpp"

#include "db/postgres/storable_text.hpp"

#include <boost/algorithm/hex.hpp>
#include <openssl/evp.h>

#include <array>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

namespace waybill::api
{

namespace
{

constexpr std::size_t max_key_size = 255;

http::Refusal faulty_key(std::string message, std::string type)
{
    return http::Refusal({"header", "Idempotency-Key", std::move(message), std::move(type)});
}

class Sha256
{
public:
    Sha256() : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free)
    {
        if (!context_ || EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) != 1)
            throw std::runtime_error("SHA-256 is not available");
    }
    void add(std::string_view bytes) { EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()); }
    // The size goes first, so that different lists of texts never look alike.
    void add_text(std::string_view text)
    {
        add(std::to_string(text.size()) + ":");
        add(text);
    }
    std::string hex()
    {
        std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
        unsigned int size = 0;
        EVP_DigestFinal_ex(context_.get(), digest.data(), &size);
        return boost::algorithm::hex_lower(std::string(digest.begin(), digest.begin() + size));
    }

private:
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

void add_fields(const std::map<std::string, std::string, std::less<>>& fields, Sha256& hash)
{
    for (const auto& [name, value] : fields) {
        hash.add_text(name);
        hash.add_text(value);
    }
}

} // namespace

std::string idempotency_key_of(const http::Request& request)
{
    std::string key(request.headers.value_or_empty("Idempotency-Key"));
    if (key.size() > max_key_size) throw faulty_key("must have at most 255 characters", "string_too_long");
    if (db::storable(key) != key) throw faulty_key("must be UTF-8 text", "value_error");
    return key;
}

http::Refusal key_was_used()
{
    return faulty_key("was used for another request; use a new key", "value_error");
}

std::string fingerprint(const std::map<std::string, std::string, std::less<>>& fields)
{
    Sha256 hash;
    add_fields(fields, hash);
    return hash.hex();
}

std::string fingerprint(const std::map<std::string, std::string, std::less<>>& fields, const http::SpooledFile& file)
{
    Sha256 hash;
    add_fields(fields, hash);
    std::vector<char> piece(64 * 1024);
    for (std::uint64_t offset = 0;;) {
        const std::size_t size = file.read(offset, piece.data(), piece.size());
        if (size == 0) return hash.hex();
        hash.add({piece.data(), size});
        offset += size;
    }
}

} // namespace waybill::api
