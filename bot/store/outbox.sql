-- ── The configuration meets the store ─────────────────────────────────────────────────────────────────────────────

-- name: meet_account
insert into account (platform, base_url, credential, app) values (:platform, :base_url, :credential, :app)
on conflict (credential, base_url) do update
set platform = :platform, app = :app, ready = 4095,
    -- What waited for a person ends, that person has just started the bot.
    reason = case when account.paused_until = 9223372036854775807 then '' else account.reason end,
    paused_until = case when account.paused_until = 9223372036854775807 then 0 else account.paused_until end
returning id;

-- name: rename_fanouts
-- An account with another name goes on with what was to go to its places.
update fanout set name = :name
where account = :account and name <> :name
  and name in (select s.name from subscription s join json_each(:subscriptions) n on n.value->>0 = s.address
               where s.account = :account);

-- name: meet_subscriptions
insert into subscription (account, name, address, only_urgency, notify, personal)
select cast(:account as bigint), :name, value->>0, value->>1, value->>2, cast(value->>3 as bigint)
from json_each(:subscriptions) where true
on conflict (account, address) do update
set name = excluded.name, only_urgency = excluded.only_urgency, notify = excluded.notify,
    personal = excluded.personal, state = 'active', reason = ''
returning id, address;

-- name: subscriptions
select id from subscription where state <> 'retired';

-- name: retire_subscriptions
update subscription set state = 'retired', reason = 'no longer in the configuration'
where id in (select cast(value->>0 as bigint) from json_each(:ids));

-- name: cancel_lanes
update delivery set state = 7, reason = 'the target is no longer in the configuration'
where lane in (select cast(value->>0 as bigint) from json_each(:lanes)) and state in (0, 1, 6);

-- name: wake_lanes
-- What waited for a person is due again when the bot starts: the configuration may have been mended.
update delivery set due = (select a.woken from account a where a.id = delivery.account)
where state = 6 and due = 9223372036854775807
  and account in (select cast(value->>0 as bigint) from json_each(:accounts));

-- ── Locks: whoever writes an account's deliveries holds its row; SQLite's write transaction is that lock ──────────

-- name: lock_accounts_of
select id from account
where id in (select account from delivery where id in (select cast(value->>0 as bigint) from json_each(:ids)))
order by id /*pg for no key update */;

-- name: lock_account
select id from account where id = :account /*pg for no key update */;

-- name: lock_account_if_free
select id from account where id = :account /*pg for no key update skip locked */;

-- ── Fronts: how far an account has come (fronts.py) ───────────────────────────────────────────────────────────────

-- name: fronts
select id, turn, ready, served_json, woken from account
where id in (select cast(value->>0 as bigint) from json_each(:accounts));

-- name: admit
update account set ready = ready | w.ranks
from (select cast(value->>0 as bigint) as id, cast(value->>1 as bigint) as ranks from json_each(:accounts)) w
where account.id = w.id;

-- name: note_ready
update account set ready = :ready where id = :account;

-- name: wake_from
update account set woken = min(woken, w.due)
from (select cast(value->>0 as bigint) as id, cast(value->>1 as bigint) as due from json_each(:accounts)) w
where account.id = w.id;

-- name: lift
update delivery
set turn = max(turn, coalesce(cast(:floors /*pg ::jsonb */ ->> ('a' || account || '_' || rank) as bigint), 0))
where id in (select cast(value->>0 as bigint) from json_each(:ids)) and state + 0 = 1;

-- ── A tick: finish, promote, claim ────────────────────────────────────────────────────────────────────────────────

-- name: finish
-- Fenced: a claim that is no longer ours changes nothing. `state + 0`, or the reaper's index is taken for this.
update delivery
set state = o.state, reason = o.reason, tries = tries + o.spent, again = max(delivery.again, o.again),
    degraded = max(delivery.degraded, o.degraded), due = o.due, sent = case when o.state = 3 then :now else sent end
