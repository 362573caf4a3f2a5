#include "tests/support/report_data.hpp"

#include "tests/support/tested_build.hpp"

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace waybill::test
{

void fill(const TestDatabase& database, const ReportData& data)
{
    std::ifstream file(waybill::test::source_path("tests/bench/report_data.sql"));
    if (!file) throw std::runtime_error("tests/bench/report_data.sql cannot be read");
    std::ostringstream sql;
    const auto set = [&sql](const char* name, const auto& value) {
        sql << "set data." << name << " = '" << value << "';\n";
    };
    set("campaigns", data.campaigns);
    set("messages", data.messages);
    set("largest", data.largest);
    set("singles", data.singles);
    set("days", data.days);
    set("last_day", data.last_day);
    sql << file.rdbuf();
    database.exec(sql.str());
}

} // namespace waybill::test
