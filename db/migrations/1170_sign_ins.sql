-- What notifications of sign-ins from new addresses, and the metrics, ask for often.

-- Where a sign-in came from: the address, or of IPv6 its /64, which one subscriber has whole.
create function sign_in_network(peer text) returns text
    language plpgsql immutable parallel safe as $$
begin
    if peer !~ ':' or peer ~* '^::ffff:[0-9]+[.]' then
        return peer;
    end if;
    return network(set_masklen(split_part(peer, '%', 1)::inet, 64))::text;
exception when invalid_text_representation then
    return peer;
end $$;

create index audit_log_sign_ins on audit_log
    ((case action when 'sign-in' then principal else 'user:' || object end), sign_in_network(peer), id)
    where action in ('sign-in', 'user.setup');
create index audit_log_sign_ins_by_time on audit_log (at) where action in ('sign-in', 'user.setup');

create index campaigns_paused on campaigns (id) where status = 'paused';