from (
  select cast(value->>0 as bigint) as id, cast(value->>1 as bigint) as claim, cast(value->>2 as bigint) as state,
         value->>3 as reason, cast(value->>4 as bigint) as spent, cast(value->>5 as bigint) as again,
         cast(value->>6 as bigint) as degraded, cast(value->>7 as bigint) as due
  from json_each(:outcomes)
) o
where delivery.id = o.id and delivery.claim = o.claim and delivery.state + 0 = 2
returning delivery.id, lane, account, operation, message, delivery.state, delivery.due, rank,
       (select 1 from delivery q where q.lane = delivery.lane and q.state = 0 limit 1) as queued;

-- name: finish_sent
-- As above, for what went well and has nothing more to say.
update delivery set state = 3, reason = '', tries = tries + 1, due = 0, sent = :now
from (select cast(value->>0 as bigint) as id, cast(value->>1 as bigint) as claim from json_each(:outcomes)) o
where delivery.id = o.id and delivery.claim = o.claim and delivery.state + 0 = 2
returning delivery.id, lane, account,
       (select 1 from delivery q where q.lane = delivery.lane and q.state = 0 limit 1) as queued;

-- name: add_receipts
insert into receipt (delivery, account, ids_json, link, note)
select cast(value->>0 as bigint), cast(value->>1 as bigint), cast(value->2 as text), value->>3, value->>4
from json_each(:receipts) where true
on conflict (delivery) do update set ids_json = excluded.ids_json, link = excluded.link, note = excluded.note;

-- name: cancel_retracted
-- What was to be tried again of a story that was taken back meanwhile.
update delivery set state = 7, reason = 'retracted'
where id in (select cast(value->>0 as bigint) from json_each(:ids)) and state in (1, 5, 6)
  and operation in ('send', 'edit', 'reply')
  and story in (select id from story where state = 'retracted');

-- name: add_upload
insert into upload (account, sha256, reference) values (:account, :sha256, :reference)
on conflict (account, sha256) do update set reference = excluded.reference;

-- name: pause_account
update account set paused_until = max(paused_until, :until), reason = :reason where id = :account;

-- name: pause_app
update account set paused_until = max(paused_until, :until), reason = :reason
where id = :account or (app <> '' and app = (select app from account where id = :account));

-- name: pause_host
update account set paused_until = max(paused_until, :until), reason = :reason
where base_url = (select base_url from account where id = :account);

-- name: open_circuit
-- It says for how long; a longer pause of another reason stays as it is.
update account
set reason = case when reason like 'left alone%' or paused_until < :until then :reason else reason end,
    paused_until = case when reason like 'left alone%' then :until else max(paused_until, :until) end
where id = :account;

-- name: untried
-- The one delivery that was to find out was not tried: the next one may.
update account set paused_until = :now where id = :account and reason like 'left alone but for one%';

-- name: well
-- A platform is back; what else the account waits for, it goes on waiting for.
update account
set failures = 0, paused_until = case when reason like 'left alone%' then 0 else paused_until end,
    reason = case when reason like 'left alone%' or paused_until <= :now then '' else reason end
where id = :account and failures > 0;

-- name: say
update account set reason = :reason where id = :account and reason <> :reason;

-- name: troubled
update account set failures = failures + :number where id = :account returning failures;

-- name: pause_lane
update subscription set state = 'paused', reason = :reason where id = :lane and state <> 'retired' returning id;

-- name: bury
-- Nobody will say that a retired target is back.
update delivery set state = 4, due = 0 where id = :id and state = 6;

-- name: lane_at
select o.id, o.state from subscription s join subscription o on o.account = s.account and o.address = :address
where s.id = :lane and o.id <> s.id;

-- name: move_lane
update subscription set address = :address, reason = :reason where id = :lane;

-- name: retire_lane
update subscription set state = 'retired', reason = :reason where id = :lane;

-- name: cancel_lane
update delivery set state = 7, reason = :reason where lane = :lane and state in (0, 1, 6);

-- name: rest_lane
update subscription set next_send = max(next_send, :until) where id = :lane;

