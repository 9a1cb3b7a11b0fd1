"""Files of every format as banks and providers write them, made of a few movements."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from florin.domain.column_mapping import ColumnMapping
from florin.domain.statement_file import FileFormat

FIRST: Final = datetime(2026, 11, 20, 12)  # noqa: DTZ001 (files have wall clocks)
OPENING_MINOR: Final = 1_000_000
COLUMNS: Final = ColumnMapping(day="day", amount="amount", balance="balance", key="reference", text="text")
MERCHANT: Final = "1900000001"
TRADE: Final = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,"
    "代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,"
    "费率备注"
)
TRADE_TOTALS: Final = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
FLOW: Final = "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,备注,业务凭证号"
FLOW_TOTALS: Final = "资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额"


@dataclass(frozen=True, slots=True)
class Movement:
    """A payment when positive, a refund when negative; a refund gives the fee back."""

    signed_minor: int
    fee_minor: int = 0

    @property
    def is_in(self) -> bool:
        return self.signed_minor > 0

    @property
    def kept_minor(self) -> int:
        return self.fee_minor if self.is_in else -self.fee_minor


def plain(minor: int) -> str:
    sign = "-" if minor < 0 else ""
    return f"{sign}{abs(minor) // 100}.{abs(minor) % 100:02d}"


def camt053(moves: Sequence[Movement]) -> bytes:
    entries = "".join(
        f'<Ntry>\n<Amt Ccy="CNY">{plain(abs(each.signed_minor))}</Amt><CdtDbtInd>{"CRDT" if each.is_in else "DBIT"}'
        f"</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-11-20</Dt></BookgDt><NtryDtls><TxDtls><Refs><EndToEndId>{_key(n)}"
        "</EndToEndId></Refs></TxDtls></NtryDtls></Ntry>\n"
        for n, each in enumerate(moves)
    )
    return (
        '<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><Stmt>'
        f"<Id>S</Id>{_balance('OPBD', OPENING_MINOR)}{_balance('CLBD', _closing(moves))}{entries}</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def mt940(moves: Sequence[Movement]) -> bytes:
    entries = "".join(
        f":61:2611201120{'C' if each.is_in else 'D'}{plain(abs(each.signed_minor)).replace('.', ',')}NTRF{_key(n)}\r\n"
        for n, each in enumerate(moves)
    )
    opening, closing = (plain(each).replace(".", ",") for each in (OPENING_MINOR, abs(_closing(moves))))
    side = "C" if _closing(moves) >= 0 else "D"
    return f":20:S\r\n:25:1\r\n:60F:C261119CNY{opening}\r\n{entries}:62F:{side}261120CNY{closing}\r\n-\r\n".encode()


def mapped_csv(moves: Sequence[Movement]) -> bytes:
    balance, rows = OPENING_MINOR, ["day,amount,balance,reference,text"]
    for n, each in enumerate(moves):
        balance += each.signed_minor
        rows.append(f'2026-11-20,{plain(each.signed_minor)},{plain(balance)},{_key(n)},"one, two"')
    return "".join(f"{row}\r\n" for row in rows).encode()


def wechat_trade(moves: Sequence[Movement]) -> bytes:
    rows = [_trade_row(n, each) for n, each in enumerate(moves)]
    came = sum(each.signed_minor for each in moves if each.is_in)
    back = -sum(each.signed_minor for each in moves if not each.is_in)
    fees = sum(each.kept_minor for each in moves)
    totals = [str(len(rows)), plain(came), plain(back), "0.00", f"{plain(fees)}000", plain(came), plain(back)]
    return _backticked(TRADE, rows, TRADE_TOTALS, totals)


def wechat_fund_flow(moves: Sequence[Movement]) -> bytes:
    balance, rows = OPENING_MINOR, []
    for n, each in enumerate(moves):
        balance += each.signed_minor
        kind, side = ("交易", "收入") if each.is_in else ("退款", "支出")
        amounts = [plain(abs(each.signed_minor)), plain(balance)]
        rows.append([_time(n), f"W{n}", f"{n:020d}", kind, kind, side, *amounts, f"{MERCHANT}API", "note", _key(n)])
    came = [each.signed_minor for each in moves if each.is_in]
    left = [-each.signed_minor for each in moves if not each.is_in]
    totals = [str(len(rows)), str(len(came)), plain(sum(came)), str(len(left)), plain(sum(left))]
    return _backticked(FLOW, rows, FLOW_TOTALS, totals)


def alipay_trade(moves: Sequence[Movement], details: str = "{details}", names: Sequence[str] = ()) -> bytes:
    """The archive; ``details`` may wrap the list of lines, ``names`` replace those of both files."""
    came = sum(each.signed_minor for each in moves if each.is_in)
    back = sum(each.signed_minor for each in moves if not each.is_in)
    ins, outs = sum(each.is_in for each in moves), sum(not each.is_in for each in moves)
    heading = (
        "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,"
        "支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,"
        "退款批次号/请求号,服务费（元）,分润（元）,备注"
    )
    head = (
        "#支付宝业务明细查询\r\n#账号：[20880000000000000156]\r\n"
        "#起始日期：[2026年11月20日 00:00:00]   终止日期：[2026年11月21日 00:00:00]\r\n"
    )
    foot = (
        f"#交易合计：{ins}笔，商家实收共{plain(came)}元，商家优惠共0.00元\r\n"
        f"#退款合计：{outs}笔，商家实收退款共{plain(back)}元，商家优惠退款共0.00元\r\n"
    )
    rows = "".join("\t,".join(_alipay_row(n, each)) + "\r\n" for n, each in enumerate(moves))
    text = f"{head}#-----业务明细列表-----\r\n{heading}\r\n{rows}#-----业务明细列表结束-----\r\n{foot}"
    fees = -sum(each.kept_minor for each in moves)
    whole = [
        "合计",
        "",
        str(ins),
        str(outs),
        plain(came + back),
        plain(came + back),
        "0.00",
        "0.00",
        "0.00",
        plain(fees),
        "0.00",
    ]
    summary = (
        "#支付宝业务汇总查询\r\n门店编号,门店名称,交易订单总笔数,退款订单总笔数,订单金额（元）,商家实收（元）,支付宝优惠（元）,商家优惠（元）,"
        "卡消费金额（元）,服务费（元）,分润（元）\r\n" + "\t,".join(whole) + "\r\n"
    )
    one, other = names or (
        "20880000000000000156_20261120_业务明细.csv",
        "20880000000000000156_20261120_业务明细(汇总).csv",
    )
    return archive({one: details.format(details=text), other: summary})


def stripe_payouts(moves: Sequence[Movement]) -> bytes:
    rows = [
        "automatic_payout_id,balance_transaction_id,created,currency,gross,fee,net,reporting_category,payment_metadata[reference],refund_metadata[reference]"
    ]
    for n, each in enumerate(moves):
        money = [plain(each.signed_minor), plain(each.kept_minor), plain(each.signed_minor - each.kept_minor)]
        keys = f"{_key(n)}," if each.is_in else f"origin,{_key(n)}"
        kind = "charge" if each.is_in else "refund"
        rows.append(f"po_1,txn_{n},{_time(n)},cny,{','.join(money)},{kind},{keys}")
    return "".join(f"{row}\n" for row in rows).encode()


class _NameInGbk(zipfile.ZipInfo):
    """A file's entry in an archive, its name in GBK and not marked as anything, as Windows writes it."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 (zipfile asks for this name)
        return self.filename.encode("gbk"), 0


