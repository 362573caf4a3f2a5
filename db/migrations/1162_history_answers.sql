-- Replies have tickets as well.
alter table tickets drop constraint tickets_writer_check;
alter table tickets add constraint tickets_writer_check check (writer in ('claims', 'outcomes', 'receipts', 'replies'));

-- When a process that keeps what it commits (JOURNAL_KEEP_MINUTES) last said that it runs; null: it keeps nothing, or has
-- ended as it should.
alter table tickets add column alive_at timestamptz;

-- Processes that lack nothing any more of what a loss took from them. When all that ran have answered, the loss is decided
-- without an operator.
create table history_answers (
    loss_id bigint not null references history_losses,
    process text not null,
    at      timestamptz not null default now(),
    primary key (loss_id, process)
);
