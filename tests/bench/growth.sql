-- A share of the messages of many campaigns: all accepted, with a row of history each. Run by several sessions, each with a
-- part of the campaigns; the tables have no indexes meanwhile.
--   psql -v size=N -v from=N -v to=N       size: messages of a campaign; from, to: campaigns
insert into messages (id, campaign_id, row_number, recipient, customer_name, body, segments, status, sid, claimed_at, accepted_at)
select message_id_at(now()) | (id * :size + n), id, n, '+1' || 2000000000 + id * :size + n, 'Ana',
       'Hi Ana, we miss you at Mario''s Trattoria! Enjoy 20% off your next order with the code COMEBACK20. Reply STOP to opt out.',
       1, 'accepted', 'SM' || md5(id || '-' || n), now(), now()
  from campaigns, generate_series(1, :size) as n
 where id between :from and :to
 order by id, n;

insert into message_history (message_id, received_at, source, status, sid, fingerprint)
select id, accepted_at, 'send', 'accepted', sid, hashint8extended(id, 0)
  from messages
 where campaign_id between :from and :to;
