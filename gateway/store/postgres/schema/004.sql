-- Version 4: one row per record instead of one per resource and version; `resources` holds a line
-- "<entry> <type>/<id>" for each, `keys` the beginnings of their ids.
create table served_record (
    exchange  text collate "C" not null references exchange (id),
    record    bigint not null,
    person    text collate "C" not null,
    updated   bigint not null,
    resources text not null,
    keys      text[] not null,
    primary key (exchange, record)
);

insert into served_record
    select exchange, record, max(person), max(updated),
           string_agg(entry || ' ' || type || '/' || id || chr(10), '' order by type, id),
           array_agg(distinct substr(translate(id, '-.', ''), 1, 12))
        from resource group by exchange, record;
drop table resource;
create index served_record_of_person on served_record (person) where person <> '';
create index served_record_by_key on served_record using gin (keys);
