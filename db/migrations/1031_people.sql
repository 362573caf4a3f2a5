-- What is kept of opt-outs that were lifted, and of people who were erased.

-- Every opt-out and every lifting. The rows of opt_outs are what this history leaves.
create table opt_out_history (
    id           bigint generated always as identity primary key,
    phone_number text not null, -- of an erased person: the token
    at           timestamptz not null default now(),
    event        text not null check (event in ('added', 'lifted')),
    source       text not null, -- of the opt-out: reply, operator, twilio
    principal    text not null, -- who added or lifted it; empty: the person, by a message
    message_sid  text,          -- that message
    campaign_id  bigint references campaigns
);

create index opt_out_history_by_number on opt_out_history (phone_number, id);
create index inbound_messages_by_sender on inbound_messages (from_address, received_at);
create index stray_receipts_by_number on stray_receipts ((extra ->> 'To'));

insert into opt_out_history (phone_number, at, event, source, principal, campaign_id)
select phone_number, created_at, 'added', source, '', campaign_id from opt_outs order by created_at;

-- Runs when the statement has ended: the message by which a person opted out or in is stored by then.
create function note_opt_out() returns trigger
    language plpgsql as $$
declare
    opt_out opt_outs := case when tg_op = 'DELETE' then old else new end;
    actor text := coalesce(current_setting('waybill.principal', true), '');
    word text := case when tg_op = 'DELETE' then 'start' else 'stop' end;
begin
    if coalesce(current_setting('waybill.erasing', true), '') = 'yes' then
        return null;
    end if;
    insert into opt_out_history (phone_number, event, source, principal, message_sid, campaign_id)
    values (opt_out.phone_number, case when tg_op = 'DELETE' then 'lifted' else 'added' end, opt_out.source, actor,
            case when actor = '' then (select sid from inbound_messages
                                     where from_address = opt_out.phone_number and keyword = word
                                     order by received_at desc limit 1) end,
            opt_out.campaign_id);
    return null;
end $$;

create trigger opt_outs_have_a_history after insert or delete on opt_outs for each row execute function note_opt_out();

-- Opt-outs of people who were erased: the token is a keyed hash of the number; the key is a file beside the server.
create table erased_opt_outs (
    id         bigint generated always as identity primary key,
    token      text not null unique,
    source     text not null,
    created_at timestamptz not null
);

create trigger erased_opt_outs_are_audited after insert or update or delete on erased_opt_outs for each row
    when (current_setting('waybill.changed', true) <> '')
    execute function note_change('id', 'source,created_at');

-- What the key makes of a fixed text: shows whether a server has the key of this database.
create table privacy_check (value text not null);