-- name: rest_places
update subscription set next_send = max(next_send, :until)
where id in (select cast(value->>0 as bigint) from json_each(:lanes));

-- name: snooze_places
-- What is ready, or would be before, waits for its lane: another one of the same chat has just had its turn.
update delivery set state = 6, due = max(due, s.next_send)
from subscription s
where s.id in (select cast(value->>0 as bigint) from json_each(:lanes)) and delivery.lane = s.id
  and delivery.state in (1, 2, 6) and delivery.state <> 2 and s.next_send > :now
returning delivery.account, delivery.state, delivery.due;

-- name: late_lanes
update subscription set next_send = next_send + l.late
from (select cast(value->>0 as bigint) as id, cast(value->>1 as bigint) as late from json_each(:lanes)) l
where subscription.id = l.id and next_send > 0;

-- name: promote
-- The first queued row of each lane that has no active one; it waits for its lane's pace, or for its paused target.
update delivery
set state = case when p.due <= :horizon then 1 else 6 end, due = p.due,
    turn = max(delivery.turn,
               coalesce(cast(:floors /*pg ::jsonb */ ->> ('a' || delivery.account || '_' || delivery.rank) as bigint), 0))
from (
  select (select q.id from delivery q where q.lane = s.id and q.state = 0 order by q.priority, q.id limit 1) as id,
         case s.state when 'paused' then 9223372036854775807 else min(s.next_send, :latest) end as due
  from subscription s
  where s.id in (select cast(value->>0 as bigint) from json_each(:lanes))
    and coalesce((select 0 from delivery a where a.lane = s.id and a.state in (1, 2, 6) limit 1), 1) = 1
) p
where delivery.id = p.id
returning delivery.account, delivery.rank, delivery.state;

-- name: ready_accounts
-- A pace clock beyond :latest was set before the system's clock stepped back. In order of `due`, or a planner that has seen
-- many snoozed rows looks for one from the table's beginning, and finds that all have gone.
select a.id from account a
where a.stopped = 0 and a.paused_until <= :now and (a.next_send <= :horizon or a.next_send > :latest)
  and (a.ready > 0
    or coalesce((select 1 from delivery d where d.account = a.id and d.state = 6 and d.due <= :horizon
                 and d.due >= case when a.woken <= :horizon then a.woken else 0 end order by d.due limit 1), 0) = 1)
order by a.next_send, a.id;

-- name: take_account
select id, next_send, recent_json, turn, failures, app, reason, ready, served_json, woken from account
where id = :account and stopped = 0 and paused_until <= :now /*pg for no key update skip locked */;

-- name: wake
update delivery
set state = 1, turn = max(turn, coalesce(cast(:floors /*pg ::jsonb */ ->> ('a' || account || '_' || rank) as bigint), 0))
where account = :account and state = 6 and due >= :woken and due <= :horizon
returning rank;

-- name: heads
-- What an account would send next of a rank, as handover.Head has it. Under its lock nobody else takes them. PostgreSQL
-- finds them before it joins anything, or a planner that has seen few subscriptions begins with those, and looks for what
-- is ready of each.
select d.id, d.claim, d.account, d.lane, s.name, s.address, s.state as lane_state, d.story, d.revision, d.operation,
       d.part, d.message, d.silent, d.tries, d.again, d.degraded, d.since, d.priority, d.reason, d.rank, d.turn,
       s.next_send as lane_due, s.recent_json, st.state as story_state, st.head
from (select * from delivery
      where account = :account and state = 1 and rank = :rank and (turn, id) > (:turn, :last)
      /*pg order by turn, id limit :limit */) d
join subscription s on s.id = d.lane join story st on st.id = d.story
order by d.turn, d.id limit :limit;

-- name: claim
update delivery
set state = 2, claim = claim + 1, since = coalesce(since, cast(:now as bigint)), worker = :worker
where id in (select cast(value->>0 as bigint) from json_each(:ids));

-- name: advance_account
update account
set next_send = :next_send, recent_json = :recent_json, turn = max(turn, :turn), served_json = :served_json,
    woken = :woken, ready = :ready,
    reason = case when failures = 0 and paused_until <= :now then '' else reason end
