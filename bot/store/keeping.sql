-- ── What is due by the clock ──────────────────────────────────────────────────────────────────────────────────────

-- name: plan
insert into meta (key, value) values (:chore, '0') on conflict (key) do nothing;

-- name: take
-- Whoever takes it does it, and the next is due after that. Later than that it is never: the clock was set back.
update meta set value = cast(cast(:next as bigint) as text)
where key = :chore and (cast(value as bigint) <= :now or cast(value as bigint) > :next)
returning key;

-- ── Stories ───────────────────────────────────────────────────────────────────────────────────────────────────────

-- name: old
-- Old stories with content, after one; the first that has any is where the tombstones end. What was numbered last stays:
-- SQLite would give its number to the next, and a message is remembered by its number.
select s.id as story from story s
where s.id >= (select min(story) from message) and s.id > :after and s.seen < :before
  and coalesce((select 1 from message m where m.story = s.id limit 1), 0) = 1
  and s.id not in (select story from message order by id desc limit 1)
  and s.id not in (select story from delivery order by id desc limit 1)
order by s.id limit :limit;

-- name: under_way
-- Whether anything of a story is still to go out, or waits for a person.
select 1 as found where coalesce((select 1 from fanout where story = :story limit 1),
                                 (select 1 from delivery where story = :story and state in (0, 1, 2, 5, 6) limit 1), 0) = 1;

-- name: lock_accounts
select id from account order by id /*pg for update */;

-- name: lock_stories
-- Whoever is at a story now has it: its turn comes again.
select id from story where id in (select cast(value->>0 as bigint) from json_each(:stories))
order by id /*pg for update skip locked */;

-- name: fanned_out
select distinct story from fanout where story in (select cast(value->>0 as bigint) from json_each(:stories));

-- name: forget_telling
delete from telling where story in (select cast(value->>0 as bigint) from json_each(:stories));

-- name: forget_missing
delete from missing where story in (select cast(value->>0 as bigint) from json_each(:stories));

-- name: forget_filtered
delete from filtered where story in (select cast(value->>0 as bigint) from json_each(:stories));

-- name: over
select d.id from delivery d
where d.story in (select cast(value->>0 as bigint) from json_each(:stories)) and d.state in (3, 4, 7) limit :limit;

-- name: drop_deliveries
delete from delivery
where id in (select cast(value->>0 as bigint) from json_each(:ids)) and state + 0 in (3, 4, 7)
  and coalesce((select 1 from fanout f where f.story = delivery.story limit 1),
               (select 1 from telling t where t.story = delivery.story limit 1), 0) = 0
returning id;

-- name: drop_receipts
delete from receipt where delivery in (select cast(value->>0 as bigint) from json_each(:ids));

-- name: drop_messages
-- Of those of which nothing is left, and nothing new has begun.
delete from message
where story in (
  select cast(k.value->>0 as bigint) from json_each(:stories) k
  where coalesce((select 1 from delivery d where d.story = cast(k.value->>0 as bigint) limit 1),
                 (select 1 from fanout f where f.story = cast(k.value->>0 as bigint) limit 1),
                 (select 1 from telling t where t.story = cast(k.value->>0 as bigint) limit 1), 0) = 0)
returning story;

-- name: drop_tallies
delete from tally where hour < :hour;

-- name: drop_intents
-- The last stays: a command may wait for the result of its number.
delete from intent where result is not null and written < :before and id < (select max(id) from intent);

-- ── Pictures ──────────────────────────────────────────────────────────────────────────────────────────────────────

-- name: pictures
select sha256 from picture union select sha256 from upload;

-- name: messages
select coalesce(min(id), 0) as first, coalesce(max(id), 0) as last from message;

-- name: shown
-- The pictures that messages name: those after one, up to another.
select distinct p.value->>'sha256' as sha256
from message m, json_each('[' || m.message_json || ']') o, json_each(cast(o.value->'pictures' as text)) p
where m.id > :after and m.id <= :last;

-- name: renditions
select r.key, coalesce((select 1 from picture p where p.sha256 = r.picture_json /*pg ::jsonb */ ->> 'sha256'), 0) as kept
from rendition r where r.key > :after order by r.key limit :limit;

-- name: drop_renditions
delete from rendition where key in (select value->>0 from json_each(:keys));

-- name: drop_uploads
delete from upload where sha256 in (select value->>0 from json_each(:hashes));

-- name: drop_pictures
delete from picture where sha256 in (select value->>0 from json_each(:hashes)) returning sha256;
