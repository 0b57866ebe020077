-- Feeds that commands have added: they belong to the store, not to the configuration.

-- name: added
select name, url, said_json from feed where origin = 'store' and retired = 0 order by name;

-- name: taken
select name, url from feed
where retired = 0 and (name in (select value->>0 from json_each(:names)) or url in (select value->>0 from json_each(:urls)))
order by name;

-- name: add
-- One that was removed before begins anew; what it told stays known.
insert into feed (name, kind, url, origin, said_json) values (:name, 'feed', :url, 'store', :said_json)
on conflict (name) do update
set kind = 'feed', url = excluded.url, origin = 'store', said_json = excluded.said_json, retired = 0, cursor = '', met = 0,
    error = '', failures = 0, problems_json = '[]', due = 0;

-- name: remove
update feed set retired = 1 where name = :name and origin = 'store' and retired = 0 returning name;

-- ── What a running bot has to say of its configuration ────────────────────────────────────────────────────────────

-- name: note
insert into meta (key, value) values ('configuration', :value) on conflict (key) do update set value = :value;

-- name: noted
select value from meta where key = 'configuration';
