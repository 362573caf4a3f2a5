#pragma once

#include "db/types/types.hpp"

#include <array>
#include <chrono>
#include <cstddef>

namespace waybill::sending
{

// Translates PostgreSQL's clock to this process's steady clock. Each reading is late by the time it took to arrive; of
// the last 64, the least late one counts, so that processes agree and an adjusted clock is followed. Pure.
class ClockOffset
{
public:
    using Steady = std::chrono::steady_clock::time_point;

    void observe(db::Time said, Steady read_at)
    {
        offsets_[next_++ % offsets_.size()] = read_at.time_since_epoch() - said.time_since_epoch();
        offset_ = offsets_[0];
        const std::size_t known = next_ < offsets_.size() ? next_ : offsets_.size();
        for (std::size_t i = 1; i < known; ++i)
            if (offsets_[i] < offset_) offset_ = offsets_[i];
    }

    Steady to_steady(db::Time time) const { return Steady(time.time_since_epoch() + offset_); }

    db::Time to_database(Steady time) const
    {
        return db::Time(std::chrono::duration_cast<db::Time::duration>(time.time_since_epoch() - offset_));
    }

private:
    std::array<Steady::duration, 64> offsets_{};
    std::size_t next_ = 0;
    Steady::duration offset_{};
};

} // namespace waybill::sending
