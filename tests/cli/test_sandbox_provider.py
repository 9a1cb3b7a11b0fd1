"""``florin sandbox-provider`` as a process of its own: killed, it forgets nothing that it has answered."""

import re
import subprocess
import tomllib
from pathlib import Path

import httpx

from florin.cli.exit_codes import ExitCode
from tests.cli.florin_command import Florin

PAYMENT = {
    "reference": "a" * 32,
    "amount_minor": 10_000,
    "currency": "CNY",
    "description": "Top-up",
    "expires_at": "2100-01-01T00:00:00Z",
    "callback_url": "http://127.0.0.1:9/",
}


def start(florin: Florin, directory: Path) -> tuple[subprocess.Popen[str], httpx.Client]:
    process = florin.start("sandbox-provider", "--port", 0, "--directory", directory)
    assert process.stdout is not None
    found = re.search(r"http://\S+(?=\. Ctrl-C)", process.stdout.readline())
    assert found is not None, process.communicate()
    account = tomllib.loads((directory / "merchant.toml").read_text("utf-8"))["sandbox"]
    assert found[0] == account["address"]
    return process, httpx.Client(base_url=account["address"], headers={"Authorization": f"Bearer {account['api_key']}"})


def test_a_kill_loses_nothing_and_a_second_process_is_refused(tmp_path: Path) -> None:
    florin, directory = Florin({"FLORIN_DATA_DIR": str(tmp_path)}), tmp_path / "provider"
    process, client = start(florin, directory)
    with client:
        page = client.post("/v1/payments", json=PAYMENT).json()["pay_url"]
        assert 303 == client.post(f"{page}/pay").status_code
        paid = client.get(f"/v1/payments/{PAYMENT['reference']}").json()
    refused = florin.run("sandbox-provider", "--port", 0, "--directory", directory)
    assert (ExitCode.REFUSED, True) == (refused.code, "another process keeps" in refused.complaint)
    process.kill()
    process.communicate()
    process, client = start(florin, directory)
    with client:
        again = client.get(f"/v1/payments/{PAYMENT['reference']}").json()
    process.terminate()
    process.communicate()
    assert "paid" == again["state"]
    assert paid | {"pay_url": ""} == again | {"pay_url": ""}
    assert 0o600 == (directory / "merchant.toml").stat().st_mode & 0o777