where id = :account;

-- name: advance_lanes
update subscription set next_send = l.next_send, recent_json = l.recent_json
from (select cast(value->>0 as bigint) as id, cast(value->>1 as bigint) as next_send, value->>2 as recent_json
      from json_each(:lanes)) l
where subscription.id = l.id;

-- name: spent
select coalesce(sum(case when hour >= :day then cost else 0 end), 0) as day, coalesce(sum(cost), 0) as month
from tally where scope = :scope and hour >= :month;

-- name: sent_lately
select hour, sent from tally where scope = :scope and hour > :since order by hour;

-- name: count
insert into tally (scope, hour, sent, cost) values (:scope, :hour, :sent, :cost)
on conflict (scope, hour) do update set sent = tally.sent + excluded.sent, cost = tally.cost + excluded.cost;

-- name: give_back
-- To the newest hour of today that has as much: what was counted yesterday stays counted.
update tally set cost = cost - :cost
where scope = :scope
  and hour = (select max(t.hour) from tally t where t.scope = :scope and t.hour >= :day and t.cost >= :cost);

-- name: message
select message_json from message where id = :id;

-- name: sent_before
-- What a part, an edit, a delete or a reply builds on.
select r.ids_json, r.link
from delivery d join receipt r on r.delivery = d.id
where d.story = :story and d.lane = :lane and d.operation = 'send' and d.part = :part and d.state = 3
order by d.revision desc limit 1;

-- name: answers
-- What corrected it where it could not be changed: it goes when that goes.
select r.ids_json from delivery d join receipt r on r.delivery = d.id
where d.story = :story and d.lane = :lane and d.operation = 'reply' and d.part = :part and d.state = 3
order by d.id;

-- name: in_doubt
-- A send that may have arrived and was never found out about: what a delete has to look for.
select d.revision, d.message, d.since from delivery d
where d.story = :story and d.lane = :lane and d.operation = 'send' and d.part = :part and d.again = 1
  and d.state in (4, 5, 7)
order by d.revision desc limit 1;

-- name: uploads
select sha256, reference from upload
where account = :account and sha256 in (select value->>0 from json_each(:hashes));

-- ── Fan-out: a chunk a transaction ────────────────────────────────────────────────────────────────────────────────

-- name: next_fanout
select id, account, name, story, revision, operation, part, message, urgency, priority, turn, target, cursor, upper
from fanout f
-- An account's come one after the other: to skip a locked one for the next would turn their stories round.
where f.id = (select g.id from fanout g where g.account = f.account order by g.priority, g.id limit 1)
order by f.priority, f.id limit 1 /*pg for update skip locked */;

-- name: unspread
select 1 as found from fanout
union all select 1 as found from intent where result is null
limit 1;

-- name: page
select max(id) as last, count(*) as number from (
  select id from subscription where account = :account and name = :name and id > :cursor and id <= :upper
  order by id limit :chunk
) p;

-- name: fan_out
-- What finds its lane free has its place at once, as by `promote`: that would write each row once more.
insert into delivery (account, lane, story, revision, part, message, priority, rank, turn, silent, queued, state, due)
select account, id, cast(:story as bigint), cast(:revision as bigint), cast(:part as bigint), cast(:message as bigint),
       cast(:priority as bigint), 2 * cast(:priority as bigint) + personal,
       cast(:turn as bigint) + row_number() over (order by id),
       case notify when 'all' then 0 when 'none' then 1 else case when :urgency <> 'breaking' then 1 else 0 end end,
       cast(:now as bigint),
       case when busy = 1 then 0 when state = 'paused' or min(next_send, :latest) > :horizon then 6 else 1 end,
       case when busy = 1 then 0 when state = 'paused' then 9223372036854775807 else min(next_send, :latest) end
