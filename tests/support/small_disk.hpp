#pragma once

#include "tests/support/directory.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <sys/mount.h>
#include <unistd.h>

namespace waybill::test
{

// A file system of its own that is soon full; only root may mount one.
class SmallDisk
{
public:
    static bool may_be_made() { return ::geteuid() == 0; }

    explicit SmallDisk(int kilobytes)
    {
        const std::string size = "size=" + std::to_string(kilobytes) + "k";
        mounted_ = ::mount("tmpfs", directory_.path().c_str(), "tmpfs", 0, size.c_str()) == 0;
    }
    ~SmallDisk()
    {
        if (mounted_) ::umount2(directory_.path().c_str(), MNT_DETACH);
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;

    bool is_mounted() const { return mounted_; }
    std::filesystem::path path() const { return directory_.path(); }

    // Another program's file takes what is left.
    void fill() const
    {
        std::ofstream file(path() / "other", std::ios::binary);
        const std::string page(4'096, 'x');
        while (file.write(page.data(), static_cast<std::streamsize>(page.size())).flush()) {
        }
    }
    void make_room() const { std::filesystem::remove(path() / "other"); }

private:
    TestDirectory directory_;
    bool mounted_ = false;
};

} // namespace waybill::test
