-- Version 7: time-stamp tokens (RFC 3161), each over the note of a checkpoint as it was published.
create table timestamp_token (
    node  text collate "C" not null,
    size  bigint not null,
    note  text not null,
    token bytea not null,
    primary key (node, size)
);
