create table balances (
    account  varchar      not null primary key,
    balance  int          not null,
    version  bigint       not null,
    note     text         not null,
    changed  timestamptz  not null
);

create table receipts (
    number  int  not null primary key
);