from (
  select s.id, s.account, s.personal, s.notify, s.state, s.next_send,
         coalesce((select 1 from delivery a where a.lane = s.id and a.state in (1, 2, 6) limit 1),
                  (select 1 from delivery q where q.lane = s.id and q.state = 0 limit 1), 0) as busy
  from subscription s
  where s.account = :account and s.name = :name and s.id > :cursor and s.id <= :last and s.state <> 'retired'
    and s.only_urgency in ('all', :urgency)
  /*pg offset 0 */ -- or it looks twice at every lane
) s where true
on conflict (story, lane, operation, part, revision) do nothing
returning lane, turn, state;

-- name: fan_out_missed
-- As above, to those of one target or of all that were never sent it, in whichever revision.
insert into delivery (account, lane, story, revision, part, message, priority, rank, turn, silent, queued, reason)
select account, id, cast(:story as bigint), cast(:revision as bigint), cast(:part as bigint), cast(:message as bigint),
       cast(:priority as bigint), 2 * cast(:priority as bigint) + personal,
       cast(:turn as bigint) + row_number() over (order by id),
       case notify when 'all' then 0 when 'none' then 1 else case when :urgency <> 'breaking' then 1 else 0 end end,
       cast(:now as bigint), ''
from subscription
where account = :account and name = :name and id > :cursor and id <= :last and state <> 'retired'
  and (:target = '' or address = :target) and (:target <> '' or only_urgency in ('all', :urgency))
  and coalesce((select 0 from delivery e where e.story = :story and e.lane = subscription.id
                and e.operation = 'send' and e.part = :part limit 1), 1) = 1
on conflict (story, lane, operation, part, revision) do nothing
returning lane, turn, state;

-- name: repoint
-- What was never tried goes out as it is now.
update delivery set message = :message
where story = :story and operation = 'send' and part = :part and claim = 0 and state in (0, 1, 6)
  and lane in (select id from subscription
               where account = :account and name = :name and id > :cursor and id <= :last);

-- name: supersede
-- Of several edits that wait only the newest is made.
update delivery set state = 7, reason = 'superseded by a newer one'
where story = :story and operation = :operation and part = :part and revision < :revision and state in (0, 1, 6)
  and lane in (select id from subscription
               where account = :account and name = :name and id > :cursor and id <= :last)
returning lane;

-- name: fan_out_after
-- An edit, a reply: to whoever has got it, or is getting it. One that waits already says the newest.
insert into delivery (account, lane, story, revision, operation, part, message, priority, rank, turn, silent, queued)
select d.account, d.lane, d.story, cast(:revision as bigint), :operation, d.part, cast(:message as bigint),
       cast(:priority as bigint), 2 * cast(:priority as bigint) + s.personal,
       cast(:turn as bigint) + row_number() over (order by d.lane), case when :operation = 'reply' then 0 else 1 end,
       cast(:now as bigint)
from delivery d join subscription s on s.id = d.lane
where d.story = :story and d.operation = 'send' and d.part = :part and d.claim > 0 and d.message <> :message
  and d.state in (1, 2, 3, 6)
  and s.account = :account and s.name = :name and s.state <> 'retired' and s.id > :cursor and s.id <= :last
on conflict (story, lane, operation, part, revision) do update set message = excluded.message
where delivery.claim = 0 and delivery.state in (0, 1, 6)
returning lane, turn, state;

-- name: cancel_told
-- A story is taken back: nothing of it that waits goes out any more.
update delivery set state = 7,
       reason = case when again = 1 then 'retracted; it may have arrived before' else 'retracted' end
where story = :story and operation in ('send', 'edit', 'reply') and part = :part and state in (0, 1, 5, 6)
  and lane in (select id from subscription
               where account = :account and name = :name and id > :cursor and id <= :last)
returning lane;

-- name: fan_out_deletes
-- To whoever has it, is getting it, or may have it.
insert into delivery (account, lane, story, revision, operation, part, message, priority, rank, turn, silent, queued)
select d.account, d.lane, d.story, cast(:revision as bigint), 'delete', d.part, cast(:message as bigint),
       cast(:priority as bigint), 2 * cast(:priority as bigint) + s.personal,
       cast(:turn as bigint) + row_number() over (order by d.lane), 1, cast(:now as bigint)
