-- Version 8: witnesses. Checkpoints of this ledger that others cosigned, and the last checkpoint of
-- each ledger that this node cosigned, by the verifier key it did so with.
create table cosigned_checkpoint (
    size integer primary key,
    note text not null
) strict;
create table witnessed_ledger (
    witness text not null,
    origin  text not null,
    size    integer not null,
    root    text not null,
    note    text not null,
    primary key (witness, origin)
) strict;
