"""The sentences that say what became of a story at a target (`bot.why`), as an editor would write them.

Both languages have the same keys and the same values in braces; a name stands where no particle leans on it.
"""

from collections.abc import Mapping
from typing import Final

_KO: Final = {
    "no_story": "{story}번 기사는 장부에 없습니다. 번호는 `sokbo stories --all`에 나옵니다.",
    "no_target": "{target}에 보내도록 된 계정이 없어 {story}번 기사가 나가지 않았습니다. 설정 파일의 targets에 "
    "적으면 다음 기사부터 받습니다.",
    "places": "지금 있는 대상: {places}",
    "sent": "{target}에 {story}번 기사가 {at}에 나갔습니다({account} 계정).",
    "sent_at": "{target}에 {story}번 기사가 {at}에 나갔습니다({account} 계정, {link}).",
    "not_sent": "{target}에는 {story}번 기사가 나가지 않았습니다({account} 계정).",
    "not_yet": "{target}에는 {story}번 기사가 아직 나가지 않았습니다({account} 계정).",
    "in_doubt": "{target}에 {story}번 기사가 도착했는지 알 수 없습니다({account} 계정).",
    "known": "{feed} 피드를 처음 읽었을 때 이미 올라와 있던 글이어서 알리지 않았습니다. 처음에 몇 건을 알릴지는 "
    "설정의 first_run으로 정합니다.",
    "review": "데스크의 검토를 기다리는 기사입니다. 승인되면 나갑니다.",
    "quarantined": "글이 한꺼번에 많이 들어와 보류한 기사입니다. 사람이 정하기 전에는 나가지 않습니다.",
    "killed": "데스크가 보내지 않기로 한 기사입니다.",
    "too_late": "나가기 전에 기사가 철회되었습니다. 이제는 나가지 않습니다.",
    "retired": "이 대상은 설정에서 빠졌습니다. 설정 파일의 targets에 되돌려 놓으면 다음 기사부터 다시 받습니다.",
    "other_feeds": "이 계정은 {feeds} 피드의 기사만 보내는데, 이 기사는 {feed} 피드에서 왔습니다. 설정의 feeds로 "
    "바꿀 수 있습니다.",
    "left_out": "이 기사는 글의 앞머리(accounts)에 적힌 계정에만 나갑니다: {accounts}.",
    "only_breaking": '이 대상은 속보만 받는데(only = "breaking"), 이 기사는 속보가 아닙니다.',
    "feed_exclude": "{feed} 피드의 필터(exclude)에서 {key} 항목의 {words}에 걸려 누구에게도 알리지 않았습니다{where}.",
    "feed_include": "{feed} 피드의 필터(include)가 찾는 {key} 항목({words})에 드는 것이 없어 누구에게도 알리지 "
    "않았습니다{where}.",
    "account_exclude": "{account} 계정의 필터(exclude)에서 {key} 항목의 {words}에 걸렸습니다{where}.",
    "account_include": "{account} 계정의 필터(include)가 찾는 {key} 항목({words})에 드는 것이 없습니다{where}.",
    "coming": "받을 곳이 많아 차례로 보내는 중이고, 이곳의 차례가 아직 오지 않았습니다. 기다리면 나갑니다.",
    "late": "기사가 나가기 시작한 뒤에 구독한 곳입니다.",
    "replay": "보내려면: `sokbo replay {story} --target {target}`",
    "queued": "같은 곳으로 먼저 보낼 글이 있어 기다리고 있습니다. 앞의 글이 끝나면 나갑니다.",
    "ready": "다음 차례입니다. 계정의 속도 제한에 맞추어 곧 나갑니다.",
    "sending": "지금 보내고 있습니다.",
    "sending_again": "앞서 보낸 것이 도착했는지 알 수 없어 다시 보내고 있습니다.",
    "snoozed": "{times} 시도했지만 보내지 못했습니다(“{reason}”). {due}에 저절로 다시 시도합니다.",
    "throttled": "플랫폼이 기다리라고 했습니다(“{reason}”). {due}에 저절로 나갑니다.",
    "dead": "{times} 시도한 끝에 그만두었습니다(“{reason}”).",
    "held": "보냈지만 답을 받지 못했습니다(“{reason}”). 두 번 나가지 않도록 멈추어 두었으니 그곳을 직접 확인해 "
    "주십시오. 도착했으면 상황판에서 ‘도착했음’을 누르고, 아니면 다시 보냅니다: `sokbo replay {story} --held "
    "--target {target}`",
    "cancelled": "보내기 전에 취소되었습니다(“{reason}”).",
    "stopped": "사람이 계정을 멈추어 두었습니다. 다시 보내려면: `sokbo resume {account}`",
    "account_paused": "계정이 멈추어 있습니다(“{reason}”). 원인을 고친 뒤 다시 보내려면: `sokbo resume {account}`",
    "account_rests": "계정이 {until}까지 쉬고 있습니다(“{reason}”). 그 뒤에는 저절로 이어서 보냅니다.",
    "target_paused": "이 대상으로는 보내기를 멈추었습니다(“{reason}”). 원인을 고친 뒤 다시 보내려면: `sokbo resume "
    "{account}`",
    "tries": "{tries}번째 시도에서 나갔습니다.",
    "answers": "{head}번 기사와 같은 사건으로 보아, 그 글이 있으면 그 글의 답글로 나갑니다(닮은 정도 {alike}).",
    "note": "달라진 점: “{note}”.",
    "rest_failed": "이어지는 글 {n}개는 보내지 못했습니다(“{reason}”).",
    "rest_waits": "이어지는 글 {n}개는 아직 차례를 기다리고 있습니다.",
    "edit_sent": "그 뒤 고친 내용을 {at}에 반영했습니다.",
    "edit_waits": "그 뒤 고친 내용은 차례를 기다리고 있습니다.",
    "edit_failed": "그 뒤 고친 내용은 반영하지 못했습니다(“{reason}”). 독자에게는 고치기 전의 글이 보입니다.",
    "edit_held": "그 뒤 고친 내용이 반영되었는지 알 수 없습니다(“{reason}”). 그곳을 직접 확인해 주십시오.",
    "reply_sent": "그 뒤 {at}에 정정 답글을 달았습니다.",
    "reply_waits": "정정 답글이 차례를 기다리고 있습니다.",
    "reply_failed": "정정 답글을 달지 못했습니다(“{reason}”). 독자에게는 고치기 전의 글만 보입니다.",
    "reply_held": "정정 답글이 달렸는지 알 수 없습니다(“{reason}”). 그곳을 직접 확인해 주십시오.",
    "delete_sent": "그 뒤 기사가 철회되어 {at}에 지웠습니다.",
    "delete_replaced": "그 뒤 기사가 철회되었으나 지울 수 없어 {at}에 철회 알림으로 바꾸었습니다.",
    "delete_waits": "기사가 철회되어 곧 지웁니다.",
    "delete_failed": "기사가 철회되었으나 이곳에서는 거두어들이지 못했습니다(“{reason}”). 직접 지워 주십시오.",
    "delete_held": "기사가 철회되었으나 이곳에서 지워졌는지 알 수 없습니다(“{reason}”). 직접 확인해 주십시오.",
    "delete_missing": "기사가 철회되었으나 이 계정이 설정에 없어 지우지 못했습니다. 직접 지워 주십시오.",
    "no_reason": "사유 없음",
    "retry": "원인을 고친 뒤 다시 시도하려면: `sokbo replay {story} --target {target}`",
}
_EN: Final = {
    "no_story": "There is no story {story} in the ledger; `sokbo stories --all` lists them.",
    "no_target": "No account posts to {target}, so story {story} did not go there. Named among an account's "
    "targets, it gets what comes next.",
    "places": "The targets that there are: {places}",
    "sent": "Story {story} went to {target} on {at} (account {account}).",
    "sent_at": "Story {story} went to {target} on {at} (account {account}, {link}).",
    "not_sent": "Story {story} did not go to {target} (account {account}).",
    "not_yet": "Story {story} has not gone to {target} yet (account {account}).",
    "in_doubt": "Nobody can tell whether story {story} has arrived at {target} (account {account}).",
    "known": "It was there when the feed {feed} was first read; of such posts only as many are announced as "
    "first_run says.",
    "review": "It waits for the desk to review it, and goes out once approved.",
    "quarantined": "It came with many others at once and was quarantined; it stays until a person decides.",
    "killed": "The desk decided not to send it.",
    "too_late": "The story was retracted before it went out, and will not go out any more.",
    "retired": "The target is no longer in the configuration. Put back among the account's targets, it gets what "
    "comes next.",
    "other_feeds": "The account carries only {feeds}, and this story came from {feed}. Its feeds in the "
    "configuration can be changed.",
    "left_out": "The story's own front matter gives it only to the accounts {accounts}.",
    "only_breaking": 'The target wants breaking news only (only = "breaking"), and this story is none.',
    "feed_exclude": "The exclude of the feed {feed} found {words} in {key}, and so it was announced to nobody{where}.",
    "feed_include": "The include of the feed {feed} found none of its {key} ({words}), and so it was announced to "
    "nobody{where}.",
    "account_exclude": "The exclude of the account {account} found {words} in {key}{where}.",
    "account_include": "The include of the account {account} found none of its {key} ({words}){where}.",
    "coming": "It goes to many places, one after the other, and the turn of this one has not come; it will without "
    "help.",
    "late": "Its subscription came after the story had begun to go out.",
    "replay": "To send it: `sokbo replay {story} --target {target}`",
    "queued": "Something else goes to the same place first; this follows as soon as that is done.",
    "ready": "It is next, as soon as the account's pace allows.",
    "sending": "It is being sent now.",
    "sending_again": "It is being sent again, because nobody knows whether the last try arrived.",
    "snoozed": "It was tried {times} and could not be sent (“{reason}”); it is tried again by itself on {due}.",
    "throttled": "The platform asked to wait (“{reason}”); it goes by itself on {due}.",
    "dead": "It was tried {times} and given up (“{reason}”).",
    "held": "It was sent, but no answer came (“{reason}”), and it is held so that it does not go out twice. Look "
    "there: if it has arrived, say so on the page; if not, send it again: `sokbo replay {story} --held --target "
    "{target}`",
    "cancelled": "It was cancelled before it was sent (“{reason}”).",
    "stopped": "A person has paused the account. To go on: `sokbo resume {account}`",
    "account_paused": "The account is paused (“{reason}”). Mend the cause, then: `sokbo resume {account}`",
    "account_rests": "The account waits until {until} (“{reason}”), and then goes on by itself.",
    "target_paused": "The target is paused (“{reason}”). Mend the cause, then: `sokbo resume {account}`",
    "tries": "It took {tries} tries.",
    "answers": "It is taken for the same event as story {head} (likeness {alike}), and answers it where that stands.",
    "note": "What was different: “{note}”.",
    "rest_failed": "Of the messages that continue it, {n} could not be sent (“{reason}”).",
    "rest_waits": "Of the messages that continue it, {n} still wait for their turn.",
    "edit_sent": "It was corrected there on {at}.",
    "edit_waits": "Its correction waits for its turn.",
    "edit_failed": "Its correction could not be made (“{reason}”); readers still see it as it was.",
    "edit_held": "Nobody can tell whether its correction was made (“{reason}”). Look there.",
    "reply_sent": "A correction was posted in answer to it on {at}.",
    "reply_waits": "A correction in answer to it waits for its turn.",
    "reply_failed": "The correction in answer to it could not be posted (“{reason}”); readers only see it as it was.",
    "reply_held": "Nobody can tell whether the correction in answer to it arrived (“{reason}”). Look there.",
    "delete_sent": "The story was retracted and deleted there on {at}.",
    "delete_replaced": "The story was retracted; it could not be deleted there, so a notice replaced it on {at}.",
    "delete_waits": "The story was retracted and is about to be deleted there.",
    "delete_failed": "The story was retracted but could not be recalled there (“{reason}”). Delete it by hand.",
    "delete_held": "The story was retracted, but nobody can tell whether it was deleted there (“{reason}”). Look "
    "there.",
    "delete_missing": "The story was retracted, but its account is not in the configuration, so it is still there. "
    "Delete it by hand.",
    "no_reason": "no reason noted",
    "retry": "Mend the cause, then: `sokbo replay {story} --target {target}`",
}
ANSWERS: Final[Mapping[str, Mapping[str, str]]] = {"ko": _KO, "en": _EN}