from delivery d join subscription s on s.id = d.lane
where d.story = :story and d.operation = 'send' and d.part = :part
  and (d.state in (2, 3) or (d.again = 1 and d.state in (4, 5, 7)))
  and s.account = :account and s.name = :name and s.id > :cursor and s.id <= :last
on conflict (story, lane, operation, part, revision) do nothing
returning lane, turn, state;

-- name: advance_fanout
update fanout set cursor = :cursor, turn = :turn where id = :id;

-- name: end_fanout
delete from fanout where id = :id;

-- name: busy
-- Lanes whose place is taken by a row that has not been tried and stands behind what is new: it gives way, or its turn
-- comes earlier, since the lane gives its head first.
update delivery
set state = case when delivery.priority > cast(:priority as bigint) then 0 else state end,
    turn = min(delivery.turn, h.turn)
from (
  select (select a.id from delivery a
          where a.lane = cast(l.value->>0 as bigint) and a.state in (1, 2, 6) limit 1) as id,
         cast(l.value->>1 as bigint) as turn
  from json_each(:lanes) l
) h
where delivery.id = h.id and delivery.state <> 2
  and ((claim = 0 and delivery.priority > :priority) or (delivery.priority = :priority and delivery.turn > h.turn))
returning lane;

-- ── Workers ───────────────────────────────────────────────────────────────────────────────────────────────────────

-- name: alive
update worker set alive_until = :until where id = :worker;

-- name: company
select 1 from worker where id <> :worker and alive_until > :now limit 1;

-- name: embedded
-- The one worker that an embedded store had: its successor begins with nothing on its way.
select distinct worker from delivery where state = 2;

-- name: others
select w.id, w.alive_until from worker w where w.id <> :worker;

-- name: abandoned_accounts
select distinct account from delivery where worker = :worker and state = 2 order by account;

-- name: adopt
update delivery set worker = :worker where worker = :dead and account = :account and state = 2 returning id;

-- name: bury_worker
delete from worker where id = :dead
  and coalesce((select 0 from delivery where worker = :dead and state = 2 limit 1), 1) = 1;

-- name: doubts
-- What a dead worker had on its way, as handover.Head has it.
select d.id, d.claim, d.account, d.lane, s.name, s.address, s.state as lane_state, d.story, d.revision, d.operation,
       d.part, d.message, d.silent, d.tries, d.again, d.degraded, d.since, d.priority, d.reason, d.rank, d.turn,
       s.next_send as lane_due, s.recent_json, st.state as story_state, st.head
from delivery d join subscription s on s.id = d.lane join story st on st.id = d.story
where d.id in (select cast(value->>0 as bigint) from json_each(:ids));

-- name: forgotten
-- Claims of ours that we know nothing of: the connection was lost while they were committed, and nothing was sent.
update delivery set state = 1
where worker = :worker and state = 2 and id not in (select cast(value->>0 as bigint) from json_each(:known))
returning id, account, state, due, rank;

-- name: shift
-- The system's clock was set: what waits, waits as long as it would have.
update delivery set due = due + :by where state = 6 and due > 0 and due < 4611686018427387904;

-- name: shift_accounts
update account set next_send = next_send + :by, recent_json = '[]', woken = 0,
       paused_until = case when paused_until > 0 and paused_until < 4611686018427387904
                           then paused_until + :by else paused_until end;

-- name: shift_lanes
update subscription set next_send = next_send + :by where next_send > :past;

-- name: shift_doubts
-- How long ago a key was first used is not to change with the clock.
update delivery set since = since + :by where state in (1, 2, 6) and since > 0;

-- name: shift_feeds
update feed
set due = due + :by, poll_until = poll_until + :by, polled = min(polled, :now), succeeded = min(succeeded, :now),
    missed = min(missed, :now);

-- name: shift_missing
-- But for those that only a person decides about.
update missing set since = since + :by where since < 250000000000000000;

-- name: shift_workers
update worker set alive_until = :until where alive_until > :until;

