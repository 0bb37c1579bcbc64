-- Version 3: every version of a readable resource, one per record that brought it; audit questions.
create table resource_version (
    type     text not null,
    id       text not null,
    person   text not null,
    exchange integer not null references exchange (n),
    record   integer not null,
    entry    integer not null,
    updated  integer not null,
    primary key (type, id, exchange, record)
) strict, without rowid;
insert into resource_version select type, id, person, exchange, record, entry, updated from resource;
drop table resource;
alter table resource_version rename to resource;
create index resource_of_person on resource (person, type) where person <> '';

create index audit_by_person on audit (person, id) where person <> '';
create index audit_by_agent on audit (agent, id);
create index audit_by_agreement on audit (agreement, id) where agreement <> '';
create index audit_by_exchange on audit (exchange, id) where exchange <> '';
