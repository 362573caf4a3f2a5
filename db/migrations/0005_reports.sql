-- The database is the report: views in a schema of their own, for people and programs that only read.
--
-- Days are UTC. A campaign's figures stand on the day it starts, a single message's on the day it was made; so every
-- message stands on exactly one day, and days add up to totals. The figures of a campaign are its counters', so that no
-- message is read for them.

create function campaign_day(created_at timestamptz, send_at timestamptz) returns date
    language sql immutable parallel safe
    return (greatest(created_at, send_at) at time zone 'UTC')::date;

create function message_day(id bigint) returns date
    language sql immutable parallel safe
    return (message_created_at(id) at time zone 'UTC')::date;

-- The same as in the log (config/log.cpp).
create function masked_number(number text) returns text
    language sql immutable parallel safe
    return case when length(number) < 12 then '***' else left(number, 5) || '***' || right(number, 4) end;

-- Money, kept in integers, as dollars.
create function dollars(ten_thousandths numeric) returns numeric
    language sql immutable parallel safe
    return (ten_thousandths / 10000)::numeric(18, 4);

create index campaigns_by_day on campaigns (campaign_day(created_at, send_at));
create index campaign_tallies_of_errors on campaign_tallies (campaign_id) where kind = 'error';

-- --- single messages ------------------------------------------------------------------------------------------------
--
-- They have no row of counters. What a change moves is noted in single_moves, by rows that are only ever added, so that
-- nobody waits for anybody; every few seconds the notes are folded into single_figures. The sum of both equals the
-- messages at every moment.

alter table messages add column price_per_segment int; -- of a single message; a campaign's messages have their campaign's

create table single_figures (
    day               date not null,
    status            message_status not null,
    error_code        int not null,    -- 0: none
    messages          bigint not null,
    accepted          bigint not null, -- that Twilio took
    accepted_segments bigint not null,
    cost              bigint not null, -- of these segments, in 1/10 000 USD
    priced            bigint not null, -- messages whose price Twilio has told
    price_micros      bigint not null, -- and the sum, in 1/1 000 000 USD
    primary key (day, status, error_code)
);

-- Cleaned up each minute, as it is read whole.
create table single_moves (like single_figures)
    with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

create function note_single_move() returns trigger
    language plpgsql as $$
begin
    insert into single_moves
    select message_day(id), status, coalesce(error_code, 0), sign,
           case when accepted_at is not null then sign else 0 end,
           case when accepted_at is not null then sign * segments else 0 end,
           case when accepted_at is not null then sign * segments * coalesce(price_per_segment, 0) else 0 end,
           case when price_micros is not null then sign else 0 end,
           sign * coalesce(price_micros, 0)
      from (select -1 as sign, (old).* where tg_op = 'UPDATE' union all select 1, (new).*) as each;
    return null;
end $$;

create trigger single_messages_made after insert on messages
    for each row when (new.campaign_id is null) execute function note_single_move();
create trigger single_messages_moved after update on messages
    for each row when (new.campaign_id is null) execute function note_single_move();

create view single_rows as
select * from single_figures union all select * from single_moves;

create index inbound_messages_to_single on inbound_messages (message_day(message_id))
    where campaign_id is null and message_id is not null;

create view single_engagement as
select message_day(message_id) as day, count(*) as replies, count(*) filter (where keyword = 'stop') as opt_outs
  from inbound_messages
 where campaign_id is null and message_id is not null
 group by 1;

-- --- the views ------------------------------------------------------------------------------------------------------

create schema report;
comment on schema report is 'What became of every campaign and message. Days, hours and times are UTC: times are without a zone, so compare them with now() at time zone ''UTC''. Money is USD. Phone numbers are masked everywhere but in report.messages_with_numbers. Within a version (report.version) views and columns are added, never changed or taken away.';

create view report.version as
select 1 as version;
comment on view report.version is 'Of these views.';
comment on column report.version.version is 'Grows when a column or a view is changed or taken away.';

