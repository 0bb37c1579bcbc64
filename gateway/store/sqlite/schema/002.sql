-- Loads, version 2: an exchange may be open, stands in a named ledger, and its rows are compared.

-- Only the check of `state` changes; SQLite cannot do that by `alter table` (the procedure is its own,
-- "Making Other Kinds Of Table Schema Changes").
pragma writable_schema = on;
update sqlite_schema set sql = replace(sql, '''completed'', ''dead'')', '''completed'', ''dead'', ''open'')')
    where type = 'table' and name = 'exchange';
pragma writable_schema = reset;
alter table exchange add column ledger text not null default '';

-- The rows of the latest load of each series; `holder`, `record`: where the row's payloads are.
create table load_row (
    load   integer not null references exchange (n),
    series text not null,
    key    text not null,
    digest text not null,
    holder integer not null references exchange (n),
    record integer not null,
    primary key (series, load, key)
) strict, without rowid;

create table latest_load (
    series text not null primary key,
    load   integer not null references exchange (n)
) strict, without rowid;
