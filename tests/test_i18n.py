"""Languages: French whole, every text within reach of a translator, and a pseudo-language that shows what is not."""

import os
import time

import pytest
from babel.messages.catalog import Message
from django.conf import settings
from django.template import engines
from django.utils import translation

from parvis.project import messages
from parvis.project.messages_source import extracted, python_mistakes, template_mistakes


def test_french_is_whole_and_every_message_can_be_translated():
    assert list(messages.check()) == []


def fault(source, target, *, flags=(), language="fr"):
    return " ".join(messages.faults(Message(source, target, flags=flags), language))


@pytest.mark.parametrize(
    ("source", "target", "word"),
    [
        ("Hello", "", "not translated"),
        (("%(n)d clip", "%(n)d clips"), ("%(n)d clip", ""), "not translated"),
        ("Hi %(name)s", "Salut %(nom)s", "placeholders"),
        ("Hi %(name)s", "Salut", "placeholders"),
        (("One", "%(n)d clips"), ("Un", "Des clips"), "placeholders"),
        ("See <a>this</a>", "Voir ceci", "tags"),
        ("Hello", " Bonjour", "space"),
        ("Ready?", "Prêt ?", "no-break"),
        ("Ready?", "Prêt?", "no-break"),
        ("“Hi”", "« Salut\u00a0»", "no-break"),
    ],
)
def test_a_faulty_translation_is_named(source, target, word):
    assert word in fault(source, target)


def test_an_unsure_translation_counts_as_none():
    assert "unsure" in fault("Hello", "Salut", flags=["fuzzy"])


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("Hi %(name)s, ready?", "Prêt, %(name)s\u202f?"),
        (("%(n)d clip", "%(n)d clips"), ("Un clip", "%(n)d clips")),
        ("At 10:30: go", "À 10:30\u00a0: partez"),
        ("See <a>this</a>", "Voyez <a>ceci</a>"),
    ],
)
def test_a_good_translation_has_no_fault(source, target):
    assert fault(source, target) == ""


def test_a_text_out_of_reach_is_found_in_python_and_in_templates():
    assert [found.line for found in python_mistakes("x.py", "a = 1\n_(f'{a}')")] == [2]
    assert [found.line for found in template_mistakes("x.html", "\n{% translate title %}")] == [2]
    assert list(template_mistakes("x.html", "{% translate 'Hi' %}{% translate \"Hi\" as hi %}")) == []


def test_texts_are_found_in_python_and_in_templates_with_plural_and_context(tmp_path):
    package = tmp_path / "parvis"
    (package / "x" / "templates").mkdir(parents=True)
    (package / "x" / "code.py").write_text(
        "a = _('One')\nb = pgettext_lazy('verb', 'like')\nc = ngettext('%(n)d c', '%(n)d cs', 2)\n"
    )
    (package / "x" / "templates" / "page.html").write_text(
        "<p>don't {{ x }}</p>\n   {% translate 'Two' %}\n {% blocktranslate trimmed count n=1 %}\n"
        "   {{ n }} clip\n {% plural %}\n   {{ n }} clips\n {% endblocktranslate %}{% comment %}{% translate 'No' %}"
        "{% endcomment %}{{ _('Three')|title }}{% include 'x' with a=_('Four') %}\n"
    )
    found = {(message.context, message.id) for message in extracted(package) if message.id}
    assert found == {
        (None, "One"),
        ("verb", "like"),
        (None, ("%(n)d c", "%(n)d cs")),
        (None, "Two"),
        (None, ("%(n)s clip", "%(n)s clips")),
        (None, "Three"),
        (None, "Four"),
    }


def say(language, source):
    with translation.override(language):
        return engines["django"].from_string("{% load i18n %}" + source).render()


def test_a_page_speaks_french():
    assert say("fr", "{% translate 'Settings' %}") == "Réglages"
    assert say("en", "{% translate 'Settings' %}") == "Settings"


@pytest.fixture
def pseudo():
    """The pseudo-language, made as PARVIS_LANGUAGES=en,fr,ar-xb makes it."""
    messages.refresh([messages.PSEUDO_LANGUAGE])
    translation.trans_real._translations.pop(messages.PSEUDO_LANGUAGE, None)
    return messages.PSEUDO_LANGUAGE


def test_the_pseudo_language_is_long_bracketed_and_runs_from_right_to_left(pseudo):
    said = say(pseudo, "{% translate 'Settings' %}")
    assert said.startswith("⟦")
    assert said.endswith("⟧")
    assert len(said) > len("Settings") + 2
    assert say(pseudo, "{% get_current_language_bidi as b %}{{ b }}") == "True"
    assert translation.get_language_info(pseudo)["bidi"] is True


def test_the_pseudo_language_is_offered_only_where_it_is_asked_for():
    offered = os.environ.get("PARVIS_LANGUAGES", "en,fr").split(",")
    assert [code for code, _ in settings.LANGUAGES] == offered


@pytest.fixture
def catalogue(monkeypatch, tmp_path):
    """A French catalogue of one message in a folder of its own."""
    monkeypatch.setattr(messages, "LOCALE", tmp_path)
    path = messages.po_path("fr")
    path.parent.mkdir(parents=True)
    path.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Hi"\nmsgstr "Salut"\n')
    return path


def test_a_catalogue_is_compiled_when_it_is_missing_or_older_than_its_text(catalogue):
    compiled = catalogue.with_suffix(".mo")
    messages.refresh(["en", "fr"])
    assert b"Salut" in compiled.read_bytes()
    before = compiled.stat().st_mtime_ns
    messages.refresh(["fr"])
    assert compiled.stat().st_mtime_ns == before, "nothing is written where nothing changed"
    catalogue.write_text(catalogue.read_text().replace("Salut", "Bonjour"))
    os.utime(catalogue, (time.time() + 5, time.time() + 5))
    messages.refresh(["fr"])
    assert b"Bonjour" in compiled.read_bytes()


def test_extracting_twice_changes_nothing_and_keeps_what_was_translated(monkeypatch, tmp_path):
    stored = messages.po_path("fr").read_bytes()
    monkeypatch.setattr(messages, "LOCALE", tmp_path)
    path = messages.po_path("fr")
    path.parent.mkdir(parents=True)
    path.write_bytes(stored)
    messages.extract()
    first = path.read_bytes()
    messages.extract()
    assert path.read_bytes() == first
    assert "Réglages".encode() in first
    assert b"POT-Creation-Date" not in first
