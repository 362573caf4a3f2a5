#include "server/recipients/csv/sample_csv.hpp"

#include <array>
#include <cstdio>
#include <string_view>

namespace waybill::recipients
{

namespace
{

struct Customer
{
    std::string_view name;
    std::string_view phone_number;
    std::chrono::days since_last_order;
};

constexpr std::array customers{
    Customer{"John Smith", "+12025550101", std::chrono::days(45)},
    Customer{"Maria Garcia", "+13125550102", std::chrono::days(60)},
    Customer{"David Lee", "+14155550103", std::chrono::days(90)},
    Customer{"Aisha Khan", "+16175550104", std::chrono::days(120)},
    Customer{"Emily Chen", "+12125550105", std::chrono::days(180)},
};

std::string iso_date(std::chrono::sys_days day)
{
    std::chrono::year_month_day date(day);
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", int(date.year()), unsigned(date.month()),
                  unsigned(date.day()));
    return text.data();
}

} // namespace

std::string sample_csv(std::chrono::sys_days today)
{
    std::string csv = "customer_name,phone_number,last_order_date\n";
    for (const Customer& customer : customers)
        csv.append(customer.name)
            .append(",")
            .append(customer.phone_number)
            .append(",")
            .append(iso_date(today - customer.since_last_order))
            .append("\n");
    return csv;
}

} // namespace waybill::recipients
