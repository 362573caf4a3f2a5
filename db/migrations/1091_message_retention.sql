-- Messages that ended long ago may be deleted; their campaign keeps its counters, which then equal no rows any more.
alter table campaigns add column messages_removed_at timestamptz; -- when that began
