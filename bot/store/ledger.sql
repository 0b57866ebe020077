-- name: stories
select s.id, s.headline, s.link, s.urgency, s.revision, s.state, s.published, s.seen,
       (select json_group_array(feed) from (select feed from entry e where e.story = s.id order by e.id)) as feeds_json
from story s
where :known or s.state <> 'known'
order by s.id desc
limit :limit;

-- name: board
-- The newest, and every older one that waits for a person: it must not slip out of sight.
select s.id, s.headline, s.link, s.urgency, s.revision, s.state, s.published, s.seen,
       (select json_group_array(feed) from (select feed from entry e where e.story = s.id order by e.id)) as feeds_json
from story s
where s.id in (select id from story where state <> 'known' order by id desc limit :limit)
   or s.id in (select story from delivery where state = 5)
order by s.id desc;

-- name: deliveries
-- Plain http is a stand-in on this machine: the link of what it took would lead to somebody else's post.
select d.id as delivery, d.story, s.name as account, s.address as target, d.operation, d.state, d.tries, d.reason,
       d.queued, d.sent, coalesce(r.ids_json, '[]') as ids_json,
       case when a.base_url like 'http://%' then '' else coalesce(r.link, '') end as link,
       d.message, coalesce(r.note, '') as note,
       case when a.paused_until > :now then a.reason else '' end as account_reason
from delivery d
join subscription s on s.id = d.lane
join account a on a.id = d.account
left join receipt r on r.delivery = d.id
where :story is null or d.story = :story
order by d.id desc
limit :limit;

-- name: messages
select id, message_json from message where story = :story order by id;

-- name: feeds
select f.name, f.kind, f.url, f.retired, f.known, f.polled, f.succeeded, f.failures, f.error, f.problems_json
from feed f order by f.retired, f.name;

-- name: accounts
select s.name, a.platform, a.base_url, a.credential, s.id as subscription, s.address, s.only_urgency, s.notify, s.state,
       s.reason, case when a.paused_until > :now then a.paused_until end as paused_until,
       case when a.paused_until > :now then a.reason else '' end as account_reason,
       (select count(*) from delivery d where d.lane = s.id and d.state in (0, 1, 2, 6)) as waiting
from subscription s join account a on a.id = s.account
order by a.id, s.id;

-- name: counts
select state, count(*) as number from delivery group by state;

-- name: picture
select mime, data from picture where sha256 = :sha256;
