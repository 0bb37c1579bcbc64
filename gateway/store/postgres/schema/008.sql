-- Version 8: witnesses. Checkpoints of each node's ledger that others cosigned, and the last
-- checkpoint of each ledger that was cosigned here, by the verifier key that did so.
create table cosigned_checkpoint (
    node text collate "C" not null,
    size bigint not null,
    note text not null,
    primary key (node, size)
);
create table witnessed_ledger (
    witness text collate "C" not null,
    origin  text collate "C" not null,
    size    bigint not null,
    root    text not null,
    note    text not null,
    primary key (witness, origin)
);
