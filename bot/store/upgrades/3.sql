-- From schema 2 to 3, on both databases.

-- Feeds that a command has added belong to the store, not to the configuration.
alter table feed add column origin text not null default 'config';
alter table feed add column said_json text not null default '{}';

-- What is learned of a feed's rhythm, and its health.
alter table feed add column rhythm integer not null default 0;
alter table feed add column arrivals_json text not null default '[]';
alter table feed add column size integer not null default 0;
alter table feed add column gaps integer not null default 0;
alter table feed add column missed integer;

-- Stories of one event, and what a newsroom says of accounts.
alter table story add column head integer not null default 0;
alter table story add column alike text not null default '';
alter table story add column accounts_json text;
alter table entry add column alike integer not null default 0;

create table filtered (
  story integer not null references story,
  name text not null,
  kept_json text not null,
  primary key (story, name)
) strict, without rowid;

create table lease (
  callback text primary key,
  feed text not null,
  hubs_json text not null,
  topic text not null,
  secret text not null,
  state text not null,
  until integer not null default 0,
  due integer not null default 0,
  failures integer not null default 0,
  error text not null default '',
  heard integer,
  refused integer not null default 0
) strict, without rowid;
create unique index lease_feed on lease (feed) where state <> 'leaving';
create index lease_due on lease (due);