def archive(files: dict[str, str]) -> bytes:
    """A ZIP archive whose names and texts are in GBK."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        for name, text in files.items():
            info = _NameInGbk(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(info, text.encode("gbk"))
    return target.getvalue()


WRITERS: Final = {
    FileFormat.CAMT_053: camt053,
    FileFormat.MT_940: mt940,
    FileFormat.MAPPED_CSV: mapped_csv,
    FileFormat.WECHAT_TRADE: wechat_trade,
    FileFormat.WECHAT_FUND_FLOW: wechat_fund_flow,
    FileFormat.ALIPAY_TRADE: alipay_trade,
    FileFormat.STRIPE_PAYOUTS: stripe_payouts,
}


def _key(n: int) -> str:
    return f"KEY{n:05d}"


def _time(n: int) -> str:
    return str(FIRST + timedelta(seconds=n))


def _closing(moves: Sequence[Movement]) -> int:
    return OPENING_MINOR + sum(each.signed_minor for each in moves)


def _balance(code: str, minor: int) -> str:
    side = "CRDT" if minor >= 0 else "DBIT"
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">{plain(abs(minor))}</Amt>'
        f"<CdtDbtInd>{side}</CdtDbtInd><Dt><Dt>2026-11-20</Dt></Dt></Bal>\n"
    )


def _trade_row(n: int, each: Movement) -> list[str]:
    order = [_time(n), "wx1", MERCHANT, "0", "", f"W{n}", _key(n) if each.is_in else "origin", "", "NATIVE"]
    fee = [f"{plain(each.kept_minor)}000", "0.60%"]
    if each.is_in:
        amount = plain(each.signed_minor)
        back = ["0", "0", "0.00", "0.00", "", ""]
        return [*order, "SUCCESS", "OTHERS", "CNY", amount, "0.00", *back, "a, card", "", *fee, amount, "0.00", ""]
    amount = plain(-each.signed_minor)
    back = [f"R{n}", _key(n), amount, "0.00", "ORIGINAL", "SUCCESS"]
    return [*order, "REFUND", "OTHERS", "CNY", "0.00", "0.00", *back, "a, card", "", *fee, "0.00", amount, ""]


def _alipay_row(n: int, each: Movement) -> list[str]:
    own, refund = (_key(n), "") if each.is_in else ("origin", _key(n))
    kind, amount = "交易" if each.is_in else "退款", plain(each.signed_minor)
    parties = ["", "", "", "", "a***@example.com"]
    money = [amount, amount, "0.00", "0.00", "0.00", "0.00", "0.00", "", "0.00", "0.00"]
    return [
        f"2026{n}",
        own,
        kind,
        "a, card",
        _time(n),
        _time(n),
        *parties,
        *money,
        refund,
        plain(-each.kept_minor),
        "0.00",
        "",
    ]


def _backticked(heading: str, rows: Sequence[Sequence[str]], totals_heading: str, totals: Sequence[str]) -> bytes:
    lines = [heading, *(",".join(f"`{cell}" for cell in row) for row in rows)]
    lines += [totals_heading, ",".join(f"`{cell}" for cell in totals)]
    return ("\ufeff" + "".join(f"{line}\r\n" for line in lines)).encode()
