-- Times are microseconds since 1970 in UTC; booleans are 0 and 1; *_json columns hold JSON.
-- `account` stands in every hot table, so that the same schema can be spread over several servers.
-- One text for both databases: dialect.py says what PostgreSQL reads otherwise.

create table meta (
  key text primary key,
  value text not null
) strict, without rowid;

create table feed (
  name text primary key,
  kind text not null,
  url text not null,
  retired integer not null default 0,
  cursor text not null default '',        -- the source's own: ETag and the like
  known integer not null default 0,       -- entries ever admitted
  met integer not null default 0,         -- a first fetch has succeeded
  distrusts_ids integer not null default 0,
  polled integer,                         -- the last try
  succeeded integer,                      -- the last success
  failures integer not null default 0,    -- in a row
  error text not null default '',
  problems_json text not null default '[]',
  poller integer not null default 0,      -- the worker that reads it now
  poll_until integer not null default 0,  -- and until when nobody else may
  due integer not null default 0,         -- when it is to be read again
  origin text not null default 'config',  -- config: it belongs to the file | store: a command has added it
  said_json text not null default '{}',   -- what was said of it then, in the words of the file
  rhythm integer not null default 0,      -- µs between two polls, as learned
  arrivals_json text not null default '[]', -- when its newest posts came: seconds since 1970, the newest first
  size integer not null default 0,        -- bytes of its document
  gaps integer not null default 0,        -- how often it turned over between two polls
  missed integer                          -- when it did last
) strict, without rowid;

-- A post that its folder no longer holds, and since when; it may come back (DESIGN.md section 6).
create table missing (
  feed text not null,
  story integer not null,
  since integer not null,
  primary key (feed, story)
) strict, without rowid;

-- What a hub has promised to push, and until when (W3C WebSub): one a feed, and those that are being left.
create table lease (
  callback text primary key,              -- the unguessable end of the address that the hub calls
  feed text not null,
  hubs_json text not null,
  topic text not null,
  secret text not null,                   -- what the hub signs with
  state text not null,                    -- bot.ports.LeaseState
  until integer not null default 0,       -- when the hub stops pushing
  due integer not null default 0,         -- when it is to be asked, or asked again
  failures integer not null default 0,    -- asked in a row without being granted
  error text not null default '',         -- what was wrong with the last answer
  heard integer,                          -- the last delivery that was taken
  refused integer not null default 0      -- deliveries that were not: a bad signature, another topic
) strict, without rowid;
create unique index lease_feed on lease (feed) where state <> 'leaving';
create index lease_due on lease (due);

create table story (
  id integer primary key,
  headline text not null,
  excerpt text not null,
  link text not null,
  source text not null,
  urgency text not null,
  revision integer not null,
  state text not null,
  published integer,
  seen integer not null,
  head integer not null default 0,        -- the story that told its event first, and that it answers; 0: none
  alike text not null default '',         -- by what that was seen
  accounts_json text                      -- the only accounts that get it, by its newsroom's word; null: all
) strict;

create table entry (
  id integer primary key,
  feed text not null,
  story integer not null references story,
  title text not null,
  link text not null,
  lead text not null,
  fingerprint text not null,
  alike integer not null default 0        -- it only tells of the same event: the story's words are another's
) strict;
create unique index entry_story on entry (story, feed);

-- An entry is known by its guid, its canonical link, or its title, day and lead; over all feeds (DESIGN.md section 6).
create table identity (
  key text primary key,
  story integer not null references story,
  seen integer not null default 0         -- a tombstone outlives its story's content (FAILURES.md section 1)
) strict, without rowid;

-- What a filter kept from an account, and the rule that did: for whoever asks why.
create table filtered (
  story integer not null references story,
  name text not null,                     -- the account's, in the configuration; empty: its feed's filter kept it from all
  kept_json text not null,                -- bot.rules.Kept
  primary key (story, name)
) strict, without rowid;

-- What a post shares with other posts of its feed, if enough do: its first and last lines, its picture. At most ten posts
-- of a trait are kept.
create table trait (
  feed text not null,
  trait text not null,
  post text not null,                     -- an identity key of the post
  primary key (feed, trait, post)
) strict, without rowid;

create table picture (
  sha256 text primary key,
  mime text not null,
  data blob not null
) strict, without rowid;

-- A source's picture, prepared once for each bound; the key is a hash of its bytes and the bound.
create table rendition (
  key text primary key,
  picture_json text not null              -- url and alt are left empty: they belong to the post
) strict, without rowid;

-- A story rendered for one platform and style: stored once, named by every delivery that carries it.
create table message (
  id integer primary key,
  story integer not null references story,
  revision integer not null,
  message_json text not null
) strict;
create index message_story on message (story);

-- What an account's readers see of a story, or will see: the newest message of each part.
create table telling (
  story integer not null,
  name text not null,                     -- the account's, in the configuration
  part integer not null,
  message integer not null,               -- no reference: to forget a message would read all of this
  primary key (story, name, part)
) strict, without rowid;

