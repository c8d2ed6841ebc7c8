-- Bodies are written by the commit they belong to.
drop function keep_raw_bodies(uuid[], timestamptz[], varchar[], bytea[]);
