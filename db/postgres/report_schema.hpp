#pragma once

#include <string>
#include <string_view>

// The schema of the views for reports. SQL says `report`; what the setting calls it takes that place.
namespace waybill::db
{

void use_report_schema(std::string name); // before anything connects
const std::string& report_schema();

// SQL that names the schema as `report.`, `schema report` or 'report', for the schema of that name.
std::string in_report_schema(std::string_view sql, std::string_view name);

} // namespace waybill::db