create view report.campaigns as
select c.public_id as campaign_id, c.name, c.restaurant_name, c.offer, c.offer_code, c.sender, c.simulated,
       case when c.status = 'sending' and c.send_at > now() then 'scheduled' else c.status end as status,
       campaign_day(c.created_at, c.send_at) as day,
       c.created_at at time zone 'UTC' as created_at,
       c.send_at at time zone 'UTC' as send_at,
       c.completed_at at time zone 'UTC' as completed_at,
       k.updated_at at time zone 'UTC' as updated_at,
       c.valid_rows, c.rejected_rows, c.duplicate_rows, c.opted_out_rows,
       c.total as messages,
       k.pending, k.sending, k.unknown, k.accepted as queued, k.sent, k.delivered + k.read as delivered, k.read,
       k.undelivered, k.failed, k.canceled,
       k.ever_accepted as accepted,
       round((k.delivered + k.read)::numeric / nullif(k.ever_accepted, 0), 4) as delivery_rate,
       c.total_segments as segments, k.accepted_segments,
       dollars(c.price_per_segment) as price_per_segment,
       dollars(c.total_segments * c.price_per_segment) as estimated_cost,
       dollars(k.accepted_segments * c.price_per_segment) as cost,
       dollars(c.max_cost) as max_cost,
       k.priced,
       dollars(k.price_micros / 100.0) as twilio_cost,
       k.final_by_receipt, k.final_by_lookup,
       k.replies, k.opt_outs
  from campaigns c join campaign_counters k on k.campaign_id = c.id;
comment on view report.campaigns is 'One row a campaign. pending + sending + unknown + queued + sent + delivered + undelivered + failed + canceled = messages. Reads no message.';
comment on column report.campaigns.campaign_id is 'As in the API.';
comment on column report.campaigns.name is 'The name people gave it.';
comment on column report.campaigns.restaurant_name is 'As it was given.';
comment on column report.campaigns.offer is 'As it was given.';
comment on column report.campaigns.offer_code is 'By which redemptions are tracked.';
comment on column report.campaigns.sender is 'The number it is sent from; empty when the Messaging Service picks one.';
comment on column report.campaigns.simulated is 'True: by the simulated Twilio, nothing reached a phone.';
comment on column report.campaigns.status is 'scheduled, sending, paused, completed or canceled; completed: nothing is left to send.';
comment on column report.campaigns.day is 'On which it starts: of send_at, or of created_at when that is later or there is no send_at.';
comment on column report.campaigns.created_at is 'When it was uploaded.';
comment on column report.campaigns.send_at is 'When it was to start; null: at once.';
comment on column report.campaigns.completed_at is 'When nothing was left to send; null: not yet.';
comment on column report.campaigns.updated_at is 'When one of its messages changed last.';
comment on column report.campaigns.valid_rows is 'Rows of the upload that were fit to be sent to.';
comment on column report.campaigns.rejected_rows is 'Rows that were not, duplicates and opted-out ones among them.';
comment on column report.campaigns.duplicate_rows is 'Rows with a number that an earlier row had.';
comment on column report.campaigns.opted_out_rows is 'Rows whose recipient had opted out.';
comment on column report.campaigns.messages is 'One for each lapsed customer.';
comment on column report.campaigns.pending is 'Not claimed yet.';
comment on column report.campaigns.sending is 'Claimed; the request may be on its way.';
comment on column report.campaigns.unknown is 'Twilio''s reply was lost: it may or may not have been sent.';
comment on column report.campaigns.queued is 'Twilio has it, the carrier does not yet.';
comment on column report.campaigns.sent is 'The carrier has it, the receipt of its delivery did not come yet.';
comment on column report.campaigns.delivered is 'By receipt; read ones among them.';
comment on column report.campaigns.read is 'Delivered and seen (channels other than SMS).';
comment on column report.campaigns.undelivered is 'The carrier could not deliver it; report.errors says why.';
comment on column report.campaigns.failed is 'Twilio refused it or could not send it; report.errors says why.';
comment on column report.campaigns.canceled is 'Ended before it was sent.';
comment on column report.campaigns.accepted is 'Messages that Twilio took, whatever became of them since.';
comment on column report.campaigns.delivery_rate is 'delivered / accepted, 0 to 1; null when none was accepted.';
comment on column report.campaigns.segments is 'Of all messages.';
comment on column report.campaigns.accepted_segments is 'Of the accepted messages; Twilio''s count once it has told it.';
comment on column report.campaigns.price_per_segment is 'By which cost is reckoned.';
comment on column report.campaigns.estimated_cost is 'segments x price_per_segment.';
comment on column report.campaigns.cost is 'accepted_segments x price_per_segment.';
comment on column report.campaigns.max_cost is 'Its budget; null: none.';
comment on column report.campaigns.priced is 'Messages whose price Twilio has told.';
comment on column report.campaigns.twilio_cost is 'The sum of these prices; the whole cost once priced = accepted.';
comment on column report.campaigns.final_by_receipt is 'Accepted messages whose end a receipt told.';
comment on column report.campaigns.final_by_lookup is 'Accepted messages whose end was looked up at Twilio, as no receipt had told it.';
comment on column report.campaigns.replies is 'Texts that recipients answered with.';
comment on column report.campaigns.opt_outs is 'Recipients who opted out by answering.';

