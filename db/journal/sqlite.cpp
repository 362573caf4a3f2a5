#include "db/journal/sqlite.hpp"

namespace waybill::db::sqlite
{

namespace
{

constexpr int busy_milliseconds = 5'000;

sqlite3* open(const std::filesystem::path& file)
{
    sqlite3* handle = nullptr;
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX;
    const int result = sqlite3_open_v2(file.c_str(), &handle, flags, nullptr);
    if (result == SQLITE_OK) return handle;
    const std::string reason = handle ? sqlite3_errmsg(handle) : sqlite3_errstr(result);
    sqlite3_close(handle);
    throw Error(result, file.string() + ": " + reason);
}

} // namespace

Connection::Connection(const std::filesystem::path& file) : handle_(open(file), &sqlite3_close)
{
    sqlite3_busy_timeout(handle_.get(), busy_milliseconds);
}

void Connection::exec(const std::string& sql)
{
    const int result = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr);
    if (result != SQLITE_OK) fail(result);
}

std::int64_t Connection::number(const std::string& sql)
{
    Query query(*this, sql.c_str());
    query.step();
    return query.number();
}

std::int64_t Connection::changes() const
{
    return sqlite3_changes(handle_.get());
}

void Connection::fail(int result) const
{
    throw Error(result, sqlite3_errmsg(handle_.get()));
}

Transaction::Transaction(Connection& connection) : connection_(connection)
{
    connection_.exec("begin immediate");
}

Transaction::~Transaction()
{
    // A full disk may have rolled it back already; either way nothing of it stays.
    if (open_) sqlite3_exec(connection_.handle(), "rollback", nullptr, nullptr, nullptr);
}

void Transaction::commit()
{
    connection_.exec("commit");
    open_ = false;
}

Query::Query(Connection& connection, const char* sql) : connection_(connection), statement_(nullptr, &sqlite3_finalize)
{
    sqlite3_stmt* statement = nullptr;
    const int result = sqlite3_prepare_v2(connection.handle(), sql, -1, &statement, nullptr);
    if (result != SQLITE_OK) connection.fail(result);
    statement_.reset(statement);
}

Query& Query::bind(std::int64_t number)
{
    sqlite3_bind_int64(statement_.get(), ++parameter_, number);
    return *this;
}

Query& Query::bind(const std::optional<int>& number)
{
    if (number) return bind(static_cast<std::int64_t>(*number));
    sqlite3_bind_null(statement_.get(), ++parameter_);
    return *this;
}

Query& Query::bind(std::string_view text)
{
    const char* data = text.data() ? text.data() : "";
    sqlite3_bind_text(statement_.get(), ++parameter_, data, static_cast<int>(text.size()), SQLITE_STATIC);
    return *this;
}

bool Query::step()
{
    column_ = 0;
    const int result = sqlite3_step(statement_.get());
    if (result == SQLITE_ROW) return true;
    sqlite3_reset(statement_.get());
    parameter_ = 0;
    if (result != SQLITE_DONE) connection_.fail(result);
    return false;
}

std::int64_t Query::number()
{
    return sqlite3_column_int64(statement_.get(), column_++);
}

std::optional<int> Query::optional_number()
{
    if (sqlite3_column_type(statement_.get(), column_) != SQLITE_NULL) return static_cast<int>(number());
    ++column_;
    return std::nullopt;
}

std::string Query::text()
{
    const int column = column_++;
    const auto* data = sqlite3_column_text(statement_.get(), column);
    const int size = sqlite3_column_bytes(statement_.get(), column);
    return data ? std::string(reinterpret_cast<const char*>(data), static_cast<std::size_t>(size)) : std::string();
}

} // namespace waybill::db::sqlite
