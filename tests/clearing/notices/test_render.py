from itertools import product
from zoneinfo import ZoneInfo

import pytest

from florin.clearing.notices.render import fill, plain_values, require_usable, sample_values
from florin.clearing.notices.texts import SAMPLES, default_template
from florin.domain.invalid_field import InvalidField
from florin.domain.notice import Channel, Language, NoticeKind
from florin.domain.notice_text import Template

SHANGHAI = ZoneInfo("Asia/Shanghai")
CHANNELS = (Channel.MAIL, Channel.SMS)


@pytest.mark.parametrize(("kind", "channel", "language"), list(product(NoticeKind, CHANNELS, Language)))
def test_every_notice_has_a_usable_text_in_both_languages(
    kind: NoticeKind, channel: Channel, language: Language
) -> None:
    template = default_template(kind, channel, language)
    require_usable(kind, channel, language, template)
    filled = fill(template, sample_values(kind), language, SHANGHAI)
    assert "{" not in filled.body
    assert (channel is Channel.MAIL) == (filled.subject is not None)


def test_every_kind_has_a_sample() -> None:
    assert set(NoticeKind) == set(SAMPLES)


@pytest.mark.parametrize(
    ("language", "expected"),
    [(Language.ZH, "19.00 元 2027-01-01 2027-01-01 04:00"), (Language.EN, "CNY 19.00 2027-01-01 2027-01-01 04:00")],
)
def test_amounts_and_times_are_written_as_people_of_the_programme_write_them(language: Language, expected: str) -> None:
    values = {"a": {"amount": 19_00, "currency": "CNY"}, "t": "2026-12-31T20:00:00Z"}
    assert expected == fill(Template("{{ a | money }} {{ t | day }} {{ t | moment }}"), values, language, SHANGHAI).body


def test_what_stands_in_a_value_is_no_markup_and_no_template() -> None:
    template = Template("{{ user_name }}", "{{ user_name }}", "<b>{{ user_name }}</b>")
    filled = fill(template, {"user_name": "<i>{{ 7 }}"}, Language.EN, SHANGHAI)
    assert ("<i>{{ 7 }}", "<b>&lt;i&gt;{{ 7 }}</b>") == (filled.body, filled.html)


@pytest.mark.parametrize(
    "body",
    [
        "{{ nobody }}",
        "{{ balance.nothing | money }}",
        "{{ user_name",
        "{% for x in user_name %}x{% endfor %}",
        "{% set x = 1 %}",
        "{% include 'x' %}",
        "{% macro f() %}{% endmacro %}",
        "{{ user_name.upper() }}",
        "{{ user_name.__class__ }}",
        "{{ 'x' * 1000000000 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ user_name | attr('__class__') }}",
        "{{ user_name | center(100000000) }}",
        "{{ user_name['x'] }}",
        "{{ range(10) }}",
        "{{ balance | money | money }}",
        "",
        "x" * 10_001,
    ],
)
def test_a_text_that_could_not_be_sent_or_could_do_harm_is_refused_when_it_is_saved(body: str) -> None:
    with pytest.raises(InvalidField):
        require_usable(NoticeKind.LOW_BALANCE, Channel.MAIL, Language.EN, Template(body, "Low balance"))


@pytest.mark.parametrize(
    ("kind", "channel", "template"),
    [
        (NoticeKind.ONE_TIME_CODE, Channel.SMS, Template("Here is your code.")),
        (NoticeKind.CLAIM_LINK, Channel.MAIL, Template("A card is waiting.", "A card")),
        (NoticeKind.LOW_BALANCE, Channel.MAIL, Template("No subject.")),
        (NoticeKind.LOW_BALANCE, Channel.SMS, Template("A subject.", "x")),
        (NoticeKind.LOW_BALANCE, Channel.SMS, Template("x" * 351)),
        (NoticeKind.LOW_BALANCE, Channel.MAIL, Template("x", "x", "{{ nobody }}")),
    ],
)
def test_a_text_without_what_it_is_for_is_refused(kind: NoticeKind, channel: Channel, template: Template) -> None:
    with pytest.raises(InvalidField):
        require_usable(kind, channel, Language.EN, template)


def test_a_carriers_own_template_gets_the_values_as_texts() -> None:
    values = {
        "balance": {"amount": 19_00, "currency": "CNY"},
        "expires_at": "2026-12-31T20:00:00Z",
        "link": "https://cards.example/claim#TOKEN",
        "programme": {"name": "Farm"},
        "account_last4": None,
        "sending": 2,
    }
    assert {
        "balance": "19.00 元",
        "balance_figures": "19.00",
        "expires_at": "2027-01-01 04:00",
        "expires_at_day": "2027-01-01",
        "link": "https://cards.example/claim#TOKEN",
        "link_token": "TOKEN",
        "programme": "Farm",
        "sending": "2",
    } == plain_values(values, Language.ZH, SHANGHAI)