create view report.days as
select day, sum(campaigns)::bigint as campaigns, sum(simulated_campaigns)::bigint as simulated_campaigns,
       sum(messages)::bigint as messages, sum(pending)::bigint as pending, sum(unknown)::bigint as unknown,
       sum(queued)::bigint as queued, sum(sent)::bigint as sent, sum(delivered)::bigint as delivered,
       sum(undelivered)::bigint as undelivered, sum(failed)::bigint as failed, sum(canceled)::bigint as canceled,
       sum(accepted)::bigint as accepted, sum(accepted_segments)::bigint as accepted_segments,
       dollars(sum(cost)) as cost, sum(priced)::bigint as priced, dollars(sum(price_micros) / 100.0) as twilio_cost,
       sum(replies)::bigint as replies, sum(opt_outs)::bigint as opt_outs
  from (select campaign_day(c.created_at, c.send_at) as day, 1 as campaigns, c.simulated::int as simulated_campaigns,
               c.total::bigint as messages, (k.pending + k.sending)::bigint as pending, k.unknown::bigint as unknown,
               k.accepted::bigint as queued, k.sent::bigint as sent, (k.delivered + k.read)::bigint as delivered,
               k.undelivered::bigint as undelivered, k.failed::bigint as failed, k.canceled::bigint as canceled,
               k.ever_accepted::bigint as accepted, k.accepted_segments,
               k.accepted_segments * c.price_per_segment as cost, k.priced::bigint as priced, k.price_micros,
               k.replies::bigint as replies, k.opt_outs::bigint as opt_outs
          from campaigns c join campaign_counters k on k.campaign_id = c.id
         union all
        select day, 0, 0, messages, case when status in ('pending', 'sending') then messages else 0 end,
               case when status = 'unknown' then messages else 0 end,
               case when status = 'accepted' then messages else 0 end, case when status = 'sent' then messages else 0 end,
               case when status in ('delivered', 'read') then messages else 0 end,
               case when status = 'undelivered' then messages else 0 end,
               case when status = 'failed' then messages else 0 end,
               case when status = 'canceled' then messages else 0 end,
               accepted, accepted_segments, cost, priced, price_micros, 0, 0
          from single_rows
         union all
        select day, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, replies, opt_outs
          from single_engagement) as each
 group by day;
comment on view report.days is 'One row a day on which campaigns started or single messages were made, with what became of them since. pending + unknown + queued + sent + delivered + undelivered + failed + canceled = messages. Reads no message.';
comment on column report.days.day is 'UTC.';
comment on column report.days.campaigns is 'That started.';
comment on column report.days.simulated_campaigns is 'Of these, by the simulated Twilio.';
comment on column report.days.messages is 'Of these campaigns, and single messages made that day.';
comment on column report.days.pending is 'Not claimed yet, or claimed and on their way.';
comment on column report.days.unknown is 'Twilio''s reply was lost.';
comment on column report.days.queued is 'Twilio has it, the carrier does not yet.';
comment on column report.days.sent is 'The carrier has it, the receipt of its delivery did not come yet.';
comment on column report.days.delivered is 'By receipt; read ones among them.';
comment on column report.days.undelivered is 'The carrier could not deliver it.';
comment on column report.days.failed is 'Twilio refused it or could not send it.';
comment on column report.days.canceled is 'Ended before it was sent.';
comment on column report.days.accepted is 'Messages that Twilio took.';
comment on column report.days.accepted_segments is 'And their segments.';
comment on column report.days.cost is 'accepted_segments x the price of each campaign or message.';
comment on column report.days.priced is 'Messages whose price Twilio has told.';
comment on column report.days.twilio_cost is 'The sum of these prices.';
comment on column report.days.replies is 'To these messages, whenever they came.';
comment on column report.days.opt_outs is 'By replies to these messages.';

