-- What the columns of a list were read as.
alter table imports add columns jsonb;
