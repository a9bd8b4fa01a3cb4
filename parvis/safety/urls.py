"""Addresses of this package."""

from django.urls import path

from parvis.safety.views import moderation, own, reporting

app_name = "safety"

urlpatterns = [
    path("report/<str:kind>/<uuid:thing_id>", reporting.report, name="report"),
    path("settings/sensitive", own.sensitive, name="sensitive"),
    path("settings/words", own.words, name="words"),
    path("settings/words/<uuid:comment_id>", own.waiting_comment, name="waiting-comment"),
    path("settings/trust", own.trust, name="trust"),
    path("reports", own.reports, name="reports"),
    path("decisions/", own.decisions, name="decisions"),
    path("decisions/<uuid:decision_id>", own.decision, name="decision"),
    path("decisions/<uuid:decision_id>/appeal", own.appeal, name="appeal"),
    path("moderation/", moderation.queue, name="queue"),
    path("moderation/cases/<uuid:case_id>", moderation.case, name="case"),
    path("moderation/cases/<uuid:case_id>/hand", moderation.hand, name="case-hand"),
    path("moderation/cases/<uuid:case_id>/decision", moderation.decision, name="case-decision"),
    path("moderation/cases/<uuid:case_id>/hearing", moderation.hearing, name="case-hearing"),
    path("moderation/words", moderation.words, name="blocked-words"),
    path("moderation/roles", moderation.roles, name="roles"),
]