create view report.costs_by_day as
select day, messages, accepted, accepted_segments, cost, priced, twilio_cost,
       (cost / nullif(delivered, 0))::numeric(18, 4) as cost_per_delivery
  from report.days;
comment on view report.costs_by_day is 'What the campaigns that started on a day and its single messages have cost so far. Reads no message.';
comment on column report.costs_by_day.day is 'UTC.';
comment on column report.costs_by_day.messages is 'As in report.days.';
comment on column report.costs_by_day.accepted is 'Messages that Twilio took: these cost.';
comment on column report.costs_by_day.accepted_segments is 'And their segments.';
comment on column report.costs_by_day.cost is 'accepted_segments x the price of each campaign or message.';
comment on column report.costs_by_day.priced is 'Messages whose price Twilio has told.';
comment on column report.costs_by_day.twilio_cost is 'The sum of these prices; the whole cost once priced = accepted.';
comment on column report.costs_by_day.cost_per_delivery is 'cost / delivered; null when none was delivered.';

create view report.errors as
select campaign_day(c.created_at, c.send_at) as day, c.public_id as campaign_id, t.key as error_code,
       t.count::bigint as messages
  from campaigns c join campaign_tallies t on t.campaign_id = c.id and t.kind = 'error'
 where t.count > 0
 union all
select day, null, error_code, sum(messages)::bigint
  from single_rows
 where status in ('undelivered', 'failed')
 group by day, error_code
having sum(messages) > 0;
comment on view report.errors is 'Why messages were not delivered: by code, for each campaign, and for each day''s single messages. The sum of messages = undelivered + failed. Reads no message.';
comment on column report.errors.day is 'As in report.days.';
comment on column report.errors.campaign_id is 'Null: single messages.';
comment on column report.errors.error_code is 'Twilio''s; 0 when it gave none. What it means: GET /api/errors.';
comment on column report.errors.messages is 'Undelivered or failed with this code.';

create view report.receipt_lag as
select campaign_day(c.created_at, c.send_at) as day, c.public_id as campaign_id,
       case when t.key = 0 then 0 else round((0.1 * power(1.1, t.key))::numeric, 3) end as seconds_from,
       round((0.1 * power(1.1, t.key + 1))::numeric, 3) as seconds_below,
       t.count::bigint as deliveries
  from campaigns c join campaign_tallies t on t.campaign_id = c.id and t.kind = 'delivery'
 where t.count > 0;
comment on view report.receipt_lag is 'How long it took from the claim of a message to the receipt of its delivery: a histogram for each campaign, in steps of a tenth. Deliveries that were looked up are left out. Reads no message.';
comment on column report.receipt_lag.day is 'As in report.days.';
comment on column report.receipt_lag.campaign_id is 'As in the API.';
comment on column report.receipt_lag.seconds_from is 'Took so long at least.';
comment on column report.receipt_lag.seconds_below is 'Took less.';
comment on column report.receipt_lag.deliveries is 'Receipts of deliveries.';

create view report.engagement as
select day, campaign_id, accepted::bigint, delivered::bigint, replies::bigint, opt_outs::bigint,
       round(replies::numeric / nullif(accepted, 0), 4) as reply_rate,
       round(opt_outs::numeric / nullif(accepted, 0), 4) as opt_out_rate
  from (select day, campaign_id, accepted, delivered, replies, opt_outs from report.campaigns
         union all
        select day, null, sum(accepted), sum(delivered), sum(replies), sum(opt_outs)
          from (select day, accepted, case when status in ('delivered', 'read') then messages else 0 end as delivered,
                       0 as replies, 0 as opt_outs
                  from single_rows
                 union all
                select day, 0, 0, replies, opt_outs from single_engagement) as single
         group by day) as each;
