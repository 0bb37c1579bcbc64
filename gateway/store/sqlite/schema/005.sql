-- Version 5: what each clause of the agreement said, one a line.
alter table audit add column decision text not null default '';
