-- name: meet_feed
insert into feed (name, kind, url) values (:name, :kind, :url)
on conflict (name) do update set kind = :kind, url = :url, retired = 0, origin = 'config', said_json = '{}';

-- name: retire_feeds
update feed set retired = 1
where origin = 'config' and retired = 0 and name not in (select value->>0 from json_each(:names));

-- name: known
select i.key, s.id as story, s.revision, coalesce(e.id, 0) as entry, coalesce(e.title, s.headline) as title,
       coalesce(e.link, s.link) as link, coalesce(e.lead, s.excerpt) as lead, coalesce(e.fingerprint, '') as fingerprint,
       s.state, s.headline, s.excerpt, s.link as story_link, case when f.story is not null then s.seen end as kept,
       coalesce(e.alike, 0) as alike
from json_each(:keys) k
join identity i on i.key = k.value->>0
join story s on s.id = i.story
left join entry e on e.story = s.id and e.feed = :feed
left join filtered f on f.story = s.id and f.name = '' and s.state = 'known';

-- name: hold
-- On PostgreSQL two transactions could both find a key free: whoever is second waits here, and looks when the first is done.
-- In one order for all, so that no two wait for each other.
select pg_advisory_xact_lock(k) from (
  select distinct hashtextextended(value->>0, 0) as k from json_each(:keys) order by 1
) held;

-- name: taken
select count(*) as number from identity where key in (select value->>0 from json_each(:keys));

-- name: add_story
insert into story (headline, excerpt, link, source, urgency, revision, state, published, seen, head, alike, accounts_json)
values (:headline, :excerpt, :link, :source, :urgency, :revision, :state, :published, :seen, :head, :alike, :accounts_json)
returning id;

-- name: revise_story
-- Not if somebody else has told a newer revision meanwhile.
update story set headline = :headline, excerpt = :excerpt, link = :link, revision = :revision, state = :state
where id = :story and revision = :revision - 1 and state <> 'retracted'
returning id;

-- name: release_story
-- Not if somebody else has told it meanwhile.
update story
set headline = :headline, excerpt = :excerpt, link = :link, source = :source, urgency = :urgency, published = :published,
    state = 'announced', head = :head, alike = :alike, accounts_json = :accounts_json
where id = :story and state = 'known'
returning id;

-- name: add_filtered
insert into filtered (story, name, kept_json) values (:story, :name, :kept_json) on conflict (story, name) do nothing;

-- name: release
delete from filtered where story = :story and name = '';

-- name: add_entry
insert into entry (feed, story, title, link, lead, fingerprint, alike)
values (:feed, :story, :title, :link, :lead, :fingerprint, :alike)
on conflict (story, feed) do update
set title = excluded.title, link = excluded.link, lead = excluded.lead, fingerprint = excluded.fingerprint;

-- name: add_identity
insert into identity (key, story, seen) values (:key, :story, :now) on conflict (key) do nothing;

-- name: add_message
insert into message (story, revision, message_json) values (:story, :revision, :message_json) returning id;

-- name: tell
insert into telling (story, name, part, message) values (:story, :name, :part, :message)
on conflict (story, name, part) do update set message = excluded.message;

-- name: untell
delete from telling where story = :story and name = :name and part = :part;

-- name: announced
select id, source, headline, excerpt, link, coalesce(published, seen) as at, head from story
where id > :after and seen > :since and state in ('announced', 'corrected') order by id limit :limit;

-- name: head
select s.urgency, t.name from story s left join telling t on t.story = s.id
where s.id = :story and s.state in ('announced', 'corrected');

-- name: told
select t.name, t.part, m.message_json from telling t join message m on m.id = t.message where t.story = :story;

-- name: add_fanouts
insert into fanout (account, name, story, revision, operation, part, message, urgency, priority, upper)
select account, name, cast(:story as bigint), cast(:revision as bigint), :operation, cast(:part as bigint),
       cast(:message as bigint), :urgency, cast(:priority as bigint), max(id)
from subscription where name = :name and (state <> 'retired' or :operation = 'delete')
group by account, name;

-- name: repoint_fanouts
update fanout set message = :message
where story = :story and operation = 'send' and part = :part and name = :name;

-- name: drop_edits
-- Of several corrections on their way only the newest is made.
delete from fanout
where story = :story and operation = :operation and part = :part and name = :name and revision < :revision
  and cursor = 0;

-- name: retract_story
update story set state = 'retracted' where id = :story and state <> 'retracted' returning id, revision, urgency;

-- name: stop_fanouts
delete from fanout where story = :story and operation <> 'delete';

-- name: count_traits
select trait, count(*) as number from trait
where feed = :feed and trait in (select value->>0 from json_each(:traits))
  and post not in (select value->>0 from json_each(:posts))
group by trait;

-- name: add_trait
insert into trait (feed, trait, post) select :feed, :trait, :post
where (select count(*) from trait where feed = :feed and trait = :trait) < 10
on conflict (feed, trait, post) do nothing;

-- name: rendition
-- Not what stands for a picture that has been let go of.
select r.picture_json from rendition r
join picture p on p.sha256 = r.picture_json /*pg ::jsonb */ ->> 'sha256' where r.key = :key;

-- name: add_rendition
insert into rendition (key, picture_json) values (:key, :picture_json) on conflict (key) do nothing;

-- name: advance_feed
update feed
set cursor = :cursor, known = known + :known, met = 1, distrusts_ids = max(distrusts_ids, cast(:distrusts_ids as bigint))
where name = :name;

-- name: keep_picture
insert into picture (sha256, mime, data) values (:sha256, :mime, :data) on conflict (sha256) do nothing;

-- name: own_stories
-- What readers still have of a feed, by what identifies it there.
select e.story, i.key from entry e join story s on s.id = e.story join identity i on i.story = e.story
where e.feed = :feed and e.alike = 0 and s.state in ('announced', 'corrected') and i.key like 'g:%'
  and coalesce((select 1 from telling t where t.story = s.id limit 1), 0) = 1;

-- name: missing
select story, since from missing where feed = :feed;

-- name: add_missing
insert into missing (feed, story, since) values (:feed, :story, :since)
on conflict (feed, story) do update set since = excluded.since;

-- name: found_again
delete from missing where feed = :feed and story in (select cast(value->>0 as bigint) from json_each(:stories));