comment on view report.engagement is 'Who answered: for each campaign, and for each day''s single messages. Reads no message.';
comment on column report.engagement.day is 'As in report.days.';
comment on column report.engagement.campaign_id is 'Null: single messages.';
comment on column report.engagement.accepted is 'Messages that Twilio took.';
comment on column report.engagement.delivered is 'By receipt.';
comment on column report.engagement.replies is 'Texts that came back, whenever they came.';
comment on column report.engagement.opt_outs is 'Recipients who opted out by answering; of single messages: answers that said so.';
comment on column report.engagement.reply_rate is 'replies / accepted; null when none was accepted.';
comment on column report.engagement.opt_out_rate is 'opt_outs / accepted; null when none was accepted.';

create view report.messages as
select m.id as message_id, c.public_id as campaign_id, m.row_number, masked_number(m.recipient) as recipient,
       m.status::text as status, m.conflicting::text as conflicting, m.sid, m.error_code, m.segments::int as segments,
       dollars(case when m.accepted_at is null then 0 else m.segments * coalesce(c.price_per_segment, m.price_per_segment, 0)
               end) as cost,
       (m.price_micros / 1000000.0)::numeric(18, 6) as twilio_price,
       message_created_at(m.id) at time zone 'UTC' as created_at,
       m.claimed_at at time zone 'UTC' as claimed_at,
       m.accepted_at at time zone 'UTC' as accepted_at,
       m.sent_at at time zone 'UTC' as sent_at,
       m.completed_at at time zone 'UTC' as completed_at,
       m.read_at at time zone 'UTC' as read_at,
       case when m.status in ('delivered', 'read')
            then round(date_part('epoch', m.completed_at - m.claimed_at)::numeric, 3) end as seconds_to_delivery
  from messages m left join campaigns c on c.id = m.campaign_id;
comment on view report.messages is 'One row a message, without what tells who got it. Name a campaign_id or message_ids: then an index finds them.';
comment on column report.messages.message_id is 'As in the API.';
comment on column report.messages.campaign_id is 'As in the API; null: a single message.';
comment on column report.messages.row_number is 'Of the upload, from 1; 0: a single message.';
comment on column report.messages.recipient is 'Masked: +1555***4567.';
comment on column report.messages.status is 'pending, sending, unknown, accepted, sent, delivered, undelivered, failed, canceled or read.';
comment on column report.messages.conflicting is 'Another final status that was told later; Twilio is asked which is right.';
comment on column report.messages.sid is 'Twilio''s name of it.';
comment on column report.messages.error_code is 'Twilio''s. What it means: GET /api/errors.';
comment on column report.messages.segments is 'Twilio''s count once it has told it.';
comment on column report.messages.cost is 'segments x price; 0 when Twilio did not take it.';
comment on column report.messages.twilio_price is 'As Twilio told it; null: not yet.';
comment on column report.messages.created_at is 'To the second.';
comment on column report.messages.claimed_at is 'When its sending began.';
comment on column report.messages.accepted_at is 'When Twilio took it.';
comment on column report.messages.sent_at is 'When the receipt came that the carrier has it.';
comment on column report.messages.completed_at is 'When its final state came.';
comment on column report.messages.read_at is 'When the receipt came that it was seen.';
comment on column report.messages.seconds_to_delivery is 'From claimed_at to completed_at, of delivered ones.';

create view report.messages_with_numbers as
select m.id as message_id, c.public_id as campaign_id, m.row_number, m.recipient, m.customer_name, m.body,
       m.status::text as status, m.error_code
  from messages m left join campaigns c on c.id = m.campaign_id;
comment on view report.messages_with_numbers is 'Who got what: personal data, with a grant of its own (role waybill_reports_numbers).';
comment on column report.messages_with_numbers.message_id is 'As in report.messages.';
comment on column report.messages_with_numbers.campaign_id is 'As in report.messages.';
comment on column report.messages_with_numbers.row_number is 'As in report.messages.';
comment on column report.messages_with_numbers.recipient is 'The whole phone number.';
comment on column report.messages_with_numbers.customer_name is 'As it was uploaded.';
comment on column report.messages_with_numbers.body is 'The text as it was sent.';
comment on column report.messages_with_numbers.status is 'As in report.messages.';
comment on column report.messages_with_numbers.error_code is 'As in report.messages.';

