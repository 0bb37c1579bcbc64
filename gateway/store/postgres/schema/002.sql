-- Loads, version 2: an exchange may be open, stands in a named ledger, and its rows are compared.
alter table exchange drop constraint exchange_state_check;
alter table exchange add constraint exchange_state_check
    check (state in ('rejected', 'accepted', 'completed', 'dead', 'open'));
alter table exchange add column ledger text not null default '';

-- The rows of the latest load of each series; `holder`, `record`: where the row's payloads are.
create table load_row (
    load   text collate "C" not null references exchange (id),
    series text collate "C" not null,
    key    text collate "C" not null,
    digest text not null,
    holder text collate "C" not null references exchange (id),
    record bigint not null,
    primary key (series, load, key)
);

create table latest_load (
    series text collate "C" primary key,
    load   text collate "C" not null references exchange (id)
);
