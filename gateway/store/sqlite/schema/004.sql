-- Version 4: one row per record instead of one per resource and version; `resources` holds a line
-- "<entry> <type>/<id>" for each, served_key finds the record by the beginning of an id. Rows under
-- random ids wrote a page each; FTS5 gathers them (96 KB an exchange became 4).
create table served_record (
    n         integer primary key,
    exchange  integer not null references exchange (n),
    record    integer not null,
    person    text not null,
    updated   integer not null,
    resources text not null,
    unique (exchange, record)
) strict;

create virtual table served_key using fts5(
    keys, content = '', columnsize = 0, detail = none, tokenize = 'ascii');

insert into served_record (exchange, record, person, updated, resources)
    select exchange, record, person, max(updated), group_concat(line, '') from
        (select exchange, record, person, updated, entry || ' ' || type || '/' || id || char(10) as line
            from resource order by exchange, record, type, id)
        group by exchange, record;
insert into served_key (rowid, keys)
    select r.n, (select group_concat(substr(replace(replace(o.id, '-', ''), '.', ''), 1, 12), ' ') from resource o
            where o.exchange = r.exchange and o.record = r.record)
        from served_record r;
drop table resource;
create index served_record_of_person on served_record (person) where person <> '';
