"""Experiments, for operators: plan, start, stop, and what came of them."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from parvis.feed.errors import BadExperiment
from parvis.feed.experiments import actions, outcomes, words
from parvis.feed.experiments.arms import plain
from parvis.feed.experiments.forms import ExperimentForm
from parvis.feed.models import Experiment
from parvis.kit.errors import ParvisError
from parvis.recommender.variants import settings


@admin.register(Experiment)
class ExperimentAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    """An experiment is declared once and not edited: what is compared would not be one thing any more."""

    list_display = ("name", "state", "share", "started_at", "stopped_at", "report_link")
    list_filter = ("state",)
    ordering = ("-id",)
    actions = ("start_them", "stop_them", "withdraw_them")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only the list and its actions."""
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was shown to people stays on record."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """The report beside the admin's own pages."""
        view = self.admin_site.admin_view(self.report)
        return [path("<uuid:id_>/report/", view, name="feed_experiment_report"), *super().get_urls()]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Plan one; a refusal is said above the form, which keeps what was typed."""
        form = ExperimentForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                actions.plan(viewer=request.viewer, **form.cleaned_data)  # type: ignore[attr-defined]  # the middleware's
            except BadExperiment as error:
                form.add_error(None, str(error))
            else:
                return HttpResponseRedirect(reverse("admin:feed_experiment_changelist"))
        context = {**self.admin_site.each_context(request), "form": form, "title": _("Compare two feeds"),
                   "settings": sorted(settings(plain()).items())}  # fmt: skip
        return render(request, "feed/admin/plan.html", context)

    def report(self, request: HttpRequest, id_: Any) -> HttpResponse:
        """What is known of an experiment now."""
        row = Experiment.objects.filter(id=id_).first()
        if row is None or not self.has_view_permission(request):
            raise Http404
        context = {**self.admin_site.each_context(request), "title": row.name, **words.page(outcomes.report(row))}
        return render(request, "feed/admin/report.html", context)

    @admin.display(description=_("Report"))
    def report_link(self, row: Experiment) -> str:
        """A link to the report."""
        return format_html('<a href="{}">{}</a>', reverse("admin:feed_experiment_report", args=[row.id]), _("Report"))

    @admin.action(description=_("Start"), permissions=["change"])
    def start_them(self, request: HttpRequest, rows: QuerySet[Experiment]) -> None:
        """Start what was chosen."""
        self._act(request, rows, actions.start)

    @admin.action(description=_("Stop"), permissions=["change"])
    def stop_them(self, request: HttpRequest, rows: QuerySet[Experiment]) -> None:
        """Stop what was chosen."""
        self._act(request, rows, actions.stop)

    @admin.action(description=_("Withdraw"), permissions=["change"])
    def withdraw_them(self, request: HttpRequest, rows: QuerySet[Experiment]) -> None:
        """Give up what was chosen."""
        self._act(request, rows, actions.withdraw)

    def _act(self, request: HttpRequest, rows: QuerySet[Experiment], act: Callable[..., None]) -> None:
        for row in rows:
            try:
                act(viewer=request.viewer, experiment=row)  # type: ignore[attr-defined]  # the middleware's
            except ParvisError as error:
                self.message_user(request, f"{row.name}: {error}", messages.ERROR)
