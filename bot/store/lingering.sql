-- PostgreSQL's alone.

-- name: open
-- What keeps a vacuum from its work: transactions that have written, or look at a snapshot. Of others' sessions whoever is
-- not allowed to sees neither their beginning nor their kind. A worker of the server's own is no client.
select 'session ' || a.pid || ' ' || coalesce(cast(a.backend_xid as text), cast(a.backend_xmin as text)) as key,
       a.pid, null as gid, a.usename as owner, a.application_name as application,
       cast(extract(epoch from a.xact_start) * 1000000 as bigint) as since,
       cast(extract(epoch from clock_timestamp()) * 1000000 as bigint) as now
from pg_stat_activity a
where a.datname = current_database() and a.pid <> pg_backend_pid()
  and coalesce(a.backend_type, 'client backend') = 'client backend'
  and (a.backend_xid is not null or a.backend_xmin is not null)
union all
select 'prepared ' || p.gid, null, p.gid, p.owner, '',
       cast(extract(epoch from p.prepared) * 1000000 as bigint),
       cast(extract(epoch from clock_timestamp()) * 1000000 as bigint)
from pg_prepared_xacts p
where p.database = current_database()
order by key;

-- name: note
insert into meta (key, value) values ('open transactions', :value)
on conflict (key) do update set value = excluded.value;

-- name: noted
select value, cast(extract(epoch from clock_timestamp()) * 1000000 as bigint) as now
from meta where key = 'open transactions';
