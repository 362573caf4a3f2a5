#pragma once

#include "server/recipients/xlsx/xml_stream.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

// The small files of a workbook that say where the others are.
namespace waybill::recipients
{

// A file in the archive that another one refers to.
struct XlsxRelation
{
    std::string kind; // the last word of its type: `worksheet`, `sharedStrings`
    std::string part;
};

// What `_rels/NAME.rels` says about the part NAME, by the id of the relation. What lies outside the file is left out.
class XlsxRelations : public XmlHandler
{
public:
    explicit XlsxRelations(std::string part);

    static std::string file_of(const std::string& part);

    void on_start(std::string_view name, const XmlAttributes& attributes) override;

    const std::map<std::string, XlsxRelation, std::less<>>& all() const { return relations_; }
    std::string part_of_kind(std::string_view kind) const; // empty if there is none

private:
    std::string resolve(std::string_view target) const;

    std::string folder_; // of the part
    std::map<std::string, XlsxRelation, std::less<>> relations_;
};

// The sheets of workbook.xml in their order.
class XlsxSheetList : public XmlHandler
{
public:
    struct Entry
    {
        std::string name;
        std::string relation;
        bool is_hidden = false;
    };

    void on_start(std::string_view name, const XmlAttributes& attributes) override;

    const std::vector<Entry>& entries() const { return entries_; }
    bool begins_in_1904() const { return begins_in_1904_; }

private:
    std::vector<Entry> entries_;
    bool begins_in_1904_ = false;
};

} // namespace waybill::recipients
