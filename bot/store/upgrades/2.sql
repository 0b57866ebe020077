-- From schema 1 to 2, on SQLite alone: PostgreSQL begins with 2. A table that gets a column in its middle is written anew,
-- so that an old store and a new one are the same to the letter. References are checked at the end, by whoever runs this.

alter table feed add column poller integer not null default 0;
alter table feed add column poll_until integer not null default 0;
alter table feed add column due integer not null default 0;

create table missing (
  feed text not null,
  story integer not null,
  since integer not null,
  primary key (feed, story)
) strict, without rowid;

-- A tombstone is as old as its story.
alter table identity add column seen integer not null default 0;
update identity set seen = (select seen from story where story.id = identity.story);

-- The newest message of each part is what is told; a story that is still to be fanned out has no delivery yet.
create table telling (
  story integer not null,
  name text not null,
  part integer not null,
  message integer not null,
  primary key (story, name, part)
) strict, without rowid;
insert into telling (story, name, part, message)
select story, name, part, max(message) from (
  select d.story, s.name, d.part, d.message from delivery d join subscription s on s.id = d.lane
  union all select story, name, part, message from fanout
) group by story, name, part;

-- New stories take their turn beside what was claimed last.
create table account_2 (
  id integer primary key,
  platform text not null,
  base_url text not null,
  credential text not null,
  app text not null default '',
  next_send integer not null default 0,
  recent_json text not null default '[]',
  turn integer not null default 0,
  ready integer not null default 4095,
  served_json text not null default '{}',
  woken integer not null default 0,
  failures integer not null default 0,
  stopped integer not null default 0,
  paused_until integer not null default 0,
  reason text not null default '',
  unique (credential, base_url)
) strict;
insert into account_2 (id, platform, base_url, credential, next_send, turn, paused_until, reason)
select id, platform, base_url, credential, next_send,
       coalesce((select max(d.id) from delivery d where d.account = account.id and d.claim > 0), 0), paused_until, reason
from account;
drop table account;
alter table account_2 rename to account;

create table subscription_2 (
  id integer primary key,
  account integer not null references account,
  name text not null,
  address text not null,
  only_urgency text not null default 'all',
  notify text not null default 'all',
  state text not null default 'active',
  reason text not null default '',
  personal integer not null default 0,
  next_send integer not null default 0,
  recent_json text not null default '[]',
  unique (account, address)
) strict;
insert into subscription_2 (id, account, name, address, only_urgency, notify, state, reason, next_send)
select id, account, name, address, only_urgency, notify, state, reason, next_send from subscription;
drop table subscription;
alter table subscription_2 rename to subscription;
create index subscription_account on subscription (account, name, id);

create table tally (
  scope text not null,
  hour integer not null,
  sent integer not null default 0,
  cost integer not null default 0,
  primary key (scope, hour)
) strict, without rowid;

create table worker (
  id integer primary key,
  name text not null,
  started integer not null,
  alive_until integer not null
) strict;

create table fanout_2 (
  id integer primary key,
  operation text not null default 'send',
  part integer not null default 0,
  account integer not null references account,
  name text not null,
  story integer not null references story,
  revision integer not null,
  message integer not null references message,
  urgency text not null,
  priority integer not null,
  turn integer,
  target text not null default '',
  cursor integer not null default 0,
  upper integer not null
) strict;
insert into fanout_2 (id, operation, part, account, name, story, revision, message, urgency, priority, cursor, upper)
select id, operation, part, account, name, story, revision, message, urgency, priority, cursor, upper from fanout;
drop table fanout;
alter table fanout_2 rename to fanout;
create index fanout_order on fanout (priority, id);
create index fanout_account on fanout (account, priority, id);

create table receipt_2 (
  delivery integer primary key,
  account integer not null,
  ids_json text not null,
  link text not null default '',
  note text not null default ''
) strict;
insert into receipt_2 (delivery, account, ids_json, link, note)
select delivery, account, ids_json, link, note from receipt;
drop table receipt;
alter table receipt_2 rename to receipt;

create table delivery_2 (
  id integer primary key,
  account integer not null,
  lane integer not null,
  story integer not null,
  revision integer not null,
  operation text not null default 'send',
  part integer not null default 0,
  message integer not null,
  priority integer not null,
  rank integer not null,
  turn integer not null,
  silent integer not null,
  worker integer not null default 0,
  state integer not null default 0,
  claim integer not null default 0,
  tries integer not null default 0,
  again integer not null default 0,
  degraded integer not null default 0,
  due integer not null default 0,
  queued integer not null,
  since integer,
  sent integer,
  reason text not null default ''
) strict;
insert into delivery_2 (id, account, lane, story, revision, operation, part, message, priority, rank, turn, silent, state,
                        claim, tries, again, degraded, due, queued, since, sent, reason)
select id, account, lane, story, revision, operation, part, message, priority, 2 * priority, id, silent, state,
       claim, tries, again, degraded, due, queued, since, sent, reason
from delivery;
drop table delivery;
alter table delivery_2 rename to delivery;
create unique index delivery_key on delivery (story, lane, operation, part, revision);
create index delivery_ready on delivery (account, rank, turn, id) where state = 1;
create unique index delivery_active on delivery (lane) where state in (1, 2, 6);
create index delivery_queued on delivery (lane, priority, id) where state = 0;
create index delivery_snoozed on delivery (account, due) where state = 6;
create index delivery_sending on delivery (worker) where state = 2;
create index delivery_held on delivery (story) where state = 5;
