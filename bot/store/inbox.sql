-- name: meet_feed
insert into feed (name, kind, url) values (:name, :kind, :url)
on conflict (name) do update set kind = :kind, url = :url, retired = 0;

-- name: retire_feeds
update feed set retired = 1 where name not in (select value from json_each(:names));

-- name: recall_feed
select cursor, known, met, distrusts_ids from feed where name = :name;

-- name: known
select i.key, s.id as story, s.revision, coalesce(e.id, 0) as entry, coalesce(e.title, s.headline) as title,
       coalesce(e.link, s.link) as link, coalesce(e.lead, s.excerpt) as lead, coalesce(e.fingerprint, '') as fingerprint
from json_each(:keys) k
join identity i on i.key = k.value
join story s on s.id = i.story
left join entry e on e.story = s.id and e.feed = :feed;

-- name: taken
select count(*) from identity where key in (select value from json_each(:keys));

-- name: add_story
insert into story (headline, excerpt, link, source, urgency, revision, state, published, seen)
values (:headline, :excerpt, :link, :source, :urgency, :revision, :state, :published, :seen)
returning id;

-- name: revise_story
update story set headline = :headline, excerpt = :excerpt, link = :link, revision = revision + 1
where id = :story;

-- name: add_entry
insert into entry (feed, story, title, link, lead, fingerprint)
values (:feed, :story, :title, :link, :lead, :fingerprint)
on conflict (story, feed) do update
set title = :title, link = :link, lead = :lead, fingerprint = :fingerprint;

-- name: add_identity
insert into identity (key, story) values (:key, :story) on conflict (key) do nothing;

-- name: add_message
insert into message (story, revision, message_json) values (:story, :revision, :message_json) returning id;

-- name: add_fanouts
insert into fanout (account, name, story, revision, operation, part, message, urgency, priority, upper)
select account, name, :story, :revision, :operation, :part, :message, :urgency, :priority, max(id)
from subscription where name = :name and state <> 'retired'
group by account, name;

-- name: repoint_fanouts
update fanout set message = :message
where story = :story and revision = :revision and operation = 'send' and part = :part and name = :name;

-- name: count_traits
select trait, count(*) as number from trait
where feed = :feed and trait in (select value from json_each(:traits))
  and post not in (select value from json_each(:posts))
group by trait;

-- name: add_trait
insert into trait (feed, trait, post) select :feed, :trait, :post
where (select count(*) from trait where feed = :feed and trait = :trait) < 10
on conflict (feed, trait, post) do nothing;

-- name: rendition
select picture_json from rendition where key = :key;

-- name: add_rendition
insert into rendition (key, picture_json) values (:key, :picture_json) on conflict (key) do nothing;

-- name: advance_feed
update feed set cursor = :cursor, known = known + :known, met = 1, distrusts_ids = max(distrusts_ids, :distrusts_ids)
where name = :name;

-- name: keep_picture
insert into picture (sha256, mime, data) values (:sha256, :mime, :data) on conflict (sha256) do nothing;

-- name: polled_well
update feed set polled = :now, succeeded = :now, failures = 0, error = '', problems_json = :problems_json
where name = :name;

-- name: polled_badly
update feed set polled = :now, failures = failures + 1, error = :error where name = :name;
