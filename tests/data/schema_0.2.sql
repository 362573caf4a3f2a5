-- A database of Waybill 0.2 with a few rows, as `pg_dump --no-owner --no-privileges --no-comments --inserts` wrote it. Do not
-- edit: tests/db/postgres/migrations_test.cpp restores it, migrates it and looks for every row.

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

CREATE SCHEMA report;

CREATE TYPE public.history_source AS ENUM (
    'send',
    'receipt',
    'lookup',
    'operator'
);

CREATE TYPE public.message_status AS ENUM (
    'pending',
    'sending',
    'unknown',
    'accepted',
    'sent',
    'delivered',
    'undelivered',
    'failed',
    'canceled',
    'read'
);

CREATE FUNCTION public.campaign_day(created_at timestamp with time zone, send_at timestamp with time zone) RETURNS date
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ((GREATEST(created_at, send_at) AT TIME ZONE 'UTC'::text))::date;

CREATE FUNCTION public.campaign_shown_status(status text, send_at timestamp with time zone) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE WHEN ((status = 'sending'::text) AND (send_at > now())) THEN 'scheduled'::text ELSE status END;

CREATE FUNCTION public.conflict(status public.message_status, reported public.message_status) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ((status >= 'delivered'::public.message_status) AND (reported <> status) AND (reported >= 'delivered'::public.message_status) AND (status <> 'read'::public.message_status) AND (reported <> 'read'::public.message_status));

CREATE FUNCTION public.create_history_partitions(first_month date, months integer) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
    first_id bigint;
    end_id bigint;
    month timestamp;
    name text;
begin
    perform pg_advisory_xact_lock(hashtext('waybill history partitions')), set_config('lock_timeout', '5s', true);
    for i in 0 .. months - 1 loop
        month := date_trunc('month', first_month::timestamp) + make_interval(months => i);
        name := 'message_history_' || to_char(month, 'YYYY_MM');
        first_id := message_id_at(month at time zone 'UTC');
        end_id := message_id_at((month + interval '1 month') at time zone 'UTC');
        continue when to_regclass(name) is not null or exists (
            select from message_history_of_other_months where message_id >= first_id and message_id < end_id);
        execute format('create table %I partition of message_history for values from (%s) to (%s)', name, first_id, end_id);
    end loop;
end $$;

CREATE FUNCTION public.dollars(ten_thousandths numeric) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ((ten_thousandths / (10000)::numeric))::numeric(18,4);

CREATE FUNCTION public.dollars_text(ten_thousandths numeric) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN to_char((ten_thousandths / 10000.0), 'FM9999999990.0000'::text);

CREATE FUNCTION public.drop_history_partitions(before timestamp with time zone) RETURNS SETOF text
    LANGUAGE plpgsql
    AS $_$
declare
    name text;
