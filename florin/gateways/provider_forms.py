"""What the file of the accounts says of each kind of provider. A library is imported when an account needs it."""

from base64 import b64decode
from collections.abc import Mapping
from typing import Annotated, ClassVar, Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from florin.gateways.payment_provider import PaymentProvider
from florin.gateways.sandbox import SandboxAccount, SandboxProvider

Unit = Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$")]
Amount = Annotated[int, msgspec.Meta(ge=1)]
Text = Annotated[str, msgspec.Meta(min_length=1)]
Address = Annotated[str, msgspec.Meta(pattern="^https?://[^\\s]+[^\\s/]$")]

_KEY_LENGTH: Final = 32


class _Bounds(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every account says: the least and the most of a single payment, in minor units."""

    least_minor: Amount
    most_minor: Amount


class SandboxForm(_Bounds, frozen=True, tag_field="kind", tag="sandbox"):
    """The provider to practise with; its public keys are 32 bytes in base 64, by serial."""

    kind: ClassVar[str] = "sandbox"
    extra: ClassVar[str] = ""

    unit: Unit
    address: Address
    merchant_id: Text
    api_key: Text
    public_keys: Mapping[str, str]

    def open(self) -> PaymentProvider:
        """A gateway to the account; `ValueError` when a key is none."""
        keys = {serial: Ed25519PublicKey.from_public_bytes(b64decode(key)) for serial, key in self.public_keys.items()}
        return SandboxProvider(SandboxAccount(self.address, self.merchant_id, self.api_key, keys))


class WechatPayForm(_Bounds, frozen=True, tag_field="kind", tag="wechat_pay"):
    """WeChat Pay in public-key mode; its public keys are in PEM, by their ids (``PUB_KEY_ID_...``)."""

    kind: ClassVar[str] = "wechat_pay"
    extra: ClassVar[str] = "wechat"

    unit: Literal["CNY"]
    merchant_id: Text
    app_id: Text
    private_key: Text
    certificate_serial: Text
    api_v3_key: Text
    public_keys: Mapping[str, str]
    address: Address | None = None

    def open(self) -> PaymentProvider:
        """A gateway to the account; `ValueError` when a key is none, `ImportError` without the library."""
        from florin.gateways.wechat_pay import ADDRESS, WechatPayAccount, WechatPayProvider  # noqa: PLC0415 (an extra)

        if len(self.api_v3_key.encode()) != _KEY_LENGTH:
            raise ValueError("api_v3_key is not of 32 bytes")
        return WechatPayProvider(
            WechatPayAccount(
                merchant_id=self.merchant_id,
                app_id=self.app_id,
                private_key=self.private_key,
                certificate_serial=self.certificate_serial,
                api_v3_key=self.api_v3_key,
                public_keys=self.public_keys,
                address=self.address or ADDRESS,
            )
        )


class AlipayForm(_Bounds, frozen=True, tag_field="kind", tag="alipay"):
    """Alipay with RSA2 keys in PEM, more than one of Alipay's while it changes."""

    kind: ClassVar[str] = "alipay"
    extra: ClassVar[str] = "alipay"

    unit: Literal["CNY"]
    app_id: Text
    seller_id: Text
    private_key: Text
    alipay_public_keys: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    product: Literal["page", "precreate"] = "page"
    address: Address | None = None

    def open(self) -> PaymentProvider:
        """A gateway to the account; `ValueError` when a key is none, `ImportError` without the library."""
        from florin.gateways.alipay import ADDRESS, AlipayAccount, AlipayProduct, AlipayProvider  # noqa: PLC0415 (the same)

        return AlipayProvider(
            AlipayAccount(
                app_id=self.app_id,
                seller_id=self.seller_id,
                private_key=self.private_key,
                alipay_public_keys=self.alipay_public_keys,
                product=AlipayProduct(self.product),
                address=self.address or ADDRESS,
            )
        )


class StripeForm(_Bounds, frozen=True, tag_field="kind", tag="stripe"):
    """Stripe Checkout; ``return_url`` is where a payer goes who was given no other; a bill has ``time_zone``'s days."""

    kind: ClassVar[str] = "stripe"
    extra: ClassVar[str] = "stripe"

    unit: Unit
    secret_key: Text
    webhook_secrets: Annotated[tuple[Text, ...], msgspec.Meta(min_length=1)]
    return_url: Address
    time_zone: str = "UTC"
    address: Address | None = None
    files_address: Address | None = None

    def open(self) -> PaymentProvider:
        """A gateway to the account; `ValueError` when the time zone is none, `ImportError` without the library."""
        from florin.gateways.stripe_checkout import ADDRESS, FILES_ADDRESS, StripeAccount, StripeProvider  # noqa: PLC0415 (the same)

        try:
            zone = ZoneInfo(self.time_zone)
        except ZoneInfoNotFoundError:
            raise ValueError("time_zone is not known") from None
        return StripeProvider(
            StripeAccount(
                secret_key=self.secret_key,
                webhook_secrets=self.webhook_secrets,
                return_url=self.return_url,
                time_zone=zone,
                address=self.address or ADDRESS,
                files_address=self.files_address or FILES_ADDRESS,
            )
        )


ProviderForm = SandboxForm | WechatPayForm | AlipayForm | StripeForm
