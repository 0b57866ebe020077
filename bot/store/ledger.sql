-- name: stories
select s.id, s.headline, s.link, s.urgency, s.revision, s.state, s.published, s.seen, s.head, s.alike, s.accounts_json
from story s
where :known = 1 or s.state <> 'known'
order by s.id desc
limit :limit;

-- name: feeds_of
-- That which has told it stands first.
select e.story, e.feed from entry e join story s on s.id = e.story
where e.story in (select cast(value->>0 as bigint) from json_each(:stories))
order by case when e.feed = s.source then 0 else 1 end, e.id;

-- name: board
-- The newest, and every older one that waits for a person: it must not slip out of sight.
select s.id, s.headline, s.link, s.urgency, s.revision, s.state, s.published, s.seen, s.head, s.alike, s.accounts_json
from story s
where s.id in (select id from story where state <> 'known' order by id desc limit :limit)
   or s.id in (select story from delivery where state = 5)
order by s.id desc;

-- name: deliveries
-- Plain http is a stand-in on this machine: the link of what it took would lead to somebody else's post.
select d.id as delivery, d.story, s.name as account, s.address as target, d.operation, d.state, d.tries, d.reason, d.again,
       d.queued, d.sent, coalesce(r.ids_json, '[]') as ids_json,
       case when a.base_url like 'http://%' then '' else coalesce(r.link, '') end as link,
       d.message, coalesce(r.note, '') as note,
       case when a.paused_until > :now or a.stopped = 1 or a.reason like 'the budget%' then a.reason else '' end as account_reason
from delivery d
join subscription s on s.id = d.lane
join account a on a.id = d.account
left join receipt r on r.delivery = d.id
where cast(:story as bigint) is null or d.story = cast(:story as bigint)
order by d.id desc
limit :limit;

-- name: story
select s.id, s.headline, s.link, s.urgency, s.revision, s.state, s.published, s.seen, s.head, s.alike,
       s.accounts_json
from story s where s.id = :story;

-- name: recall
-- Place by place: the delete of what went out, or the send that no delete is about. `open`: a delete is still to come.
-- A cancelled delete whose send arrived has taken nothing back: its target is gone from the configuration.
select d.id as delivery, d.story, s.name as account, s.address as target, d.operation,
       case when d.operation = 'delete' and d.state = 7 and exists (
              select 1 from delivery o where o.story = d.story and o.lane = d.lane and o.part = d.part
                and o.operation = 'send' and o.state = 3)
            then 4 else d.state end as state,
       d.tries, d.reason, d.again, d.queued, d.sent, coalesce(r.ids_json, '[]') as ids_json,
       case when a.base_url like 'http://%' then '' else coalesce(r.link, '') end as link, coalesce(r.note, '') as note,
       case when a.paused_until > :now or a.stopped = 1 or a.reason like 'the budget%' then a.reason else '' end as account_reason,
       case when exists (select 1 from fanout f where f.story = d.story and f.name = s.name and f.operation = 'delete')
            then 1 else 0 end as open
from delivery d
join subscription s on s.id = d.lane
join account a on a.id = d.account
left join receipt r on r.delivery = d.id
where d.story = :story
  and (d.operation = 'delete'
    or d.operation = 'send' and (d.state in (2, 3) or d.again = 1 and d.state in (4, 5, 7))
      and not exists (select 1 from delivery t where t.story = d.story and t.lane = d.lane and t.part = d.part
                      and t.operation = 'delete'))
order by s.account, s.id, d.part, d.id;

-- name: subscribed
-- Several accounts may post to one place.
select s.id, s.account as account_id, s.name as account, s.only_urgency as only, s.state, s.reason, a.stopped,
       case when a.paused_until > :now then a.paused_until end as paused_until,
       case when a.paused_until > :now or a.stopped = 1 or a.reason like 'the budget%' then a.reason else '' end as account_reason
from subscription s join account a on a.id = s.account
where s.address = :target order by s.id;

-- name: kept
select name, kept_json from filtered where story = :story;

-- name: places
select distinct address from subscription where state <> 'retired' order by address limit :limit;

-- name: fanouts_at
select operation, cursor, upper, target from fanout
where story = :story and account = :account and name = :name order by id;

-- name: deliveries_at
select d.operation, d.part, d.revision, d.state, d.tries, d.again, d.degraded, d.reason,
       case when d.state = 6 and d.due < 4611686018427387904 then d.due end as due, d.sent,
       case when a.base_url like 'http://%' then '' else coalesce(r.link, '') end as link, coalesce(r.note, '') as note
from delivery d join account a on a.id = d.account left join receipt r on r.delivery = d.id
where d.story = :story and d.lane = :lane order by d.id;

-- name: messages
select id, message_json from message where story = :story order by id;

-- name: feeds
-- Those that need a look first, so that a page shows them however many there are.
select f.name, f.kind, f.url, f.origin, f.retired, f.known, f.polled, f.succeeded, f.failures, f.error, f.problems_json,
       f.due, f.rhythm, f.size, f.gaps, f.missed,
       l.hubs_json, l.state as push_state, l.until as push_until, l.error as push_error, l.heard, l.refused
from feed f left join lease l on l.feed = f.name and l.state <> 'leaving'
where :ailing = 0
   or f.retired = 0 and (f.error <> '' or f.problems_json <> '[]' or f.missed > :lately)
order by f.retired, case when f.error <> '' or f.missed > :lately then 0 else 1 end, f.name limit :limit;

-- name: watched
select count(*) as number from feed where retired = 0;

-- name: accounts
select s.name, a.platform, a.base_url, a.credential, s.id as subscription, s.address, s.only_urgency, s.notify, s.state,
       s.reason, case when a.paused_until > :now then a.paused_until end as paused_until, a.stopped,
       case when a.paused_until > :now or a.stopped = 1 or a.reason like 'the budget%' then a.reason else '' end as account_reason,
       -- Two sums, each with an index of its own: for both at once every lane would read all deliveries.
       (select count(*) from delivery d where d.lane = s.id and d.state in (1, 2, 6))
       + (select count(*) from delivery q where q.lane = s.id and q.state = 0) as waiting
from subscription s join account a on a.id = s.account
order by a.id, s.id;

-- name: counts
select state, count(*) as number from delivery group by state;

-- name: version_sqlite
pragma data_version;

-- name: version_postgresql
select cast(txid_snapshot_xmax(txid_current_snapshot()) as bigint) as data_version;

-- name: picture
select mime, data from picture where sha256 = :sha256;

-- name: workers
select count(*) as number from worker where alive_until > :now;

-- name: fanning_out
select id from fanout where story = :story limit 1;
