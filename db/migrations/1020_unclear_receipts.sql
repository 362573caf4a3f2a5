-- A signed receipt whose SIDs disagree, or that names no account, moves no message: it is kept beside the other strays.
alter table stray_receipts
    drop constraint stray_receipts_reason_check,
    add constraint stray_receipts_reason_check check (reason in ('unknown message', 'other account', 'unclear SIDs'));
