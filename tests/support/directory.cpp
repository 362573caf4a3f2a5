#include "tests/support/directory.hpp"

#include <cstdlib>
#include <stdexcept>

namespace waybill::test
{

TestDirectory::TestDirectory()
{
    std::string name = (std::filesystem::temp_directory_path() / "waybill-test-XXXXXX").string();
    if (!mkdtemp(name.data())) throw std::runtime_error("cannot make a temporary directory");
    path_ = name;
}

TestDirectory::~TestDirectory()
{
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

} // namespace waybill::test
