"""The file of the accounts: private, whole and sensible, or told in one sentence without a secret in it."""

import sys
from pathlib import Path

import pytest

from florin.gateways.account_file import AccountsMisconfigured
from florin.gateways.provider_accounts import providers_of
from florin.settings import Settings
from tests.gateways.local_server import private_pem, public_pem, rsa_key

SANDBOX = """\
[practice]
kind = "sandbox"
unit = "CNY"
least_minor = 100
most_minor = 500000
address = "http://127.0.0.1:8090"
merchant_id = "m"
api_key = "topsecret"

[practice.public_keys]
"8F97609FA67EC469" = "3vRtVaDe9I/nXTU9RcJxc7u62ZU0UbO4ZGckKOcpw4s="
"""

WECHAT = f'''\
[wechat]
kind = "wechat_pay"
unit = "CNY"
least_minor = 1
most_minor = 5000000
merchant_id = "1900000109"
app_id = "wx8888888888888888"
certificate_serial = "5157F09EFDC096DE"
api_v3_key = "{"k" * 32}"
private_key = """
{private_pem(rsa_key("merchant"))}"""

[wechat.public_keys]
PUB_KEY_ID_0119000001 = """
{public_pem(rsa_key("wechat"))}"""
'''

ALIPAY = f'''\
[alipay]
kind = "alipay"
unit = "CNY"
least_minor = 1
most_minor = 5000000
app_id = "2021000000000001"
seller_id = "2088000000000001"
product = "precreate"
private_key = """
{private_pem(rsa_key("merchant"))}"""
alipay_public_keys = ["""
{public_pem(rsa_key("alipay"))}"""]
'''

STRIPE = """\
[cards]
kind = "stripe"
unit = "EUR"
least_minor = 50
most_minor = 99999999
secret_key = "sk_test_1"
webhook_secrets = ["whsec_1"]
return_url = "https://shop.test/thanks"
time_zone = "Europe/Berlin"
"""


def settings(tmp_path: Path, content: str, mode: int = 0o600) -> Settings:
    path = tmp_path / "payment-providers.toml"
    path.write_text(content, "utf-8")
    path.chmod(mode)
    return Settings(payment_providers=path)


def refusal(settings: Settings) -> str:
    with pytest.raises(AccountsMisconfigured) as refused:
        providers_of(settings)
    return str(refused.value)


def test_without_a_file_there_are_no_providers() -> None:
    assert {} == providers_of(Settings(payment_providers=None))


def test_accounts_at_four_kinds_of_providers_stand_in_one_file(tmp_path: Path) -> None:
    accounts = providers_of(settings(tmp_path, SANDBOX + WECHAT + ALIPAY + STRIPE))
    kinds = [(each.code, each.kind, each.unit) for each in accounts.values()]
    assert [
        ("practice", "sandbox", "CNY"),
        ("wechat", "wechat_pay", "CNY"),
        ("alipay", "alipay", "CNY"),
        ("cards", "stripe", "EUR"),
    ] == kinds
    assert "topsecret" not in repr(accounts)


@pytest.mark.parametrize(
    ("amount_minor", "unit", "takes"),
    [(99, "CNY", False), (100, "CNY", True), (500_000, "CNY", True), (500_001, "CNY", False), (100, "USD", False)],
)
def test_an_account_takes_amounts_within_its_bounds_in_its_unit(
    tmp_path: Path, amount_minor: int, unit: str, *, takes: bool
) -> None:
    account = providers_of(settings(tmp_path, SANDBOX))["practice"]
    assert takes is account.takes(amount_minor, unit)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_a_file_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    assert "must be 0600" in refusal(settings(tmp_path, SANDBOX, mode))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert "cannot be read" in refusal(Settings(payment_providers=tmp_path / "nowhere"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param("practice =", "Invalid", id="no TOML"),
        pytest.param(SANDBOX.replace('"sandbox"', '"paypal"'), "Invalid value 'paypal'", id="unknown kind"),
        pytest.param(SANDBOX.replace("[practice", "[Practice 1"), "Expected", id="code that is none"),
        pytest.param(SANDBOX.replace("unit", "units"), "unknown field `units`", id="misspelt name"),
        pytest.param(SANDBOX.replace('unit = "CNY"\n', ""), "missing required field `unit`", id="missing name"),
        pytest.param(SANDBOX.replace("= 100\n", "= 600000\n"), "least_minor is more", id="bounds crossed"),
        pytest.param(SANDBOX.replace("3vRt", ""), "practice: ", id="key that is none"),
        pytest.param(WECHAT.replace('"CNY"', '"USD"'), "Invalid enum value 'USD'", id="currency they do not take"),
        pytest.param(WECHAT.replace("k" * 32, "k" * 31), "wechat: api_v3_key", id="key too short"),
        pytest.param(ALIPAY.replace("BEGIN PUBLIC", "BEGAN PUBLIC"), "alipay: ", id="PEM that is none"),
        pytest.param(STRIPE.replace("Europe/Berlin", "Europe/Atlantis"), "cards: time_zone", id="no such time zone"),
        pytest.param(STRIPE.replace('["whsec_1"]', "[]"), "length >= 1", id="no webhook secret"),
    ],
)
def test_a_file_with_a_mistake_is_told_in_a_sentence(tmp_path: Path, content: str, said: str) -> None:
    words = refusal(settings(tmp_path, content))
    assert said in words
    assert not any(secret in words for secret in ("topsecret", "MII", "sk_test_1", "k" * 31))


@pytest.mark.parametrize(
    ("content", "library", "gateway", "extra"),
    [
        (WECHAT, "wechatpayv3", "wechat_pay", "florin[wechat]"),
        (ALIPAY, "alipay.aop.api.util.SignatureUtils", "alipay", "florin[alipay]"),
        (STRIPE, "stripe", "stripe_checkout", "florin[stripe]"),
    ],
)
def test_a_library_that_is_not_installed_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, library: str, gateway: str, extra: str
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    monkeypatch.delitem(sys.modules, f"florin.gateways.{gateway}", raising=False)
    assert f"install {extra}" in refusal(settings(tmp_path, content))