-- name: shift_chores
update meta set value = cast(cast(value as bigint) + cast(:by as bigint) as text) where key like 'due %';

-- name: shift_time
update meta set value = cast(cast(:now as bigint) as text) where key = 'time';

-- name: note_time
insert into meta (key, value) values ('time', cast(cast(:now as bigint) as text))
on conflict (key) do update set value = excluded.value;

-- name: last_time
-- The latest that anybody has written of the clock.
select max(
  coalesce((select max(cast(value as bigint)) from meta where key = 'time'), 0),
  max(coalesce((select max(polled) from feed where retired = 0), 0),
      coalesce((select max(alive_until) - :life from worker), 0))
) as at;

-- name: lock_start
select pg_advisory_xact_lock(cast(:locks as integer), 0);

-- ── What people want ──────────────────────────────────────────────────────────────────────────────────────────────

-- name: open_intents
select id, verb, arguments_json from intent where result is null order by id /*pg for update skip locked */;

-- name: add_intent
insert into intent (verb, arguments_json, written) values (:verb, :arguments_json, :now) returning id;

-- name: close_intent
update intent set result = :result where id = :id;

-- name: intent_result
select result from intent where id = :id;

-- name: account_of
select account from delivery where id = :id;

-- name: requeue_held
-- A new beginning, so it says what the story says now.
update delivery
set state = 0, again = 0, reason = 'sent again by a person',
    message = coalesce((
         select t.message from telling t join subscription s on s.name = t.name
         where s.id = delivery.lane and t.story = delivery.story and t.part = delivery.part
           and delivery.operation = 'send'), message)
where id = :id and state = 5 returning lane, account;

-- name: settle_held
update delivery set state = 3, sent = coalesce(since, cast(:now as bigint)), reason = 'a person says that it arrived'
where id = :id and state = 5 returning lane, account;

-- name: accounts_named
select distinct account from subscription where :name = '' or name = :name order by account;

-- name: stop_account
update account set stopped = 1, reason = :reason where id = :account returning id;

-- name: start_account
update account set stopped = 0, paused_until = 0, failures = 0, reason = '' where id = :account returning id;

-- name: start_lanes
update subscription set state = 'active', reason = '' where account = :account and state = 'paused';

-- name: wake_account
update delivery set due = (select woken from account where id = :account)
where account = :account and state = 6 and due = 9223372036854775807;

-- name: requeue
-- Dead or held ones of a story go once more; they begin anew.
update delivery
set state = 0, tries = 0, again = 0, degraded = 0, since = null, reason = 'replayed by a person',
    message = coalesce((
         select t.message from telling t join subscription s on s.name = t.name
         where s.id = delivery.lane and t.story = delivery.story and t.part = delivery.part
           and delivery.operation = 'send'), message)
where story = :story and account = :account and (state = :dead or state = :held)
  and (:only = '' or operation = :only)
  and lane in (select id from subscription
               where account = :account and (:name = '' or name = :name) and (:target = '' or address = :target)
                 and state <> 'retired')
returning lane, account;

-- name: replay_missed
insert into fanout (account, name, story, revision, operation, part, message, urgency, priority, target, upper)
select s.account, s.name, cast(:story as bigint), st.revision, 'send', t.part, t.message, st.urgency,
       cast(:priority as bigint), :target, max(s.id)
from subscription s join story st on st.id = :story join telling t on t.story = st.id and t.name = s.name
where s.account = :account and (:name = '' or s.name = :name) and s.state <> 'retired'
group by s.account, s.name, st.revision, st.urgency, t.part, t.message
returning id;

-- name: story_state
select state from story where id = :story;

-- name: pending
select (select count(*) from fanout)
     + (select count(*) from delivery where state = 2)
     + (select count(*) from delivery d join account a on a.id = d.account
        where d.state = 1 and a.paused_until <= :soon and a.stopped = 0)
     + (select count(*) from delivery where state = 6 and due <= :soon)
     + (select count(*) from intent where result is null) as number;
