-- With it all processes seal what clients only pass back, such as cursors that begin with a number.
alter table access_changes
    add column secret text not null default gen_random_uuid()::text || gen_random_uuid()::text;
