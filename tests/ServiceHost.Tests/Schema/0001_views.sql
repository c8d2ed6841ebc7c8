create table tallies (
    tally  varchar  not null primary key,
    sum    int      not null
);
