#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

// The few calls of SQLite that the journal makes, with RAII and exceptions.
namespace waybill::db::sqlite
{

class Error : public std::runtime_error
{
public:
    Error(int result, const std::string& what) : std::runtime_error(what), result_(result) {}
    int result() const { return result_; } // SQLITE_FULL, SQLITE_NOTADB, …

private:
    int result_;
};

class Connection
{
public:
    explicit Connection(const std::filesystem::path& file);
    void exec(const std::string& sql);
    std::int64_t number(const std::string& sql); // the one field of the one row
    std::int64_t changes() const;                // rows that the last statement wrote or deleted
    sqlite3* handle() const { return handle_.get(); }
    [[noreturn]] void fail(int result) const;

private:
    std::unique_ptr<sqlite3, decltype(&sqlite3_close)> handle_;
};

// Rolls back unless it was committed.
class Transaction
{
public:
    explicit Transaction(Connection& connection);
    ~Transaction();
    void commit();

private:
    Connection& connection_;
    bool open_ = true;
};

// Parameters are bound from the left, columns read from the left; both start anew with each step that ends.
class Query
{
public:
    Query(Connection& connection, const char* sql);

    Query& bind(std::int64_t number);
    Query& bind(const std::optional<int>& number);
    Query& bind(std::string_view text); // outlives the next step()
    bool step();                        // true while there is a row

    std::int64_t number();
    std::optional<int> optional_number();
    std::string text();

private:
    Connection& connection_;
    std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)> statement_;
    int parameter_ = 0;
    int column_ = 0;
};

} // namespace waybill::db::sqlite
