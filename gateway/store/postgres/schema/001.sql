-- What the nodes of one installation keep, version 1. Times are microseconds since 1970 (UTC),
-- digests are hex. Every number is a bigint: parameters and results travel in binary.

create table exchange (
    id               text collate "C" primary key,
    sender           text collate "C" not null,
    jti              text,                -- null: the request cannot come again
    receiver         text collate "C" not null,
    agreement        text not null,
    agreement_digest text not null,
    purpose          text not null,
    media_type       text not null,
    profile          text not null,
    state            text not null check (state in ('rejected', 'accepted', 'completed', 'dead')),
    code             text not null,
    received         bigint not null,
    in_digest        text not null,
    out_digest       text not null,
    request_key      text not null,
    ledger_index     bigint not null,
    strength         text not null,
    records          bigint not null,
    refused          bigint not null,
    unique (sender, jti)
);
create index exchange_by_sender on exchange (sender, id);
create index exchange_by_receiver on exchange (receiver, id);

-- The signed and public documents of its evidence.
create table document (
    seq      bigint generated always as identity,
    exchange text collate "C" not null references exchange (id),
    name     text not null,
    bytes    bytea not null,
    primary key (exchange, name)
);

-- What the evidence of many exchanges shares: agreements, certificates.
create table shared_document (
    owner text collate "C" not null,
    name  text collate "C" not null,
    bytes bytea not null,
    primary key (owner, name)
);

-- Payloads at rest, encrypted: nothing to compress. Without its wrapped key a payload is erased.
create table blob (
    exchange    text collate "C" not null references exchange (id),
    kind        text not null,
    record      bigint not null,
    wrapped_key bytea not null,
    bytes       bytea not null,
    primary key (exchange, kind, record)
);
alter table blob alter column bytes set storage external;

-- What waits for a partner. `head` marks the earliest of its (partner, person): only heads are
-- handed out. `ready` is the later of `due` and `leased_until`.
create table outbox (
    seq          bigint generated always as identity primary key,
    exchange     text collate "C" not null unique references exchange (id),
    partner      text collate "C" not null,
    person       text collate "C" not null,
    attempts     bigint not null,
    due          bigint not null,
    leased_until bigint not null,
    ready        bigint not null,
    head         boolean not null
);
create index outbox_heads on outbox (partner, ready, seq) where head;
create index outbox_order on outbox (partner, person, seq) where person <> '';
create index outbox_leased on outbox (partner, leased_until) where leased_until > 0;

-- Ways to find a person again: keyed hashes, no identifier in the clear.
create table person_link (
    system text collate "C" not null,
    value  text collate "C" not null,
    person text not null,
    since  bigint not null,
    primary key (system, value)
);

-- Where each readable FHIR resource stands.
create table resource (
    type     text collate "C" not null,
    id       text collate "C" not null,
    person   text collate "C" not null,
    exchange text collate "C" not null references exchange (id),
    record   bigint not null,
    entry    bigint not null,
    updated  bigint not null,
    primary key (type, id)
);
create index resource_of_person on resource (person, type) where person <> '';

-- One transparency ledger per node: leaves, tiles of the tree, published checkpoints.
create table leaf (
    node  text collate "C" not null,
    place bigint not null,
    bytes bytea not null,
    primary key (node, place)
);

create table tile (
    node   text collate "C" not null,
    level  bigint not null,
    place  bigint not null,
    hashes bytea not null,
    primary key (node, level, place)
);
alter table tile alter column hashes set storage external;

create table checkpoint (
    node text collate "C" not null,
    size bigint not null,
    note text not null,
    primary key (node, size)
);

-- Who did what, when, from where, for which purpose and why.
create table audit (
    id            text collate "C" primary key,
    kind          bigint not null,
    at            bigint not null,
    agent         text not null,
    address       text not null,
    purpose       text not null,
    justification text not null,
    agreement     text not null,
    exchange      text not null,
    person        text not null,
    outcome       text not null,
    entity        text not null
);
