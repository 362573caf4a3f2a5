#pragma once

#include "server/api/operations/stored_figures.hpp"
#include "server/api/parts.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace waybill::api
{

// Prometheus text: a line of help, a line of type, then the samples.
class MetricsPage
{
public:
    void family(std::string_view name, std::string_view type, std::string_view help)
    {
        name_ = name;
        text_.append("# HELP ").append(name).append(" ").append(help).append("\n");
        text_.append("# TYPE ").append(name).append(" ").append(type).append("\n");
    }
    template <class Number>
    void sample(Number value, std::string_view labels = {}, std::string_view suffix = {})
    {
        text_.append(name_).append(suffix);
        if (!labels.empty()) text_.append("{").append(labels).append("}");
        text_.append(" ").append(std::to_string(value)).append("\n");
    }
    std::string take() { return std::move(text_); }

private:
    std::string name_;
    std::string text_;
};

void write_stored(MetricsPage& page, const StoredFigures& figures, const CampaignRules& rules);

// What Waybill counts. Figures that PostgreSQL has not reported yet are left out.
std::string metrics_page(const Parts& parts, const StoredFigures& figures);

} // namespace waybill::api
