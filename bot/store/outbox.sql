-- name: meet_account
insert into account (platform, base_url, credential) values (:platform, :base_url, :credential)
on conflict (credential, base_url) do update
set platform = :platform,  -- what waited for a person ends, that person has just started the bot; a platform's wait does not
    reason = case when paused_until = 9223372036854775807 then '' else reason end,
    paused_until = case when paused_until = 9223372036854775807 then 0 else paused_until end
returning id;

-- name: meet_subscription
insert into subscription (account, name, address, only_urgency, notify)
values (:account, :name, :address, :only_urgency, :notify)
on conflict (account, address) do update
set name = :name, only_urgency = :only_urgency, notify = :notify, state = 'active', reason = ''
returning id;

-- name: retire_subscriptions
update subscription set state = 'retired', reason = 'no longer in the configuration'
where state <> 'retired' and id not in (select value from json_each(:ids))
returning id;

-- name: cancel_lanes
update delivery set state = 7, reason = 'the target is no longer in the configuration'
where lane in (select value from json_each(:lanes)) and state in (0, 1, 6);

-- name: wake_lanes
-- What waited for a person is due again when the bot starts: the configuration may have been mended.
update delivery set due = 0 where state = 6 and due = 9223372036854775807;

-- name: cancel_doubts
update delivery set state = 7, reason = 'in doubt when the bot stopped; the target is no longer in the configuration'
where state = 2 and lane in (select id from subscription where state = 'retired');

-- name: doubts
select d.id, d.claim, d.account, d.lane, s.name, s.address, d.story, d.revision, d.operation, d.part,
       d.message, d.silent, d.tries, d.again, d.degraded, d.since, d.priority, d.reason
from delivery d join subscription s on s.id = d.lane
where d.state = 2;

-- name: finish
update delivery
set state = :state, reason = :reason, tries = tries + :spent, again = max(again, :again), degraded = max(degraded, :degraded),
    due = :due, sent = case when :state = 3 then :now else sent end
where id = :id and claim = :claim and state = 2
returning id, lane, account;

-- name: add_receipt
insert into receipt (delivery, account, ids_json, link, note) values (:delivery, :account, :ids_json, :link, :note)
on conflict (delivery) do update set ids_json = :ids_json, link = :link, note = :note;

-- name: pause_account
update account set paused_until = max(paused_until, :until), reason = :reason where id = :account;

-- name: pause_lane
update subscription set state = 'paused', reason = :reason where id = :lane;

-- name: move_lane
update or ignore subscription set address = :address, reason = :reason where id = :lane;

-- name: wake
update delivery set state = 1 where state = 6 and due <= :horizon;

-- name: next_fanout
select id, account, name, story, revision, operation, part, message, urgency, priority, cursor, upper
from fanout order by priority, id limit 1;

-- name: fan_out
insert into delivery (account, lane, story, revision, part, message, priority, silent, queued)
select account, id, :story, :revision, :part, :message, :priority,
       case notify when 'all' then 0 when 'none' then 1 else :urgency <> 'breaking' end, :now
from subscription
where account = :account and name = :name and id > :cursor and id <= :upper and state <> 'retired'
  and only_urgency in ('all', :urgency)
order by id limit :chunk
on conflict (story, revision, lane, operation, part) do nothing
returning lane;

-- name: repoint
-- What was never tried goes out as it is now.
update delivery set message = :message
where story = :story and revision = :revision and operation = 'send' and part = :part and claim = 0
  and state in (0, 1, 6) and lane in (select id from subscription where account = :account and name = :name);

-- name: fan_out_edits
-- To whoever has got it, or is getting it.
insert into delivery (account, lane, story, revision, operation, part, message, priority, silent, queued)
select d.account, d.lane, d.story, d.revision, 'edit', d.part, :message, :priority, 1, :now
from delivery d join subscription s on s.id = d.lane
where d.story = :story and d.revision = :revision and d.operation = 'send' and d.part = :part and d.claim > 0
  and d.message <> :message and d.state in (0, 1, 2, 3, 6)
  and s.account = :account and s.name = :name and s.state <> 'retired' and d.lane > :cursor
order by d.lane limit :chunk
on conflict (story, revision, lane, operation, part) do nothing
returning lane;

-- name: sent_before
-- What a part or an edit builds on.
select r.ids_json, r.link
from delivery d join receipt r on r.delivery = d.id
where d.story = :story and d.lane = :lane and d.operation = 'send' and d.part = :part and d.state = 3
order by d.revision desc limit 1;

-- name: uploads
select sha256, reference from upload where account = :account and sha256 in (select value from json_each(:hashes));

-- name: add_upload
insert into upload (account, sha256, reference) values (:account, :sha256, :reference)
on conflict (account, sha256) do update set reference = :reference;

-- name: advance_fanout
update fanout set cursor = :cursor where id = :id;

-- name: end_fanout
delete from fanout where id = :id;

-- name: demote
-- A higher priority goes before what its lane has ready and never tried.
update delivery set state = 0
where lane in (select value from json_each(:lanes)) and state in (1, 2, 6) and state <> 2 and claim = 0
  and priority > :priority;

-- name: promote
-- The first queued row of each lane that has no active one; it waits for its lane's pace, or for its paused target.
update delivery
set state = case when p.due <= :horizon then 1 else 6 end, due = p.due
from (
  select (select q.id from delivery q where q.lane = s.id and q.state = 0 order by q.priority, q.id limit 1) as id,
         case s.state when 'paused' then 9223372036854775807 else min(s.next_send, :latest) end as due
  from subscription s
  where s.id in (select value from json_each(:lanes))
    and coalesce((select 0 from delivery a where a.lane = s.id and a.state in (1, 2, 6) limit 1), 1)
) p
where delivery.id = p.id;

-- name: ready_accounts
select a.id, a.next_send from account a
where a.paused_until <= :now
  and exists (select 1 from delivery d where d.account = a.id and d.state = 1);

-- name: claim
update delivery set state = 2, claim = claim + 1, since = coalesce(since, :now)
where id in (select id from delivery where account = :account and state = 1 order by priority, id limit :limit)
returning id;

-- name: claimed
select d.id, d.claim, d.account, d.lane, s.name, s.address, d.story, d.revision, d.operation, d.part,
       d.message, d.silent, d.tries, d.again, d.degraded, d.since, d.priority, d.reason,
       s.next_send as lane_due
from delivery d join subscription s on s.id = d.lane
where d.id in (select value from json_each(:ids)) order by s.next_send, d.priority, d.id;

-- name: advance_account
update account set next_send = :next_send, reason = case when paused_until <= :now then '' else reason end
where id = :account;

-- name: advance_lane
update subscription set next_send = :next_send where id = :lane;

-- name: message
select message_json from message where id = :id;

-- name: open_intents
select id, verb, arguments_json from intent where result is null order by id;

-- name: add_intent
insert into intent (verb, arguments_json, written) values (:verb, :arguments_json, :now) returning id;

-- name: close_intent
update intent set result = :result where id = :id;

-- name: requeue_held
update delivery set state = 0, again = 0, reason = 'sent again by a person' where id = :id and state = 5 returning lane;

-- name: settle_held
update delivery set state = 3, sent = coalesce(since, :now), reason = 'a person says that it arrived'
where id = :id and state = 5 returning lane, account;

-- name: pending
select (select count(*) from fanout)
     + (select count(*) from delivery where state = 2)
     + (select count(*) from delivery d join account a on a.id = d.account
        where d.state = 1 and a.paused_until <= :soon)
     + (select count(*) from delivery where state = 6 and due <= :soon);
