-- name: recall
select name, cursor, known, met, distrusts_ids, arrivals_json, succeeded, failures, due, poll_until,
       (select l.until from lease l where l.feed = feed.name and l.state = 'live') as pushed
from feed where name in (select value->>0 from json_each(:names));

-- name: take
-- One worker at a time reads a feed: whoever is told of a change, or finds it due. Of what another worker is about to
-- take there is nothing left for us, so that two never wait for each other. Each is looked up by its name: joined, a planner
-- that believed in no feed at all read them all for each, and that for each again.
update feed set poller = :worker, poll_until = :until
where name in (
  select (select f.name from feed f
          where f.name = w.value->>0
            and (f.poll_until <= :now or f.poller = :worker
                 or coalesce((select 1 from worker o where o.id = f.poller), 0) = 0)
            and (cast(w.value->>1 as bigint) = 1 or f.due <= :now)
          /*pg for update skip locked */)
  from json_each(:wanted) w
)
returning name;

-- name: note
-- A feed that somebody else has taken meanwhile, because we were too long at it, is his to plan.
update feed
set polled = :now,
    succeeded = case when p.error = '' then :now else succeeded end,
    failures = case when p.error = '' then 0 else failures + 1 end,
    error = p.error,
    problems_json = coalesce(p.problems_json, feed.problems_json),
    cursor = coalesce(p.cursor, feed.cursor),
    rhythm = coalesce(p.rhythm, feed.rhythm),
    arrivals_json = coalesce(p.arrivals_json, feed.arrivals_json),
    size = coalesce(p.size, feed.size),
    gaps = gaps + p.gap,
    missed = case when p.gap = 1 then :now else missed end,
    due = case when feed.poller = coalesce(p.poller, feed.poller) then :now + p.after else due end,
    poll_until = case when feed.poller = coalesce(p.poller, feed.poller) then 0 else poll_until end
from (
  select value->>'feed' as feed, value->>'error' as error, value->>'problems' as problems_json,
         value->>'cursor' as cursor, value->>'arrivals' as arrivals_json, cast(value->>'after' as bigint) as after,
         cast(value->>'rhythm' as bigint) as rhythm, cast(value->>'size' as bigint) as size,
         cast(value->>'gap' as bigint) as gap, cast(value->>'poller' as bigint) as poller
  from json_each(:polls)
) p
where feed.name = p.feed;