begin
    perform pg_advisory_xact_lock(hashtext('waybill history partitions')), set_config('lock_timeout', '5s', true);
    for name in
        select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
         where i.inhparent = 'message_history'::regclass and c.relname ~ '^message_history_\d{4}_\d{2}$'
           and (to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month') at time zone 'UTC' <= before
         order by 1
    loop
        execute format('drop table %I', name);
        return next name;
    end loop;
end $_$;

CREATE FUNCTION public.from_micros(micros bigint) RETURNS timestamp with time zone
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN ('1970-01-01 00:00:00+00'::timestamp with time zone + ((micros)::double precision * '00:00:00.000001'::interval));

CREATE FUNCTION public.in_quiet_hours(quiet_from time without time zone, quiet_until time without time zone, time_zone text, moment timestamp with time zone) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE WHEN (quiet_from IS NULL) THEN false WHEN (quiet_from < quiet_until) THEN ((((moment AT TIME ZONE time_zone))::time without time zone >= quiet_from) AND (((moment AT TIME ZONE time_zone))::time without time zone < quiet_until)) ELSE ((((moment AT TIME ZONE time_zone))::time without time zone >= quiet_from) OR (((moment AT TIME ZONE time_zone))::time without time zone < quiet_until)) END;

CREATE FUNCTION public.is_final(status public.message_status) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (status >= 'delivered'::public.message_status);

CREATE FUNCTION public.is_overdue(status public.message_status, lookup_at timestamp with time zone, claimed_at timestamp with time zone, claimed_after timestamp with time zone, claimed_before timestamp with time zone) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ((status = ANY (ARRAY['accepted'::public.message_status, 'sent'::public.message_status])) AND (lookup_at IS NULL) AND (claimed_at >= claimed_after) AND (claimed_at <= claimed_before));

CREATE FUNCTION public.masked_number(number text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN (length(number) < 12) THEN '***'::text ELSE (("left"(number, 5) || '***'::text) || "right"(number, 4)) END;

CREATE FUNCTION public.message_created_at(id bigint) RETURNS timestamp with time zone
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN to_timestamp(((id >> 30))::double precision);

CREATE FUNCTION public.message_day(id bigint) RETURNS date
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ((public.message_created_at(id) AT TIME ZONE 'UTC'::text))::date;

CREATE FUNCTION public.message_id_at(moment timestamp with time zone) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ((floor(EXTRACT(epoch FROM moment)))::bigint << 30);

CREATE FUNCTION public.message_status_rank(status public.message_status) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE status WHEN 'pending'::public.message_status THEN 0 WHEN 'sending'::public.message_status THEN 1 WHEN 'unknown'::public.message_status THEN 2 WHEN 'accepted'::public.message_status THEN 3 WHEN 'sent'::public.message_status THEN 4 WHEN 'read'::public.message_status THEN 6 ELSE 5 END;

CREATE FUNCTION public.next_quiet_hours(quiet_from time without time zone, time_zone text, moment timestamp with time zone) RETURNS timestamp with time zone
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (SELECT LEAST((next.local AT TIME ZONE next_quiet_hours.time_zone), (((next.local - '01:00:00'::interval) AT TIME ZONE next_quiet_hours.time_zone) + '01:00:00'::interval), (((next.local + '01:00:00'::interval) AT TIME ZONE next_quiet_hours.time_zone) - '01:00:00'::interval)) AS "least" FROM (SELECT ((((next_quiet_hours.moment AT TIME ZONE next_quiet_hours.time_zone))::date + CASE WHEN (((next_quiet_hours.moment AT TIME ZONE next_quiet_hours.time_zone))::time without time zone < next_quiet_hours.quiet_from) THEN 0 ELSE 1 END) + next_quiet_hours.quiet_from) AS "?column?") next(local));

CREATE FUNCTION public.note_access_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    update access_changes set version = version + 1;
    return null;
end $$;

CREATE FUNCTION public.note_ended_sessions() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    if exists (select from ended) then
        update access_changes set version = version + 1;
    end if;
    return null;
end $$;

CREATE FUNCTION public.note_single_move() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.rises(status public.message_status, reported public.message_status) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ((reported > status) AND ((status < 'delivered'::public.message_status) OR (reported = 'read'::public.message_status)));

CREATE FUNCTION public.stays_while_resending() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    if exists (select from outbox where campaign_id = new.id and leased_until is null)
       or exists (select from outbox o join messages m on m.id = o.message_id
                   where o.campaign_id = new.id and o.leased_until is not null and m.status = 'unknown') then
        return null;
    end if;
    return new;
end $$;

CREATE FUNCTION public.tally_bucket(seconds double precision) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (floor((ln((GREATEST(seconds, (0.1)::double precision) / (0.1)::double precision)) / (ln(1.1))::double precision)))::integer;

CREATE FUNCTION public.to_micros(moment timestamp with time zone) RETURNS bigint
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN ((EXTRACT(epoch FROM moment) * (1000000)::numeric))::bigint;

SET default_tablespace = '';

SET default_table_access_method = heap;

CREATE TABLE public.access_changes (
    version bigint NOT NULL
);

CREATE TABLE public.api_keys (
    id bigint NOT NULL,
    name text NOT NULL,
    token_hash bytea NOT NULL,
    role text,
    permissions text[],
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone,
    revoked_at timestamp with time zone,
    last_used_at timestamp with time zone,
    last_used_from text,
    CONSTRAINT api_keys_check CHECK (((role IS NULL) <> (permissions IS NULL))),
    CONSTRAINT api_keys_role_check CHECK ((role = ANY (ARRAY['viewer'::text, 'marketer'::text, 'operator'::text, 'admin'::text])))
);

ALTER TABLE public.api_keys ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.api_keys_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.campaign_budgets (
    campaign_id bigint NOT NULL,
    segments_left bigint NOT NULL
);

CREATE TABLE public.campaign_counters (
    campaign_id bigint NOT NULL,
    pending integer DEFAULT 0 NOT NULL,
    sending integer DEFAULT 0 NOT NULL,
    unknown integer DEFAULT 0 NOT NULL,
    accepted integer DEFAULT 0 NOT NULL,
    sent integer DEFAULT 0 NOT NULL,
    delivered integer DEFAULT 0 NOT NULL,
    undelivered integer DEFAULT 0 NOT NULL,
    failed integer DEFAULT 0 NOT NULL,
    canceled integer DEFAULT 0 NOT NULL,
    read integer DEFAULT 0 NOT NULL,
    ever_accepted integer DEFAULT 0 NOT NULL,
    accepted_segments bigint DEFAULT 0 NOT NULL,
    final_by_receipt integer DEFAULT 0 NOT NULL,
    final_by_lookup integer DEFAULT 0 NOT NULL,
    priced integer DEFAULT 0 NOT NULL,
    price_micros bigint DEFAULT 0 NOT NULL,
    replies integer DEFAULT 0 NOT NULL,
    opt_outs integer DEFAULT 0 NOT NULL,
    opt_out_wishes integer DEFAULT 0 NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
)
WITH (fillfactor='20');

CREATE TABLE public.campaign_tallies (
    campaign_id bigint NOT NULL,
    kind text NOT NULL,
    key integer NOT NULL,
    count integer NOT NULL,
    CONSTRAINT campaign_tallies_kind_check CHECK ((kind = ANY (ARRAY['error'::text, 'delivery'::text])))
)
WITH (fillfactor='50');

CREATE TABLE public.campaigns (
    id bigint NOT NULL,
    public_id text NOT NULL,
    name text NOT NULL,
    restaurant_name text NOT NULL,
    offer text NOT NULL,
    offer_code text NOT NULL,
    message_template text NOT NULL,
    lapsed_after_days integer NOT NULL,
    sender text NOT NULL,
    simulated boolean NOT NULL,
    price_per_segment integer NOT NULL,
    max_cost bigint,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    send_at timestamp with time zone,
    completed_at timestamp with time zone,
    status text NOT NULL,
    paused_at timestamp with time zone,
    pause_reason text,
    unguarded boolean DEFAULT false NOT NULL,
    quiet_from time without time zone,
    quiet_until time without time zone,
    time_zone text,
    sample_body text NOT NULL,
    valid_rows integer NOT NULL,
    rejected_rows integer NOT NULL,
    duplicate_rows integer NOT NULL,
    opted_out_rows integer NOT NULL,
    total integer NOT NULL,
    total_segments bigint NOT NULL,
    repeat_key text,
    CONSTRAINT campaigns_status_check CHECK ((status = ANY (ARRAY['scheduled'::text, 'sending'::text, 'paused'::text, 'completed'::text, 'canceled'::text]))),
    CONSTRAINT quiet_hours_are_whole CHECK (((num_nulls(quiet_from, quiet_until, time_zone) = ANY (ARRAY[0, 3])) AND (quiet_from <> quiet_until)))
);

CREATE TABLE public.senders (
    sender text NOT NULL,
    free_at timestamp with time zone DEFAULT '1970-01-01 00:00:00+00'::timestamp with time zone NOT NULL,
    paused_at timestamp with time zone,
    pause_code integer,
    pause_reason text,
    probe_at timestamp with time zone,
    probes integer DEFAULT 0 NOT NULL
);

CREATE VIEW public.campaign_details AS
 SELECT c.id,
    c.public_id,
    c.name,
    c.restaurant_name,
    c.offer,
    c.offer_code,
    c.message_template,
    c.sample_body,
    (((((k.xmin)::text || '-'::text) || (c.xmin)::text) || '-'::text) || ( SELECT (COALESCE(sum(date_part('epoch'::text, s.paused_at)), (0)::double precision))::text AS "coalesce"
           FROM public.senders s
          WHERE (s.sender = ANY (ARRAY['*'::text, c.sender])))) AS version,
    c.sender,
    c.status,
    c.pause_reason,
        CASE
            WHEN (c.status = 'sending'::text) THEN ( SELECT s.pause_reason
               FROM public.senders s
              WHERE ((s.sender = ANY (ARRAY['*'::text, c.sender])) AND (s.paused_at IS NOT NULL))
              ORDER BY (s.sender = '*'::text) DESC
             LIMIT 1)
            ELSE NULL::text
        END AS hold_reason,
    c.simulated,
    c.lapsed_after_days,
    c.price_per_segment,
    public.to_micros(c.created_at) AS created_at,
    public.to_micros(k.updated_at) AS updated_at,
    public.to_micros(c.send_at) AS send_at,
    public.to_micros(c.completed_at) AS completed_at,
    c.max_cost,
    b.segments_left,
    c.quiet_from,
    c.quiet_until,
    c.time_zone,
    public.in_quiet_hours(c.quiet_from, c.quiet_until, c.time_zone, now()) AS is_quiet_now,
    c.valid_rows,
    c.rejected_rows,
    c.duplicate_rows,
    c.opted_out_rows,
    c.total,
    c.total_segments,
    (
        CASE
            WHEN ((c.status = 'sending'::text) AND ((k.pending + k.sending) > 0)) THEN ( SELECT COALESCE(sum(((LEAST((jk.pending + jk.sending), (k.pending + k.sending)) * j.total_segments) / j.total)), (0)::numeric) AS "coalesce"
               FROM (public.campaigns j
                 JOIN public.campaign_counters jk ON ((jk.campaign_id = j.id)))
              WHERE ((j.status = 'sending'::text) AND (j.sender = c.sender) AND ((j.send_at IS NULL) OR (j.send_at <= now())) AND (j.total > 0)))
            ELSE (0)::numeric
        END)::bigint AS segments_ahead,
    k.pending,
    k.sending,
    k.unknown,
    k.accepted,
    k.sent,
    k.delivered,
    k.undelivered,
    k.failed,
    k.canceled,
    k.read,
    k.ever_accepted,
    k.accepted_segments,
    k.final_by_receipt,
    k.final_by_lookup,
    k.priced,
    k.price_micros,
    k.replies,
    k.opt_outs,
    k.opt_out_wishes,
    ( SELECT string_agg(((((t.kind || ' '::text) || t.key) || ' '::text) || t.count), ';'::text ORDER BY t.kind, t.count DESC, t.key) AS string_agg
           FROM public.campaign_tallies t
          WHERE ((t.campaign_id = c.id) AND (t.count > 0))) AS tallies
   FROM ((public.campaigns c
     JOIN public.campaign_counters k ON ((k.campaign_id = c.id)))
     LEFT JOIN public.campaign_budgets b ON ((b.campaign_id = c.id)));

ALTER TABLE public.campaigns ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.campaigns_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.idempotency_keys (
    key text NOT NULL,
    fingerprint text NOT NULL,
    campaign_id bigint,
    message_id bigint,
    reply text,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.inbound_messages (
    sid text NOT NULL,
    number bigint NOT NULL,
    received_at timestamp with time zone NOT NULL,
    from_address text NOT NULL,
    to_address text NOT NULL,
    body text NOT NULL,
    keyword text,
    looks_like_opt_out boolean DEFAULT false NOT NULL,
    campaign_id bigint,
    message_id bigint,
    extra jsonb,
    place bigint GENERATED ALWAYS AS ((number +
CASE
    WHEN looks_like_opt_out THEN ((1)::bigint << 61)
    ELSE (0)::bigint
END)) STORED NOT NULL,
    CONSTRAINT inbound_messages_keyword_check CHECK ((keyword = ANY (ARRAY['stop'::text, 'start'::text, 'help'::text])))
);

ALTER TABLE public.inbound_messages ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.inbound_messages_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.known_browsers (
    token_hash bytea NOT NULL,
    user_id bigint NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE SEQUENCE public.message_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.messages (
    id bigint DEFAULT (public.message_id_at(now()) | (nextval('public.message_numbers'::regclass) & (1073741823)::bigint)) NOT NULL,
    campaign_id bigint,
    row_number integer DEFAULT 0 NOT NULL,
    recipient text NOT NULL,
    customer_name text NOT NULL,
    body text NOT NULL,
    segments smallint NOT NULL,
    status public.message_status DEFAULT 'pending'::public.message_status NOT NULL,
    conflicting public.message_status,
    lookup_at timestamp with time zone,
    sid text,
    error_code integer,
    price_micros bigint,
    claimed_at timestamp with time zone,
    accepted_at timestamp with time zone,
    sent_at timestamp with time zone,
    completed_at timestamp with time zone,
    read_at timestamp with time zone,
    sender text,
    price_per_segment integer
)
WITH (fillfactor='70');

CREATE VIEW public.message_details AS
 SELECT messages.id,
    messages.campaign_id,
    messages.row_number AS "row",
    messages.recipient,
    messages.customer_name,
    messages.body,
    messages.sid,
    messages.segments,
    messages.status,
    messages.error_code,
    messages.price_micros,
    public.to_micros(public.message_created_at(messages.id)) AS created_at,
    public.to_micros(messages.claimed_at) AS claimed_at,
    public.to_micros(messages.accepted_at) AS accepted_at,
    public.to_micros(messages.sent_at) AS sent_at,
    public.to_micros(messages.completed_at) AS completed_at,
    public.to_micros(messages.read_at) AS read_at
   FROM public.messages;

CREATE TABLE public.message_history (
    message_id bigint NOT NULL,
    received_at timestamp with time zone NOT NULL,
    source public.history_source NOT NULL,
    error_code integer,
    status text NOT NULL,
    sid text,
    raw_dlr_done_date text,
    idempotency_token text,
    extra jsonb,
    fingerprint bigint NOT NULL
)
PARTITION BY RANGE (message_id);

CREATE TABLE public.message_history_2026_11 (
    message_id bigint NOT NULL,
    received_at timestamp with time zone NOT NULL,
    source public.history_source NOT NULL,
    error_code integer,
    status text NOT NULL,
    sid text,
    raw_dlr_done_date text,
    idempotency_token text,
    extra jsonb,
    fingerprint bigint NOT NULL
);

CREATE TABLE public.message_history_2026_12 (
    message_id bigint NOT NULL,
    received_at timestamp with time zone NOT NULL,
    source public.history_source NOT NULL,
    error_code integer,
    status text NOT NULL,
    sid text,
    raw_dlr_done_date text,
    idempotency_token text,
    extra jsonb,
    fingerprint bigint NOT NULL
);

CREATE TABLE public.message_history_2027_01 (
    message_id bigint NOT NULL,
    received_at timestamp with time zone NOT NULL,
    source public.history_source NOT NULL,
    error_code integer,
    status text NOT NULL,
    sid text,
    raw_dlr_done_date text,
    idempotency_token text,
    extra jsonb,
    fingerprint bigint NOT NULL
);

CREATE TABLE public.message_history_2027_02 (
    message_id bigint NOT NULL,
    received_at timestamp with time zone NOT NULL,
    source public.history_source NOT NULL,
    error_code integer,
    status text NOT NULL,
    sid text,
    raw_dlr_done_date text,
    idempotency_token text,
    extra jsonb,
    fingerprint bigint NOT NULL
);

CREATE TABLE public.message_history_of_other_months (
    message_id bigint NOT NULL,
    received_at timestamp with time zone NOT NULL,
    source public.history_source NOT NULL,
    error_code integer,
    status text NOT NULL,
    sid text,
    raw_dlr_done_date text,
    idempotency_token text,
    extra jsonb,
    fingerprint bigint NOT NULL
);

CREATE TABLE public.opt_outs (
    phone_number text NOT NULL,
    source text NOT NULL,
    campaign_id bigint,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE VIEW public.opt_out_details AS
 SELECT opt_outs.phone_number,
    opt_outs.source,
    public.to_micros(opt_outs.created_at) AS created_at,
    ( SELECT campaigns.public_id
           FROM public.campaigns
          WHERE (campaigns.id = opt_outs.campaign_id)) AS campaign
   FROM public.opt_outs;

CREATE TABLE public.outbox (
    message_id bigint NOT NULL,
    campaign_id bigint,
    sender text,
    due_at timestamp with time zone DEFAULT now() NOT NULL,
    leased_until timestamp with time zone,
    attempts smallint DEFAULT 0 NOT NULL
);

CREATE TABLE public.rejected_rows (
    campaign_id bigint NOT NULL,
    row_number integer NOT NULL,
    reason text NOT NULL,
    message text NOT NULL,
    data json NOT NULL
);

CREATE TABLE public.schema_migrations (
    version integer NOT NULL,
    name text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.sessions (
    token_hash bytea NOT NULL,
    user_id bigint NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    last_used_at timestamp with time zone DEFAULT now() NOT NULL,
    last_used_from text NOT NULL
);

CREATE TABLE public.setup_links (
    token_hash bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.sign_in_failures (
    key text NOT NULL,
    failures integer NOT NULL,
    last_at timestamp with time zone NOT NULL
);

CREATE VIEW public.single_engagement AS
 SELECT public.message_day(inbound_messages.message_id) AS day,
    count(*) FILTER (WHERE (inbound_messages.keyword IS NULL)) AS replies,
    count(*) FILTER (WHERE (inbound_messages.keyword = 'stop'::text)) AS opt_outs
   FROM public.inbound_messages
  WHERE ((inbound_messages.campaign_id IS NULL) AND (inbound_messages.message_id IS NOT NULL))
  GROUP BY (public.message_day(inbound_messages.message_id));

CREATE TABLE public.single_figures (
    day date NOT NULL,
    status public.message_status NOT NULL,
    error_code integer NOT NULL,
    messages bigint NOT NULL,
    accepted bigint NOT NULL,
    accepted_segments bigint NOT NULL,
    cost bigint NOT NULL,
    priced bigint NOT NULL,
    price_micros bigint NOT NULL
);

CREATE TABLE public.single_moves (
    day date NOT NULL,
    status public.message_status NOT NULL,
    error_code integer NOT NULL,
    messages bigint NOT NULL,
    accepted bigint NOT NULL,
    accepted_segments bigint NOT NULL,
    cost bigint NOT NULL,
    priced bigint NOT NULL,
    price_micros bigint NOT NULL
)
WITH (autovacuum_vacuum_scale_factor='0', autovacuum_vacuum_threshold='1000');

CREATE VIEW public.single_rows AS
 SELECT single_figures.day,
    single_figures.status,
    single_figures.error_code,
    single_figures.messages,
    single_figures.accepted,
    single_figures.accepted_segments,
    single_figures.cost,
    single_figures.priced,
    single_figures.price_micros
   FROM public.single_figures
UNION ALL
 SELECT single_moves.day,
    single_moves.status,
    single_moves.error_code,
    single_moves.messages,
    single_moves.accepted,
    single_moves.accepted_segments,
    single_moves.cost,
    single_moves.priced,
    single_moves.price_micros
   FROM public.single_moves;

CREATE TABLE public.stray_receipts (
    id bigint NOT NULL,
    reason text NOT NULL,
    message_id bigint NOT NULL,
    received_at timestamp with time zone NOT NULL,
    account_sid text,
    error_code integer,
    status text NOT NULL,
    sid text,
    raw_dlr_done_date text,
    idempotency_token text,
    extra jsonb,
    fingerprint bigint NOT NULL,
    CONSTRAINT stray_receipts_reason_check CHECK ((reason = ANY (ARRAY['unknown message'::text, 'other account'::text])))
);

ALTER TABLE public.stray_receipts ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.stray_receipts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.users (
    id bigint NOT NULL,
    email text NOT NULL,
    role text NOT NULL,
    password_hash text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    last_login timestamp with time zone,
    disabled_at timestamp with time zone,
    CONSTRAINT users_email_check CHECK ((email = lower(email))),
    CONSTRAINT users_role_check CHECK ((role = ANY (ARRAY['viewer'::text, 'marketer'::text, 'operator'::text, 'admin'::text])))
);

ALTER TABLE public.users ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.users_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE VIEW report.campaigns AS
 SELECT c.public_id AS campaign_id,
    c.name,
    c.restaurant_name,
    c.offer,
    c.offer_code,
    c.sender,
    c.simulated,
    public.campaign_shown_status(c.status, c.send_at) AS status,
    public.campaign_day(c.created_at, c.send_at) AS day,
    (c.created_at AT TIME ZONE 'UTC'::text) AS created_at,
    (c.send_at AT TIME ZONE 'UTC'::text) AS send_at,
    (c.completed_at AT TIME ZONE 'UTC'::text) AS completed_at,
    (k.updated_at AT TIME ZONE 'UTC'::text) AS updated_at,
    c.valid_rows,
    c.rejected_rows,
    c.duplicate_rows,
    c.opted_out_rows,
    c.total AS messages,
    k.pending,
    k.sending,
    k.unknown,
    k.accepted AS queued,
    k.sent,
    (k.delivered + k.read) AS delivered,
    k.read,
    k.undelivered,
    k.failed,
    k.canceled,
    k.ever_accepted AS accepted,
    round((((k.delivered + k.read))::numeric / (NULLIF(k.ever_accepted, 0))::numeric), 4) AS delivery_rate,
    c.total_segments AS segments,
    k.accepted_segments,
    public.dollars((c.price_per_segment)::numeric) AS price_per_segment,
    public.dollars(((c.total_segments * c.price_per_segment))::numeric) AS estimated_cost,
    public.dollars(((k.accepted_segments * c.price_per_segment))::numeric) AS cost,
    public.dollars((c.max_cost)::numeric) AS max_cost,
    k.priced,
    public.dollars(((k.price_micros)::numeric / 100.0)) AS twilio_cost,
    k.final_by_receipt,
    k.final_by_lookup,
    k.replies,
    k.opt_outs
   FROM (public.campaigns c
     JOIN public.campaign_counters k ON ((k.campaign_id = c.id)));

CREATE VIEW report.days AS
 SELECT each.day,
    sum(each.campaigns) AS campaigns,
    sum(each.simulated_campaigns) AS simulated_campaigns,
    (sum(each.messages))::bigint AS messages,
    (sum(each.pending))::bigint AS pending,
    (sum(each.unknown))::bigint AS unknown,
    (sum(each.queued))::bigint AS queued,
    (sum(each.sent))::bigint AS sent,
    (sum(each.delivered))::bigint AS delivered,
    (sum(each.undelivered))::bigint AS undelivered,
    (sum(each.failed))::bigint AS failed,
    (sum(each.canceled))::bigint AS canceled,
    (sum(each.accepted))::bigint AS accepted,
    (sum(each.accepted_segments))::bigint AS accepted_segments,
    public.dollars(sum(each.cost)) AS cost,
    (sum(each.priced))::bigint AS priced,
    public.dollars((sum(each.price_micros) / 100.0)) AS twilio_cost,
    (sum(each.replies))::bigint AS replies,
    (sum(each.opt_outs))::bigint AS opt_outs
   FROM ( SELECT public.campaign_day(c.created_at, c.send_at) AS day,
            1 AS campaigns,
            (c.simulated)::integer AS simulated_campaigns,
            (c.total)::bigint AS messages,
            ((k.pending + k.sending))::bigint AS pending,
            (k.unknown)::bigint AS unknown,
            (k.accepted)::bigint AS queued,
            (k.sent)::bigint AS sent,
            ((k.delivered + k.read))::bigint AS delivered,
            (k.undelivered)::bigint AS undelivered,
            (k.failed)::bigint AS failed,
            (k.canceled)::bigint AS canceled,
            (k.ever_accepted)::bigint AS accepted,
            k.accepted_segments,
            (k.accepted_segments * c.price_per_segment) AS cost,
            (k.priced)::bigint AS priced,
            k.price_micros,
            (k.replies)::bigint AS replies,
            (k.opt_outs)::bigint AS opt_outs
           FROM (public.campaigns c
             JOIN public.campaign_counters k ON ((k.campaign_id = c.id)))
        UNION ALL
         SELECT single_rows.day,
            0,
            0,
            single_rows.messages,
                CASE
                    WHEN (single_rows.status = ANY (ARRAY['pending'::public.message_status, 'sending'::public.message_status])) THEN single_rows.messages
                    ELSE (0)::bigint
                END AS "case",
                CASE
                    WHEN (single_rows.status = 'unknown'::public.message_status) THEN single_rows.messages
                    ELSE (0)::bigint
                END AS "case",
                CASE
                    WHEN (single_rows.status = 'accepted'::public.message_status) THEN single_rows.messages
                    ELSE (0)::bigint
                END AS "case",
                CASE
                    WHEN (single_rows.status = 'sent'::public.message_status) THEN single_rows.messages
                    ELSE (0)::bigint
                END AS "case",
                CASE
                    WHEN (single_rows.status = ANY (ARRAY['delivered'::public.message_status, 'read'::public.message_status])) THEN single_rows.messages
                    ELSE (0)::bigint
                END AS "case",
                CASE
                    WHEN (single_rows.status = 'undelivered'::public.message_status) THEN single_rows.messages
                    ELSE (0)::bigint
                END AS "case",
                CASE
                    WHEN (single_rows.status = 'failed'::public.message_status) THEN single_rows.messages
                    ELSE (0)::bigint
                END AS "case",
                CASE
                    WHEN (single_rows.status = 'canceled'::public.message_status) THEN single_rows.messages
                    ELSE (0)::bigint
                END AS "case",
            single_rows.accepted,
            single_rows.accepted_segments,
            single_rows.cost,
            single_rows.priced,
            single_rows.price_micros,
            0,
            0
           FROM public.single_rows
        UNION ALL
         SELECT single_engagement.day,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            single_engagement.replies,
            single_engagement.opt_outs
           FROM public.single_engagement) each
  GROUP BY each.day;

CREATE VIEW report.costs_by_day AS
 SELECT days.day,
    days.messages,
    days.accepted,
    days.accepted_segments,
    days.cost,
    days.priced,
    days.twilio_cost,
    ((days.cost / (NULLIF(days.delivered, 0))::numeric))::numeric(18,4) AS cost_per_delivery
   FROM report.days;

CREATE VIEW report.delivery_by_hour AS
 SELECT c.public_id AS campaign_id,
    (date_trunc('hour'::text, reported.at, 'UTC'::text) AT TIME ZONE 'UTC'::text) AS hour,
    count(*) FILTER (WHERE (reported.what = 'accepted'::text)) AS accepted,
    count(*) FILTER (WHERE (reported.what = 'sent'::text)) AS sent,
    count(*) FILTER (WHERE (reported.what = ANY (ARRAY['delivered'::text, 'read'::text]))) AS delivered,
    count(*) FILTER (WHERE (reported.what = 'undelivered'::text)) AS undelivered,
    count(*) FILTER (WHERE (reported.what = 'failed'::text)) AS failed,
    count(*) FILTER (WHERE (reported.what = 'canceled'::text)) AS canceled
   FROM ((public.messages m
     LEFT JOIN public.campaigns c ON ((c.id = m.campaign_id)))
     CROSS JOIN LATERAL ( VALUES ('accepted'::text,m.accepted_at), ('sent'::text,m.sent_at), ((m.status)::text,m.completed_at)) reported(what, at))
  WHERE (reported.at IS NOT NULL)
  GROUP BY c.public_id, ((date_trunc('hour'::text, reported.at, 'UTC'::text) AT TIME ZONE 'UTC'::text));

CREATE VIEW report.engagement AS
 SELECT each.day,
    each.campaign_id,
    (each.accepted)::bigint AS accepted,
    (each.delivered)::bigint AS delivered,
    (each.replies)::bigint AS replies,
    (each.opt_outs)::bigint AS opt_outs,
    round((each.replies / NULLIF(each.accepted, (0)::numeric)), 4) AS reply_rate,
    round((each.opt_outs / NULLIF(each.accepted, (0)::numeric)), 4) AS opt_out_rate
   FROM ( SELECT campaigns.day,
            campaigns.campaign_id,
            campaigns.accepted,
            campaigns.delivered,
            campaigns.replies,
            campaigns.opt_outs
           FROM report.campaigns
        UNION ALL
         SELECT single.day,
            NULL::text,
            sum(single.accepted) AS sum,
            sum(single.delivered) AS sum,
            sum(single.replies) AS sum,
            sum(single.opt_outs) AS sum
           FROM ( SELECT single_rows.day,
                    single_rows.accepted,
                        CASE
                            WHEN (single_rows.status = ANY (ARRAY['delivered'::public.message_status, 'read'::public.message_status])) THEN single_rows.messages
                            ELSE (0)::bigint
                        END AS delivered,
                    0 AS replies,
                    0 AS opt_outs
                   FROM public.single_rows
                UNION ALL
                 SELECT single_engagement.day,
                    0,
                    0,
                    single_engagement.replies,
                    single_engagement.opt_outs
                   FROM public.single_engagement) single
          GROUP BY single.day) each;

CREATE VIEW report.errors AS
 SELECT public.campaign_day(c.created_at, c.send_at) AS day,
    c.public_id AS campaign_id,
    t.key AS error_code,
    (t.count)::bigint AS messages
   FROM (public.campaigns c
     JOIN public.campaign_tallies t ON (((t.campaign_id = c.id) AND (t.kind = 'error'::text))))
  WHERE (t.count > 0)
UNION ALL
 SELECT single_rows.day,
    NULL::text AS campaign_id,
    single_rows.error_code,
    (sum(single_rows.messages))::bigint AS messages
   FROM public.single_rows
  WHERE (single_rows.status = ANY (ARRAY['undelivered'::public.message_status, 'failed'::public.message_status]))
  GROUP BY single_rows.day, single_rows.error_code
 HAVING (sum(single_rows.messages) > (0)::numeric);

CREATE VIEW report.messages AS
 SELECT m.id AS message_id,
    c.public_id AS campaign_id,
    m.row_number,
    public.masked_number(m.recipient) AS recipient,
    (m.status)::text AS status,
    (m.conflicting)::text AS conflicting,
    m.sid,
    m.error_code,
    (m.segments)::integer AS segments,
    public.dollars((
        CASE
            WHEN (m.accepted_at IS NULL) THEN 0
            ELSE (m.segments * COALESCE(c.price_per_segment, m.price_per_segment, 0))
        END)::numeric) AS cost,
    (((m.price_micros)::numeric / 1000000.0))::numeric(18,6) AS twilio_price,
    (public.message_created_at(m.id) AT TIME ZONE 'UTC'::text) AS created_at,
    (m.claimed_at AT TIME ZONE 'UTC'::text) AS claimed_at,
    (m.accepted_at AT TIME ZONE 'UTC'::text) AS accepted_at,
    (m.sent_at AT TIME ZONE 'UTC'::text) AS sent_at,
    (m.completed_at AT TIME ZONE 'UTC'::text) AS completed_at,
    (m.read_at AT TIME ZONE 'UTC'::text) AS read_at,
        CASE
            WHEN (m.status = ANY (ARRAY['delivered'::public.message_status, 'read'::public.message_status])) THEN round((date_part('epoch'::text, (m.completed_at - m.claimed_at)))::numeric, 3)
            ELSE NULL::numeric
        END AS seconds_to_delivery
   FROM (public.messages m
     LEFT JOIN public.campaigns c ON ((c.id = m.campaign_id)));

CREATE VIEW report.messages_with_numbers AS
 SELECT m.id AS message_id,
    c.public_id AS campaign_id,
    m.row_number,
    m.recipient,
    m.customer_name,
    m.body,
    (m.status)::text AS status,
    m.error_code
   FROM (public.messages m
     LEFT JOIN public.campaigns c ON ((c.id = m.campaign_id)));

CREATE VIEW report.open_messages AS
 SELECT m.id AS message_id,
    c.public_id AS campaign_id,
    public.masked_number(m.recipient) AS recipient,
    (m.status)::text AS status,
    m.sid,
    (public.message_created_at(m.id) AT TIME ZONE 'UTC'::text) AS created_at,
    (m.claimed_at AT TIME ZONE 'UTC'::text) AS claimed_at,
    (m.accepted_at AT TIME ZONE 'UTC'::text) AS accepted_at,
    (now() - m.claimed_at) AS open_for
   FROM ((public.campaign_counters k
     JOIN public.campaigns c ON ((c.id = k.campaign_id)))
     JOIN public.messages m ON ((m.campaign_id = k.campaign_id)))
  WHERE ((((((k.pending + k.sending) + k.unknown) + k.accepted) + k.sent) > 0) AND (NOT public.is_final(m.status)))
UNION ALL
 SELECT m.id AS message_id,
    NULL::text AS campaign_id,
    public.masked_number(m.recipient) AS recipient,
    (m.status)::text AS status,
    m.sid,
    (public.message_created_at(m.id) AT TIME ZONE 'UTC'::text) AS created_at,
    (m.claimed_at AT TIME ZONE 'UTC'::text) AS claimed_at,
    (m.accepted_at AT TIME ZONE 'UTC'::text) AS accepted_at,
    (now() - m.claimed_at) AS open_for
   FROM public.messages m
  WHERE ((m.campaign_id IS NULL) AND (NOT public.is_final(m.status)));

CREATE VIEW report.receipt_lag AS
 SELECT public.campaign_day(c.created_at, c.send_at) AS day,
    c.public_id AS campaign_id,
        CASE
            WHEN (t.key = 0) THEN (0)::numeric
            ELSE round((0.1 * power(1.1, (t.key)::numeric)), 3)
        END AS seconds_from,
    round((0.1 * power(1.1, ((t.key + 1))::numeric)), 3) AS seconds_below,
    (t.count)::bigint AS deliveries
   FROM (public.campaigns c
     JOIN public.campaign_tallies t ON (((t.campaign_id = c.id) AND (t.kind = 'delivery'::text))))
  WHERE (t.count > 0);

CREATE VIEW report.version AS
 SELECT 1 AS version;

ALTER TABLE ONLY public.message_history ATTACH PARTITION public.message_history_2026_11 FOR VALUES FROM ('1925746512415948800') TO ('1928529651223756800');

ALTER TABLE ONLY public.message_history ATTACH PARTITION public.message_history_2026_12 FOR VALUES FROM ('1928529651223756800') TO ('1931405561325158400');

ALTER TABLE ONLY public.message_history ATTACH PARTITION public.message_history_2027_01 FOR VALUES FROM ('1931405561325158400') TO ('1934281471426560000');

ALTER TABLE ONLY public.message_history ATTACH PARTITION public.message_history_2027_02 FOR VALUES FROM ('1934281471426560000') TO ('1936879067647180800');

ALTER TABLE ONLY public.message_history ATTACH PARTITION public.message_history_of_other_months DEFAULT;

INSERT INTO public.access_changes VALUES (3);

INSERT INTO public.api_keys OVERRIDING SYSTEM VALUE VALUES (1, 'shop', '\x01', 'marketer', NULL, '2026-11-29 02:10:17.927872+00', NULL, NULL, NULL, NULL);

INSERT INTO public.campaign_budgets VALUES (1, 118);

INSERT INTO public.campaign_counters VALUES (1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 2, 2, 2, 0, 0, 0, 1, 0, 0, '2026-11-29 02:10:17.927872+00');

INSERT INTO public.campaign_tallies VALUES (1, 'error', 30003, 1);
INSERT INTO public.campaign_tallies VALUES (1, 'delivery', 31, 1);

INSERT INTO public.campaigns OVERRIDING SYSTEM VALUE VALUES (1, 'sms_1_kept01', 'Kept', 'Trattoria', '10 % off', 'KEEP10', 'Hi {name}', 30, '+15005550006', true, 83, 10000, '2026-03-01 10:00:00+00', NULL, NULL, 'sending', NULL, NULL, false, '21:00:00', '08:00:00', 'America/New_York', 'Hi Ann', 4, 1, 0, 1, 3, 3, NULL);

INSERT INTO public.idempotency_keys VALUES ('kept', 'f', 1, NULL, '{}', '2026-11-29 02:10:17.927872+00');

INSERT INTO public.inbound_messages OVERRIDING SYSTEM VALUE VALUES ('SM3', 1, '2026-03-01 11:00:00+00', '+15550100000', '+15005550006', 'Thank you', NULL, false, 1, 1903056200191180801, NULL, DEFAULT);

INSERT INTO public.message_history_of_other_months VALUES (1903056200191180801, '2026-03-01 10:01:00+00', 'send', NULL, 'queued', 'SM1', NULL, NULL, NULL, 1);
INSERT INTO public.message_history_of_other_months VALUES (1903056200191180802, '2026-03-01 10:01:00+00', 'send', NULL, 'queued', 'SM2', NULL, NULL, NULL, 1);
INSERT INTO public.message_history_of_other_months VALUES (1903056200191180801, '2026-03-01 10:01:02+00', 'receipt', NULL, 'delivered', 'SM1', NULL, NULL, NULL, 2);
INSERT INTO public.message_history_of_other_months VALUES (1903056200191180802, '2026-03-01 10:01:09+00', 'receipt', 30003, 'undelivered', 'SM2', NULL, NULL, NULL, 2);

INSERT INTO public.messages VALUES (1903056200191180801, 1, 1, '+15550100000', 'Ann', 'Hi Ann', 1, 'delivered', NULL, NULL, 'SM1', NULL, NULL, '2026-03-01 10:01:00+00', '2026-03-01 10:01:00+00', '2026-03-01 10:01:00+00', '2026-03-01 10:01:02+00', NULL, NULL, NULL);
INSERT INTO public.messages VALUES (1903056200191180802, 1, 2, '+15550100001', 'Ann', 'Hi Ann', 1, 'undelivered', NULL, NULL, 'SM2', 30003, NULL, '2026-03-01 10:01:00+00', '2026-03-01 10:01:00+00', '2026-03-01 10:01:00+00', '2026-03-01 10:01:09+00', NULL, NULL, NULL);
INSERT INTO public.messages VALUES (1903056200191180803, 1, 3, '+15550100002', 'Ann', 'Hi Ann', 1, 'pending', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.messages VALUES (1903063931132313609, NULL, 0, '+15550100007', '', 'Single', 1, 'pending', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '+15005550006', 83);

INSERT INTO public.opt_outs VALUES ('+15550100009', 'operator', NULL, '2026-11-29 02:10:17.927872+00');

INSERT INTO public.outbox VALUES (1903056200191180803, 1, NULL, '2026-11-29 02:10:17.927872+00', NULL, 0);

INSERT INTO public.rejected_rows VALUES (1, 4, 'opted_out', 'Opted out', '{"phone_number":"+15550100009"}');

INSERT INTO public.schema_migrations VALUES (1000, '1000_schema', '2026-03-01 09:00:00+00');

INSERT INTO public.senders VALUES ('+15005550006', '2026-03-01 10:01:01+00', NULL, NULL, NULL, NULL, 0);

INSERT INTO public.single_moves VALUES ('2026-03-01', 'pending', 0, 1, 0, 0, 0, 0, 0);

INSERT INTO public.stray_receipts OVERRIDING SYSTEM VALUE VALUES (1, 'unknown message', 7, '2026-03-01 10:02:00+00', NULL, NULL, 'sent', NULL, NULL, NULL, NULL, 3);

INSERT INTO public.users OVERRIDING SYSTEM VALUE VALUES (1, 'ann@example.com', 'admin', 'h', '2026-11-29 02:10:17.927872+00', NULL, NULL);

SELECT pg_catalog.setval('public.api_keys_id_seq', 1, true);

SELECT pg_catalog.setval('public.campaigns_id_seq', 1, true);

SELECT pg_catalog.setval('public.inbound_messages_number_seq', 1, true);

SELECT pg_catalog.setval('public.message_numbers', 9, true);

SELECT pg_catalog.setval('public.stray_receipts_id_seq', 1, true);

SELECT pg_catalog.setval('public.users_id_seq', 1, true);

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_token_hash_key UNIQUE (token_hash);

ALTER TABLE ONLY public.campaign_budgets
    ADD CONSTRAINT campaign_budgets_pkey PRIMARY KEY (campaign_id);

ALTER TABLE ONLY public.campaign_counters
    ADD CONSTRAINT campaign_counters_pkey PRIMARY KEY (campaign_id);

ALTER TABLE ONLY public.campaign_tallies
    ADD CONSTRAINT campaign_tallies_pkey PRIMARY KEY (campaign_id, kind, key);

ALTER TABLE ONLY public.campaigns
    ADD CONSTRAINT campaigns_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.campaigns
    ADD CONSTRAINT campaigns_public_id_key UNIQUE (public_id);

ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (key);

ALTER TABLE ONLY public.inbound_messages
    ADD CONSTRAINT inbound_messages_pkey PRIMARY KEY (sid);

ALTER TABLE ONLY public.known_browsers
    ADD CONSTRAINT known_browsers_pkey PRIMARY KEY (token_hash);

ALTER TABLE ONLY public.message_history
    ADD CONSTRAINT message_history_pkey PRIMARY KEY (message_id, fingerprint);

ALTER TABLE ONLY public.message_history_2026_11
    ADD CONSTRAINT message_history_2026_11_pkey PRIMARY KEY (message_id, fingerprint);

ALTER TABLE ONLY public.message_history_2026_12
    ADD CONSTRAINT message_history_2026_12_pkey PRIMARY KEY (message_id, fingerprint);

ALTER TABLE ONLY public.message_history_2027_01
    ADD CONSTRAINT message_history_2027_01_pkey PRIMARY KEY (message_id, fingerprint);

ALTER TABLE ONLY public.message_history_2027_02
    ADD CONSTRAINT message_history_2027_02_pkey PRIMARY KEY (message_id, fingerprint);

ALTER TABLE ONLY public.message_history_of_other_months
    ADD CONSTRAINT message_history_of_other_months_pkey PRIMARY KEY (message_id, fingerprint);

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.opt_outs
    ADD CONSTRAINT opt_outs_pkey PRIMARY KEY (phone_number);

ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (message_id);

ALTER TABLE ONLY public.rejected_rows
    ADD CONSTRAINT rejected_rows_pkey PRIMARY KEY (campaign_id, row_number);

ALTER TABLE ONLY public.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (version);

ALTER TABLE ONLY public.senders
    ADD CONSTRAINT senders_pkey PRIMARY KEY (sender);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (token_hash);

ALTER TABLE ONLY public.setup_links
    ADD CONSTRAINT setup_links_pkey PRIMARY KEY (token_hash);

ALTER TABLE ONLY public.sign_in_failures
    ADD CONSTRAINT sign_in_failures_pkey PRIMARY KEY (key);

ALTER TABLE ONLY public.single_figures
    ADD CONSTRAINT single_figures_pkey PRIMARY KEY (day, status, error_code);

ALTER TABLE ONLY public.stray_receipts
    ADD CONSTRAINT stray_receipts_message_id_fingerprint_key UNIQUE (message_id, fingerprint);

ALTER TABLE ONLY public.stray_receipts
    ADD CONSTRAINT stray_receipts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_email_key UNIQUE (email);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);

CREATE INDEX campaign_tallies_of_errors ON public.campaign_tallies USING btree (campaign_id) WHERE (kind = 'error'::text);

CREATE INDEX campaigns_at_work ON public.campaigns USING btree (id) WHERE (status = 'sending'::text);

CREATE INDEX campaigns_by_day ON public.campaigns USING btree (public.campaign_day(created_at, send_at));

CREATE INDEX campaigns_by_repeat_key ON public.campaigns USING btree (repeat_key, created_at);

CREATE INDEX idempotency_keys_by_age ON public.idempotency_keys USING btree (created_at);

CREATE INDEX inbound_messages_by_campaign ON public.inbound_messages USING btree (campaign_id, place) WHERE (campaign_id IS NOT NULL);

CREATE INDEX inbound_messages_to_single ON public.inbound_messages USING btree (public.message_day(message_id)) WHERE ((campaign_id IS NULL) AND (message_id IS NOT NULL));

CREATE INDEX inbound_starts ON public.inbound_messages USING btree (from_address, received_at) WHERE (keyword = 'start'::text);

CREATE INDEX messages_by_campaign ON public.messages USING btree (campaign_id, id);

CREATE INDEX messages_by_recipient ON public.messages USING btree (recipient, id);

CREATE INDEX messages_to_look_up ON public.messages USING btree (lookup_at) WHERE (lookup_at IS NOT NULL);

CREATE INDEX outbox_free ON public.outbox USING btree (campaign_id, message_id) WHERE (leased_until IS NULL);

CREATE INDEX outbox_leased ON public.outbox USING btree (leased_until) WHERE (leased_until IS NOT NULL);

CREATE INDEX outbox_single ON public.outbox USING btree (sender, due_at) WHERE ((campaign_id IS NULL) AND (leased_until IS NULL));

CREATE INDEX sessions_by_age ON public.sessions USING btree (created_at);

CREATE INDEX sessions_by_user ON public.sessions USING btree (user_id);

CREATE INDEX sign_in_failures_by_age ON public.sign_in_failures USING btree (last_at);

ALTER INDEX public.message_history_pkey ATTACH PARTITION public.message_history_2026_11_pkey;

ALTER INDEX public.message_history_pkey ATTACH PARTITION public.message_history_2026_12_pkey;

ALTER INDEX public.message_history_pkey ATTACH PARTITION public.message_history_2027_01_pkey;

ALTER INDEX public.message_history_pkey ATTACH PARTITION public.message_history_2027_02_pkey;

ALTER INDEX public.message_history_pkey ATTACH PARTITION public.message_history_of_other_months_pkey;

CREATE TRIGGER api_keys_change AFTER INSERT OR DELETE OR UPDATE OF role, permissions, expires_at, revoked_at ON public.api_keys FOR EACH STATEMENT EXECUTE FUNCTION public.note_access_change();

CREATE TRIGGER campaigns_stay_while_resending BEFORE UPDATE OF status ON public.campaigns FOR EACH ROW WHEN (((old.status = 'sending'::text) AND (new.status = 'completed'::text))) EXECUTE FUNCTION public.stays_while_resending();

CREATE TRIGGER sessions_end AFTER DELETE ON public.sessions REFERENCING OLD TABLE AS ended FOR EACH STATEMENT EXECUTE FUNCTION public.note_ended_sessions();

CREATE TRIGGER single_messages_made AFTER INSERT ON public.messages FOR EACH ROW WHEN ((new.campaign_id IS NULL)) EXECUTE FUNCTION public.note_single_move();

CREATE TRIGGER single_messages_moved AFTER UPDATE ON public.messages FOR EACH ROW WHEN ((new.campaign_id IS NULL)) EXECUTE FUNCTION public.note_single_move();

CREATE TRIGGER users_change AFTER INSERT OR DELETE OR UPDATE OF role, password_hash, disabled_at ON public.users FOR EACH STATEMENT EXECUTE FUNCTION public.note_access_change();

ALTER TABLE ONLY public.campaign_budgets
    ADD CONSTRAINT campaign_budgets_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES public.campaigns(id);

ALTER TABLE ONLY public.campaign_counters
    ADD CONSTRAINT campaign_counters_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES public.campaigns(id);

ALTER TABLE ONLY public.campaign_tallies
    ADD CONSTRAINT campaign_tallies_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES public.campaigns(id);

ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES public.campaigns(id);

ALTER TABLE ONLY public.inbound_messages
    ADD CONSTRAINT inbound_messages_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES public.campaigns(id);

ALTER TABLE ONLY public.known_browsers
    ADD CONSTRAINT known_browsers_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.opt_outs
    ADD CONSTRAINT opt_outs_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES public.campaigns(id);

ALTER TABLE ONLY public.rejected_rows
    ADD CONSTRAINT rejected_rows_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES public.campaigns(id);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

