-- name: join
insert into worker (name, started, alive_until) values (:name, :now, :until) returning id;

-- name: rejoin
-- The others may have buried it meanwhile; the number stays, it is the process's own.
insert into worker (id, name, started, alive_until) values (:worker, :name, :now, :until)
on conflict (id) do update set alive_until = :until;

-- name: leave
update worker set alive_until = 0 where id = :worker;

-- name: lock
select pg_advisory_lock(cast(:locks as integer), cast(:worker as integer));

-- name: gone
select pg_try_advisory_xact_lock(cast(:locks as integer), cast(:worker as integer)) as gone;

-- name: end_former_self
-- Our own session before the connection was lost: its server has not noticed yet.
select pg_terminate_backend(pid) from pg_locks
where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())
  and cast(classid as bigint) = :locks and cast(objid as bigint) = :worker and objsubid = 2
  and granted and pid <> pg_backend_pid();

-- name: end_stuck
-- Sessions of ours that sit in a transaction and wait for a client that says nothing: it is frozen or cut off. Between two
-- statements it is "idle in transaction"; in the middle of a pipeline it is "active", waiting for its client all the same.
select pg_terminate_backend(pid) from pg_stat_activity
where datname = current_database() and usename = current_user and pid <> pg_backend_pid()
  and application_name like 'sokbo %' and xact_start is not null
  and (state like 'idle in transaction%' or (state = 'active' and wait_event_type = 'Client'))
  and state_change < clock_timestamp() - cast(:silent as double precision) * interval '1 second';
