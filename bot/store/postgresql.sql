-- What stands in our own schema on PostgreSQL beside the tables: words of SQLite that it lacks. Those of two numbers are one
-- expression each, so that the planner puts it in the caller's place.

-- name: json_each
-- A character that jsonb refuses, U+0000, is replaced by the one that stands for what cannot be shown. In plpgsql, and so
-- never in the caller's place: whatever statistics say, the planner is to believe in one row, and look up each by its id.
-- While a first fan-out is vacuumed the deliveries look like three; it read 4,200 of them once for each of 1,000 ids.
create or replace function json_each(text) returns table (value jsonb)
language plpgsql immutable parallel safe rows 1 as $$
begin
  return query select each.value from jsonb_array_elements(
    cast(case when strpos($1, '\u0000') > 0 then regexp_replace($1, '(?<!\\)((?:\\\\)*)\\u0000', '\1\\ufffd', 'g')
              else $1 end as jsonb)) as each(value);
end
$$;

-- name: max
-- As SQLite's: of nothing and a number, nothing is the greater.
create or replace function max(bigint, bigint) returns bigint language sql immutable parallel safe as $$
  select case when $1 >= $2 then $1 when $1 < $2 then $2 end
$$;

-- name: min
create or replace function min(bigint, bigint) returns bigint language sql immutable parallel safe as $$
  select case when $1 <= $2 then $1 when $1 > $2 then $2 end
$$;

-- name: delivery_storage
-- A delivery is written about four times in its life: room on its page, and vacuum before the indexes swell; what is ready
-- is a sliver of the table, and the planner is told so before the next thousand.
alter table delivery set (
  fillfactor = 80,
  autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0,
  autovacuum_analyze_scale_factor = 0.02, autovacuum_analyze_threshold = 1000
);

-- name: pace_storage
-- Their clocks move with every message, and stand in no index: a new version fits on the same page (HOT).
alter table account set (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);

-- name: lane_storage
alter table subscription set (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
