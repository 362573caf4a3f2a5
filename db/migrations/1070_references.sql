-- A client's own words for what it creates: a reference, which is unique among those of its principal, and a JSON object.

alter table campaigns
    add column reference text check (length(reference) between 1 and 255),
    add column metadata  text; -- a JSON object; a text, which the audit log hides

create unique index campaigns_by_reference on campaigns (created_by, reference) where reference is not null;

-- Of single messages. A table of its own: messages that have neither cost nothing.
create table message_labels (
    message_id bigint primary key,
    principal  text not null, -- who created it; empty: created without signing in
    reference  text check (length(reference) between 1 and 255),
    metadata   text
);

create unique index message_labels_by_reference on message_labels (reference, principal) where reference is not null;
