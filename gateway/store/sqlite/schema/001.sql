-- What a node keeps, version 1. Times are microseconds since 1970 (UTC), digests are hex.

-- One row per exchange; `n` is the short key the other tables hold.
create table exchange (
    n                integer primary key,
    id               text not null unique,
    sender           text not null,
    jti              text,                -- null: the request cannot come again
    receiver         text not null,
    agreement        text not null,
    agreement_digest text not null,
    purpose          text not null,
    media_type       text not null,
    profile          text not null,
    state            text not null check (state in ('rejected', 'accepted', 'completed', 'dead')),
    code             text not null,
    received         integer not null,
    in_digest        text not null,
    out_digest       text not null,
    request_key      text not null,
    ledger_index     integer not null,
    strength         text not null,
    records          integer not null,
    refused          integer not null,
    unique (sender, jti)
) strict;
create index exchange_by_sender on exchange (sender, id);
create index exchange_by_receiver on exchange (receiver, id);

-- The signed and public documents of its evidence.
create table document (
    exchange integer not null references exchange (n),
    name     text not null,
    bytes    blob not null,
    unique (exchange, name)
) strict;

-- What the evidence of many exchanges shares: agreements, certificates.
create table shared_document (
    owner text not null,
    name  text not null,
    bytes blob not null,
    primary key (owner, name)
) strict, without rowid;

-- Payloads at rest; without its wrapped key a payload is erased.
create table blob (
    exchange    integer not null references exchange (n),
    kind        text not null,
    record      integer not null,
    wrapped_key blob not null,
    bytes       blob not null,
    unique (exchange, kind, record)
) strict;

-- What waits for a partner. `head` marks the earliest of its (partner, person): only heads are
-- handed out. `ready` is the later of `due` and `leased_until`.
create table outbox (
    seq          integer primary key autoincrement,
    exchange     integer not null unique references exchange (n),
    partner      text not null,
    person       text not null,
    attempts     integer not null,
    due          integer not null,
    leased_until integer not null,
    ready        integer not null,
    head         integer not null
) strict;
create index outbox_heads on outbox (partner, ready, seq) where head = 1;
create index outbox_order on outbox (partner, person, seq) where person <> '';
create index outbox_leased on outbox (partner, leased_until) where leased_until > 0;

-- Ways to find a person again: keyed hashes, no identifier in the clear.
create table person_link (
    system text not null,
    value  text not null,
    person text not null,
    since  integer not null,
    primary key (system, value)
) strict, without rowid;

-- Where each readable FHIR resource stands.
create table resource (
    type     text not null,
    id       text not null,
    person   text not null,
    exchange integer not null references exchange (n),
    record   integer not null,
    entry    integer not null,
    updated  integer not null,
    primary key (type, id)
) strict, without rowid;
create index resource_of_person on resource (person, type) where person <> '';

-- The transparency ledger: leaves, tiles of the tree, published checkpoints.
create table leaf (
    place integer primary key,
    bytes blob not null
) strict;

create table tile (
    level  integer not null,
    place  integer not null,
    hashes blob not null,
    primary key (level, place)
) strict, without rowid;

create table checkpoint (
    size integer primary key,
    note text not null
) strict;

-- Who did what, when, from where, for which purpose and why.
create table audit (
    id            text not null primary key,
    kind          integer not null,
    at            integer not null,
    agent         text not null,
    address       text not null,
    purpose       text not null,
    justification text not null,
    agreement     text not null,
    exchange      text not null,
    person        text not null,
    outcome       text not null,
    entity        text not null
) strict, without rowid;
