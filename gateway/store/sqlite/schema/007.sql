-- Version 7: time-stamp tokens (RFC 3161), each over the note of a checkpoint as it was published.
create table timestamp_token (
    size  integer primary key,
    note  text not null,
    token blob not null
) strict;
