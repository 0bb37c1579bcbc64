-- Version 3: every version of a readable resource, one per record that brought it; audit questions.
alter table resource drop constraint resource_pkey;
alter table resource add primary key (type, id, exchange, record);

create index audit_by_person on audit (person, id) where person <> '';
create index audit_by_agent on audit (agent, id);
create index audit_by_agreement on audit (agreement, id) where agreement <> '';
create index audit_by_exchange on audit (exchange, id) where exchange <> '';
