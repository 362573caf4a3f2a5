-- A claim whose process is killed before the request was written may be undone: the message is sent by the next claim, and
-- does not become unknown. True from the claim until the process, about to write the request, has committed that it does.
-- An older Waybill that still runs beside this one claims without it, and its lost claims become unknown as before.
alter table outbox add column unsent boolean not null default false;
