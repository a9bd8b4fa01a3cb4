"""Addresses of this package."""

from django.urls import path

from parvis.inbox.views import chat, chats, evidence, notices, preferences, push

app_name = "inbox"

urlpatterns = [
    path("inbox", notices.inbox, name="inbox"),
    path("inbox/read", notices.read_all, name="read-all"),
    path("inbox/unread", notices.unread, name="unread"),
    path("inbox/notices/<uuid:notice_id>/read", notices.read, name="read"),
    path("messages", chats.chats, name="chats"),
    path("messages/new", chats.new, name="new"),
    path("messages/share/<uuid:clip_id>", chats.share, name="share"),
    path("messages/with/<str:handle>", chats.with_person, name="with"),
    path("messages/items/<uuid:message_id>", chat.item, name="item"),
    path("messages/pictures/<uuid:message_id>", chat.picture, name="picture"),
    path("moderation/messages/<uuid:evidence_id>/picture", evidence.picture, name="evidence-picture"),
    path("messages/<uuid:conversation>", chats.chat, name="chat"),
    path("messages/<uuid:conversation>/log", chats.log, name="log"),
    path("messages/<uuid:conversation>/read", chat.read, name="chat-read"),
    path("messages/<uuid:conversation>/answer", chat.answer, name="answer"),
    path("messages/<uuid:conversation>/leave", chat.leave, name="leave"),
    path("messages/<uuid:conversation>/mute", chat.mute, name="mute"),
    path("messages/<uuid:conversation>/people", chat.people, name="people"),
    path("letters/stop", preferences.letters, name="stop-letters"),
    path("push/subscription", push.subscription, name="push"),
    path("settings/messages", preferences.who_writes, name="who-writes"),
    path("settings/notifications", notices.settings, name="settings"),
]
