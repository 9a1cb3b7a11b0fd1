import pytest
from hypothesis import given
from hypothesis import strategies as st

from florin.domain.sign_in_names import (
    InvalidSignInName,
    SignInNameKind,
    normalise_mail,
    normalise_mobile,
    normalise_user_name,
    read_sign_in_name,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("anna", "anna"),
        ("ANNA", "anna"),
        ("\uff21\uff4e\uff4e\uff41", "anna"),
        ("Straße", "strasse"),
        ("蜂蜜坚果", "蜂蜜坚果"),
        ("a.b-c_9", "a.b-c_9"),
        ("a" * 32, "a" * 32),
    ],
)
def test_a_user_name_has_one_form(text: str, expected: str) -> None:
    assert expected == normalise_user_name(text)


@pytest.mark.parametrize(
    "text",
    ["", "ab", "a" * 33, "1abc", "_abc", "-abc", "a b c", " anna", "anna@x", "+8613", "anna\n", "an\u200bna", "a/b"],
)
def test_a_user_name_out_of_form_is_refused(text: str) -> None:
    with pytest.raises(InvalidSignInName, match="user name"):
        normalise_user_name(text)


@given(st.text(max_size=40))
def test_the_form_of_a_user_name_is_final(text: str) -> None:
    try:
        name = normalise_user_name(text)
    except InvalidSignInName:
        return
    assert name == normalise_user_name(name)


DOMAIN_OF_189 = ".".join(["b" * 61] * 3) + ".org"  # 64 + 1 + 189 is the longest address


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Anna@Example.ORG", "anna@example.org"),
        (" a.b+c@mail.example.co.uk ", "a.b+c@mail.example.co.uk"),
        ("o'neil@x-y.ie", "o'neil@x-y.ie"),
        (f"{'a' * 64}@{DOMAIN_OF_189}", f"{'a' * 64}@{DOMAIN_OF_189}"),
    ],
)
def test_a_mail_address_has_one_form(text: str, expected: str) -> None:
    assert expected == normalise_mail(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "anna", "@example.org", "anna@", "anna@localhost", "a@b@example.org", ".a@example.org", "a.@example.org"),
        *(
            "a..b@example.org",
            "a@-x.org",
            "a@x-.org",
            "a@x..org",
            "a@[127.0.0.1]",
            '"a b"@example.org',
            "a b@example.org",
        ),
        *("a@example.org\n", "a@example.org\r\nBcc: b@example.org", "ä@example.org", "a@exämple.org"),
        *(f"{'a' * 65}@example.org", f"a@{'b' * 64}.org", f"{'a' * 64}@b{DOMAIN_OF_189}"),
    ],
)
def test_a_mail_address_out_of_form_is_refused(text: str) -> None:
    with pytest.raises(InvalidSignInName, match="mail address"):
        normalise_mail(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("+8613800138000", "+8613800138000"),
        ("+86 138-0013-8000", "+8613800138000"),
        ("+1 (212) 555.0100", "+12125550100"),
    ],
)
def test_a_mobile_number_has_one_form(text: str, expected: str) -> None:
    assert expected == normalise_mobile(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "+",
        "13800138000",
        "008613800138000",
        "+0123456789",
        "+123456",
        "+1234567890123456",
        "+86138x",
        "+\uff18\uff16\uff11\uff13\uff18\uff10\uff10",
    ],
)
def test_a_mobile_number_out_of_form_is_refused(text: str) -> None:
    with pytest.raises(InvalidSignInName, match="mobile"):
        normalise_mobile(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" Anna ", (SignInNameKind.USER_NAME, "anna")),
        ("a+b@example.org", (SignInNameKind.MAIL, "a+b@example.org")),
        (" +86 138-0013-8000", (SignInNameKind.MOBILE, "+8613800138000")),
        ("(+86) 13800138000", (SignInNameKind.MOBILE, "+8613800138000")),
    ],
)
def test_what_is_typed_into_one_field_is_told_apart(text: str, expected: tuple[SignInNameKind, str]) -> None:
    assert expected == read_sign_in_name(text)


@pytest.mark.parametrize(("text", "field"), [("", "user_name"), ("@", "mail"), ("+", "mobile"), ("138", "user_name")])
def test_what_can_be_no_name_says_which_kind_it_was_taken_for(text: str, field: str) -> None:
    with pytest.raises(InvalidSignInName) as raised:
        read_sign_in_name(text)
    assert field == raised.value.field
