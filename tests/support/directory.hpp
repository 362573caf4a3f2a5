#pragma once

#include <filesystem>
#include <string>

namespace waybill::test
{

// A directory of its own for one test, removed at the end.
class TestDirectory
{
public:
    TestDirectory();
    ~TestDirectory();
    TestDirectory(const TestDirectory&) = delete;
    TestDirectory& operator=(const TestDirectory&) = delete;

    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

} // namespace waybill::test
