"""The data map of the inbox."""

from django.utils.translation import gettext_lazy as _

from parvis.cells.datamap import Kind, Table, declare
from parvis.cells.records import hook

TALK = "A conversation needs the others, who may not be where its copy goes."

declare(
    Table(
        "inbox_notice",
        Kind.PRIVATE,
        private="id home person_id kind about detail count at read_at is_listed",
        person="person_id",
        elsewhere="about detail",
        lost="News of one place are none in another.",
    ),
    Table(
        "inbox_noticeactor",
        Kind.PRIVATE,
        private="id home person_id notice_id actor_id detail at",
        person="person_id",
        elsewhere="detail",
        lost="News of one place are none in another.",
    ),
    Table("inbox_noticechoice", Kind.PRIVATE, private="id home person_id kind in_app push digest", person="person_id"),
    Table(
        "inbox_chat",
        Kind.PRIVATE,
        private="id home person_id conversation is_group state is_muted number version unread at created_at"
        " is_title_withheld starter_id",
        sealed="title",
        person="person_id",
        elsewhere="conversation",
        lost=TALK,
    ),
    Table(
        "inbox_chatmember",
        Kind.PRIVATE,
        private="id home person_id chat_id member_id read_at",
        person="person_id",
        lost=TALK,
    ),
    # `picture` names a file that is encrypted with the key in `picture_key`.
    Table(
        "inbox_message",
        Kind.PRIVATE,
        private="id home person_id chat_id message number author_id kind clip picture width height nonce at"
        " is_withheld",
        sealed="body picture_key",
        person="person_id",
        elsewhere="message clip nonce",
        lost=TALK,
    ),
    Table(
        "inbox_evidence",
        Kind.PRIVATE,
        private="id home person_id kind subject clip picture created_at",
        sealed="body picture_key",
        person="person_id",
        elsewhere="subject clip",
        lost="What was reported elsewhere was decided there.",
    ),
    Table(
        "inbox_pushsubscription",
        Kind.PRIVATE,
        private="id home person_id session token_id created_at",
        sealed="endpoint endpoint_index p256dh auth",
        person="person_id",
        elsewhere="token_id",
        blind="endpoint_index:endpoint",
        lost="A browser is called by the installation that it has subscribed to.",
    ),
    Table(
        "inbox_pushjob",
        Kind.PRIVATE,
        private="id home person_id subscription_id kind subject due_at lease_until sent_at failures queued_at",
        person="person_id",
        elsewhere="subject",
        lost="A browser is called by the installation that it has subscribed to.",
    ),
    Table(
        "inbox_preferences",
        Kind.PRIVATE,
        private="id home person_id zone quiet_from quiet_until is_quiet_chosen messages_from digest digest_at"
        " digest_until changed_at",
        operational="digest_failures",
        person="person_id",
    ),
)

hook("inbox_notice", title=_("What you were told"))
hook("inbox_noticeactor", title=_("Of whom you were told"))
hook("inbox_noticechoice", title=_("How you want to be told"))
hook("inbox_chat", title=_("Your conversations"))
hook("inbox_chatmember", title=_("With whom they are"))
hook("inbox_message", title=_("Your copies of messages"))
hook("inbox_evidence", title=_("What was reported of your messages"))
hook("inbox_pushsubscription", title=_("Browsers that are called for you"))
hook("inbox_pushjob", title=_("Calls that wait or were made"))
hook("inbox_preferences", title=_("When you want to be told"))
