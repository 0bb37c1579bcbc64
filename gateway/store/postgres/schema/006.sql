-- Version 6: legal holds, and what was erased on what ground.

-- An authority's order that an exchange be kept; `released` 0: it stands.
create table legal_hold (
    exchange  text collate "C" not null references exchange (id),
    number    text collate "C" not null,
    authority text not null,
    reason    text not null,
    placed    bigint not null,
    released  bigint not null,
    primary key (exchange, number)
);

create table erasure (
    exchange text collate "C" primary key references exchange (id),
    at       bigint not null,
    ground   text not null
);
