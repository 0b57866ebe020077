-- From schema 2 to 3, on both databases.

-- Feeds that a command has added belong to the store, not to the configuration.
alter table feed add column origin text not null default 'config';
alter table feed add column said_json text not null default '{}';

create table filtered (
  story integer not null references story,
  name text not null,
  kept_json text not null,
  primary key (story, name)
) strict, without rowid;
