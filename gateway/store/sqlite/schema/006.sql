-- Version 6: legal holds, and what was erased on what ground.

-- An authority's order that an exchange be kept; `released` 0: it stands.
create table legal_hold (
    exchange  integer not null references exchange (n),
    number    text not null,
    authority text not null,
    reason    text not null,
    placed    integer not null,
    released  integer not null,
    primary key (exchange, number)
) strict, without rowid;

create table erasure (
    exchange integer primary key references exchange (n),
    at       integer not null,
    ground   text not null
) strict;