create view report.open_messages as
select m.id as message_id, c.public_id as campaign_id, masked_number(m.recipient) as recipient, m.status::text as status,
       m.sid, message_created_at(m.id) at time zone 'UTC' as created_at, m.claimed_at at time zone 'UTC' as claimed_at,
       m.accepted_at at time zone 'UTC' as accepted_at, now() - m.claimed_at as open_for
  from campaign_counters k
  join campaigns c on c.id = k.campaign_id
  join messages m on m.campaign_id = k.campaign_id
 where k.pending + k.sending + k.unknown + k.accepted + k.sent > 0 and not is_final(m.status)
 union all
select m.id, null, masked_number(m.recipient), m.status::text, m.sid, message_created_at(m.id) at time zone 'UTC',
       m.claimed_at at time zone 'UTC', m.accepted_at at time zone 'UTC', now() - m.claimed_at
  from messages m
 where m.campaign_id is null and not is_final(m.status);
comment on view report.open_messages is 'Messages without a final state. Reads the messages of campaigns that have such, and all single messages.';
comment on column report.open_messages.message_id is 'As in report.messages.';
comment on column report.open_messages.campaign_id is 'As in report.messages.';
comment on column report.open_messages.recipient is 'Masked: +1555***4567.';
comment on column report.open_messages.status is 'pending, sending, unknown, accepted or sent.';
comment on column report.open_messages.sid is 'Twilio''s name of it; null while Twilio has not told it.';
comment on column report.open_messages.created_at is 'To the second.';
comment on column report.open_messages.claimed_at is 'When its sending began; null: not yet.';
comment on column report.open_messages.accepted_at is 'When Twilio took it; null: not yet.';
comment on column report.open_messages.open_for is 'Since claimed_at.';

create view report.delivery_by_hour as
select c.public_id as campaign_id, date_trunc('hour', told.at, 'UTC') at time zone 'UTC' as hour,
       count(*) filter (where told.what = 'accepted') as accepted,
       count(*) filter (where told.what = 'sent') as sent,
       count(*) filter (where told.what in ('delivered', 'read')) as delivered,
       count(*) filter (where told.what = 'undelivered') as undelivered,
       count(*) filter (where told.what = 'failed') as failed,
       count(*) filter (where told.what = 'canceled') as canceled
  from messages m
  left join campaigns c on c.id = m.campaign_id
 cross join lateral (values ('accepted', m.accepted_at), ('sent', m.sent_at), (m.status::text, m.completed_at))
       as told(what, at)
 where told.at is not null
 group by 1, 2;
comment on view report.delivery_by_hour is 'What was told of the messages, by the hour in which it was told. Reads the messages: name a campaign_id.';
comment on column report.delivery_by_hour.campaign_id is 'As in the API; null: single messages.';
comment on column report.delivery_by_hour.hour is 'Its beginning, UTC.';
comment on column report.delivery_by_hour.accepted is 'Messages that Twilio took in this hour.';
comment on column report.delivery_by_hour.sent is 'Receipts that the carrier has it.';
comment on column report.delivery_by_hour.delivered is 'That were delivered in this hour.';
comment on column report.delivery_by_hour.undelivered is 'That the carrier gave up in this hour.';
comment on column report.delivery_by_hour.failed is 'That failed in this hour.';
comment on column report.delivery_by_hour.canceled is 'That were canceled in this hour.';

-- --- who may read ---------------------------------------------------------------------------------------------------
--
-- Roles belong to all databases of a server, and others may be making them at this very moment. Who migrates without the
-- right to make roles is told what to do; Waybill itself needs neither role.

do $$
declare
    reader text;
begin
    foreach reader in array array['waybill_reports', 'waybill_reports_numbers'] loop
        begin
            if to_regrole(reader) is null then
                execute format('create role %I nologin', reader);
            end if;
        exception
            when duplicate_object or unique_violation then null;
            when insufficient_privilege then
                raise notice 'role % could not be made: make it as an administrator, then grant usage on schema report and select on its views to it', reader;
        end;
        if to_regrole(reader) is not null then
            execute format('grant usage on schema report to %I', reader);
        end if;
    end loop;
    if to_regrole('waybill_reports') is not null then
        grant select on all tables in schema report to waybill_reports;
        revoke select on report.messages_with_numbers from waybill_reports;
    end if;
    if to_regrole('waybill_reports_numbers') is not null then
        grant select on report.messages_with_numbers to waybill_reports_numbers;
    end if;
end $$;
