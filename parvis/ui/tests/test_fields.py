import re

from django.template.loader import render_to_string

from parvis.ui.views import SampleForm


def field(form: SampleForm, name: str, **context: object) -> str:
    return render_to_string("ui/field.html", {"field": form[name], **context})


def ids(html: str) -> set[str]:
    return set(re.findall(r'\bid="([^"]+)"', html))


def described(html: str) -> list[str]:
    return [name for names in re.findall(r'aria-describedby="([^"]+)"', html) for name in names.split()]


def test_a_field_has_a_label_and_its_hint_is_tied_to_it() -> None:
    html = field(SampleForm(), "handle")
    assert '<label for="id_handle">Handle' in html
    assert described(html) == ["id_handle_helptext"]
    assert set(described(html)) <= ids(html)


def test_a_refused_field_says_why_and_is_marked() -> None:
    html = field(SampleForm({"handle": ""}), "handle")
    assert 'aria-invalid="true"' in html
    assert "This field is required." in html
    assert described(html) == ["id_handle_helptext", "id_handle_error"]
    assert set(described(html)) <= ids(html)


def test_a_field_without_fault_is_not_marked() -> None:
    html = field(SampleForm({"handle": "alice"}), "handle")
    assert "aria-invalid" not in html
    assert "errorlist" not in html


def test_choices_stand_in_a_fieldset_with_a_legend() -> None:
    html = field(SampleForm(), "audience")
    assert "<fieldset" in html
    assert "<legend>Who can watch</legend>" in html
    assert html.count('type="radio"') == 3
    assert set(described(html)) <= ids(html)


def test_a_checkbox_stands_before_its_label() -> None:
    html = field(SampleForm(), "comments")
    assert html.index('type="checkbox"') < html.index('<label for="id_comments">')
    assert set(described(html)) <= ids(html)


def test_what_may_be_left_empty_says_so() -> None:
    assert "optional" in field(SampleForm(), "email", optional=True)
    assert "optional" not in field(SampleForm(), "email")


def test_written_text_is_escaped() -> None:
    html = field(SampleForm({"handle": '"><script>'}), "handle")
    assert "<script>" not in html


def test_a_form_shows_every_field() -> None:
    html = render_to_string("ui/form.html", {"form": SampleForm()})
    for name in SampleForm().fields:
        assert f'name="{name}"' in html
