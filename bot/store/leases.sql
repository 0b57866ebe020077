-- name: lease_of
select callback, hubs_json, topic, state from lease where feed = :feed and state <> 'leaving' /*pg for update */;

-- name: add
insert into lease (callback, feed, hubs_json, topic, secret, state, due)
values (:callback, :feed, :hubs_json, :topic, :secret, 'asked', :now)
on conflict do nothing;

-- name: leave
update lease set state = 'leaving', due = :now, failures = 0 where callback = :callback;

-- name: retire
update lease set state = 'leaving', due = :now, failures = 0
where state <> 'leaving' and feed not in (select value->>0 from json_each(:feeds));

-- name: waiting
select callback from lease where due <= :now limit 1;

-- name: due
-- Whoever asks first has it; the others look elsewhere.
select callback, feed, hubs_json, topic, secret, state, failures from lease
where due <= :now order by due limit :most /*pg for update skip locked */;

-- name: ask
update lease set failures = :failures, due = :due where callback = :callback;

-- name: find
select callback, feed, hubs_json, topic, secret, state, failures from lease where callback = :callback;

-- name: grant
update lease set state = 'live', until = :until, due = :due, failures = 0, error = ''
where callback = :callback and state <> 'leaving';

-- name: deny
update lease set state = 'denied', until = 0, due = :due, error = :reason where callback = :callback and state <> 'leaving';

-- name: fail
update lease set error = :error where callback = :callback;

-- name: drop
delete from lease where callback = :callback;

-- name: tally
update lease set heard = case when :taken > 0 then :now else heard end, refused = refused + :refused
where callback = :callback;