-- One credential at one base address. Whoever writes an account's deliveries holds this row's lock.
create table account (
  id integer primary key,
  platform text not null,
  base_url text not null,
  credential text not null,               -- a hash: tells credentials apart, gives none away
  app text not null default '',           -- tells applications apart whose credentials share limits
  next_send integer not null default 0,   -- the pace clock
  recent_json text not null default '[]', -- when it last sent, where a longer window counts that
  turn integer not null default 0,        -- the turn of whoever was served last: new stories begin here
  ready integer not null default 4095,    -- the ranks, a bit each, in which something may be ready: all
  served_json text not null default '{}', -- by rank, turn and delivery served last: what is ready stands behind it
  woken integer not null default 0,       -- nothing snoozed falls due before
  failures integer not null default 0,    -- in a row, of the platform: the circuit breaker's
  stopped integer not null default 0,     -- by a person, until a person starts it again
  paused_until integer not null default 0,
  reason text not null default '',
  unique (credential, base_url)
) strict;

-- A target with its preferences. Its id is the lane of its deliveries.
create table subscription (
  id integer primary key,
  account integer not null references account,
  name text not null,                     -- the account's name in the configuration
  address text not null,                  -- canonical, without any secret
  only_urgency text not null default 'all',
  notify text not null default 'all',
  state text not null default 'active',   -- active | paused | retired
  reason text not null default '',
  personal integer not null default 0,    -- one reader's own chat
  next_send integer not null default 0,
  recent_json text not null default '[]', -- when it was last sent to, where a longer window counts that
  unique (account, address)
) strict;
-- By id within an account: a fan-out needs no sort.
create index subscription_account on subscription (account, name, id);

-- A platform's own reference to a picture that an account has uploaded, for the next message with it.
create table upload (
  account integer not null,
  sha256 text not null,
  reference text not null,
  primary key (account, sha256)
) strict, without rowid;

-- What was sent and what it cost, by the hour: for windows of a day and budgets.
create table tally (
  scope text not null,                    -- an application or a credential
  hour integer not null,                  -- hours since 1970
  sent integer not null default 0,
  cost integer not null default 0,        -- millionths of a US dollar
  primary key (scope, hour)
) strict, without rowid;

-- A bot process that drives this store. On PostgreSQL it also holds the session lock of its id.
create table worker (
  id integer primary key,
  name text not null,                     -- host and process
  started integer not null,
  alive_until integer not null            -- its claims are taken back after this
) strict;

-- A message on its way to all subscriptions of one account; gone when every one has its delivery. An edit goes to those
-- that have the message it changes, or will have: those never tried get the newer message instead.
create table fanout (
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
  turn integer,                           -- the turn of its first delivery; null until then
  target text not null default '',        -- only this one; empty: all
  cursor integer not null default 0,      -- the last subscription that has its delivery
  upper integer not null                  -- who subscribed later doesn't get it
) strict;
create index fanout_order on fanout (priority, id);
create index fanout_account on fanout (account, priority, id);

create table delivery (
  id integer primary key,
  account integer not null,
  lane integer not null,                  -- the subscription
  story integer not null,
  revision integer not null,
  operation text not null default 'send',
  part integer not null default 0,
  message integer not null,
  priority integer not null,
  rank integer not null,                  -- twice the priority, and one more where a single reader reads it
  turn integer not null,                  -- the order within a rank: fair shares between stories
  silent integer not null,
  worker integer not null default 0,      -- who claimed it last
  state integer not null default 0,       -- bot.model.DeliveryState
  claim integer not null default 0,       -- counts every claim: the fence
  tries integer not null default 0,       -- the spent budget
  again integer not null default 0,       -- the outcome of an earlier try is unknown
  degraded integer not null default 0,    -- steps that its picture was degraded by
  due integer not null default 0,         -- when a snoozed row is ready
  queued integer not null,
  since integer,                          -- the first claim
  sent integer,
  reason text not null default ''
) strict;
create unique index delivery_key on delivery (story, lane, operation, part, revision);
create index delivery_ready on delivery (account, rank, turn, id) where state = 1;
create unique index delivery_active on delivery (lane) where state in (1, 2, 6);
create index delivery_queued on delivery (lane, priority, id) where state = 0;
create index delivery_snoozed on delivery (account, due) where state = 6;
-- For the reaper alone: a fenced write says `state + 0`, or this is taken for it (OUTBOX.md, trap 2).
create index delivery_sending on delivery (worker) where state = 2;
create index delivery_held on delivery (story) where state = 5;

-- What a platform called what it took; it belongs to the account it was posted with.
create table receipt (
  delivery integer primary key,
  account integer not null,
  ids_json text not null,
  link text not null default '',
  note text not null default ''
) strict;

-- What a person wants; the driving bot acts on it within 250 ms.
create table intent (
  id integer primary key,
  verb text not null,
  arguments_json text not null,
  written integer not null,
  result text                             -- null: not yet acted on
) strict;
create index intent_open on intent (id) where result is null;
