-- Every process reads a key again whose limits have changed, as it does when its role has.
drop trigger api_keys_change on api_keys;
create trigger api_keys_change
    after insert or delete or update of role, permissions, expires_at, revoked_at, requests_per_minute, daily_budget, senders
    on api_keys
    for each statement execute function note_access_change();
