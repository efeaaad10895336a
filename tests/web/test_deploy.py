"""The files that a machine is set up with: read by a parser, and tried where the tool is there."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import crossplane
import pytest
import yaml
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from dockerfile_parse import DockerfileParser

from app import serve_command
from forms.mail.smtp import MAIL_DEADLINE_SECONDS
from forms.start.entrance import MOST_AT_ONCE
from tests.support import processes
from tests.support.http_visitor import loopback_client
from tests.support.processes import ROOT, answers, free_port, wait_until
from tests.support.serving import running

DEPLOY = ROOT / "forms" / "web" / "deploy"
UNITS = ("asf-forms.service", "asf-data.service")
CADDY = Path(sys.executable).with_name("caddy")
READ = set(re.findall(r'environ\.get\("(\w+)"', (ROOT / "app.py").read_text("utf-8")))
OF_PYTHON = {"PATH", "PYTHONDONTWRITEBYTECODE"}


def takes(command: list[str]) -> None:
    """`flask serve` takes these arguments."""
    place = command.index("serve")
    assert Path(command[place - 1]).name == "flask"
    done = CliRunner().invoke(serve_command, [*command[place + 1 :], "--help"])
    assert done.exit_code == 0, done.output
    for option in command[place + 1 :: 2]:
        assert option in done.output


# systemd


def unit(name: str) -> dict[str, list[str]]:
    """Every setting of a unit; sections are only headings, as no two have one of a name."""
    found: dict[str, list[str]] = {}
    for line in (DEPLOY / name).read_text("utf-8").splitlines():
        if line and not line.startswith(("#", "[")):
            key, equals, value = line.partition("=")
            assert equals, line
            found.setdefault(key, []).append(value)
    return found


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_starts_the_product_as_a_user_who_may_nothing_else(name: str) -> None:
    found = unit(name)
    takes(shlex.split(found["ExecStart"][0]))
    set_here = {pair.split("=")[0] for line in found["Environment"] for pair in line.split()}
    assert set_here <= READ | OF_PYTHON
    assert found["User"] == ["asf"]
    for key in (
        "NoNewPrivileges",
        "PrivateTmp",
        "PrivateDevices",
        "ProtectHome",
        "LockPersonality",
    ):
        assert found[key] == ["yes"], key
    assert found["ProtectSystem"] == ["strict"]
    assert found["UMask"] == ["0077"]
    assert "ASF_LOG=json" in found["Environment"][0]
    assert found["StateDirectory"] == ["asf"]
    assert found["CapabilityBoundingSet"] == [""]


def test_the_two_units_differ_in_what_they_serve_alone() -> None:
    forms, data = map(unit, UNITS)
    assert "--only forms" in forms["ExecStart"][0]
    assert "--only data" in data["ExecStart"][0]
    told = {"Description", "After", "StartLimitIntervalSec", "StartLimitBurst", "Environment",
            "ExecStart", "MemoryMax"}  # fmt: skip
    assert {key for key in forms if forms[key] != data.get(key)} <= told
    assert data.keys() - forms.keys() == {"IPAddressDeny", "IPAddressAllow"}
    assert (data["IPAddressDeny"], data["IPAddressAllow"]) == (["any"], ["localhost"])


@pytest.mark.parametrize("name", UNITS)
def test_systemd_takes_a_unit_and_finds_it_locked_in(name: str, tmp_path: Path) -> None:
    tool = shutil.which("systemd-analyze")
    if tool is None:
        # The parser above has read it, which is what can be done without systemd.
        assert unit(name)
        return
    for each in UNITS:
        text = (DEPLOY / each).read_text("utf-8")
        flask = str(Path(sys.executable).with_name("flask"))
        (tmp_path / each).write_text(text.replace("/opt/asf/.venv/bin/flask", flask))
    done = subprocess.run(
        [tool, "verify", "--man=no", str(tmp_path / name)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert name not in done.stderr
    done = subprocess.run(
        [tool, "security", "--offline=true", "--threshold=20", str(tmp_path / name)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


# Caddy


@pytest.fixture
def caddy(tmp_path: Path) -> dict[str, str]:
    """The environment of a Caddy that keeps nothing."""
    home = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    return os.environ | home


def test_caddy_takes_its_configuration(caddy: dict[str, str]) -> None:
    done = subprocess.run(
        [CADDY, "validate", "--config", DEPLOY / "Caddyfile"],
        env=caddy, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    done = subprocess.run(
        [CADDY, "fmt", DEPLOY / "Caddyfile"], env=caddy, capture_output=True, text=True, check=True
    )
    assert done.stdout == (DEPLOY / "Caddyfile").read_text("utf-8"), "caddy fmt --overwrite"


def on_loopback(folder: Path) -> Path:
    """The configuration for loopback alone."""
    text = (DEPLOY / "Caddyfile").read_text("utf-8")
    assert "admin off" in text
    path = folder / "Caddyfile"
    path.write_text(text.replace("admin off", "admin off\n\tdefault_bind 127.0.0.1"))
    return path


def test_behind_caddy_the_two_servers_are_one_and_readers_cannot_reach_the_other(
    shown: Path, tmp_path: Path, caddy: dict[str, str]
) -> None:
    data = Path(shutil.copytree(shown, tmp_path / "data"))
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    more = {"ASF_BEHIND_PROXY": "1", "ASF_BASE_URL": base, "ASF_LOG": "json"}
    with (
        running(data, "--only", "forms", **more) as forms,
        running(data, "--only", "data", **more) as pages,
    ):
        there = {"ASF_SITE": base.replace("127.0.0.1", ""), "ASF_FORMS": forms.base[7:],
                 "ASF_DATA": pages.base[7:]}  # fmt: skip
        command = (str(CADDY), "run", "--config", str(on_loopback(tmp_path)))
        with processes.running(*command, env=caddy | there) as process, loopback_client() as client:
            wait_until(lambda: answers(f"{base}/"), process)
            assert client.get(f"{base}/logga-in").status_code == 200
            found = client.get(f"{base}/data/open/trend.json?_shape=array")
            assert '"year": 2018' in found.text
            number = found.headers["x-request-id"]
            # The proxy's own id, in the line that follows the answer.
            wait_until(lambda: number in pages.log.read_text("utf-8"), pages.process)
            assert "server" not in found.headers
            for path in ("/healthz", "/readyz"):
                assert client.get(f"{base}{path}").status_code == 404
            pages.process.kill()
            pages.process.wait()
            gone = client.get(f"{base}/data/open/trend.json")
            assert gone.status_code == 503
            assert "Försök igen om en stund" in gone.text
            assert client.get(f"{base}/logga-in").status_code == 200


# nginx


@pytest.fixture
def nginx(tmp_path: Path) -> Path:
    """A whole configuration around ours, with a certificate of its own."""
    certificate(tmp_path)
    ours = (DEPLOY / "nginx.conf").read_text("utf-8")
    for name in ("fullchain.pem", "privkey.pem"):
        ours = ours.replace(f"/etc/letsencrypt/live/asf.example.org/{name}", str(tmp_path / name))
    (tmp_path / "asf.conf").write_text(ours)
    main = tmp_path / "nginx.conf"
    main.write_text(
        f"pid {tmp_path}/nginx.pid;\nerror_log {tmp_path}/error.log;\n"
        f"events {{}}\nhttp {{\n    access_log off;\n    include {tmp_path}/asf.conf;\n}}\n"
    )
    return main


def certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "asf.example.org")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "fullchain.pem").write_bytes(made.public_bytes(pem))
    (folder / "privkey.pem").write_bytes(key.private_bytes(pem, *plain))


def test_nginx_sends_the_data_pages_to_the_second_server(nginx: Path) -> None:
    read = crossplane.parse(str(nginx), strict=True)
    assert read["status"] == "ok", read["errors"]
    blocks = next(each["parsed"] for each in read["config"] if each["file"].endswith("asf.conf"))
    tls = next(b for b in blocks if b["directive"] == "server" and len(b["block"]) > 5)
    sent = {
        block["args"][-1]: {each["directive"]: each["args"] for each in block["block"]}
        for block in tls["block"]
        if block["directive"] == "location"
    }
    assert sent["/data/"]["proxy_pass"] == ["http://asf_data"]
    assert sent["/"]["proxy_pass"] == ["http://asf_forms"]
    assert sent["/readyz"] == {"return": ["404"]}
    headers = {each["args"][0]: each["args"][1] for each in tls["block"]
               if each["directive"] == "proxy_set_header"}  # fmt: skip
    assert headers["X-Forwarded-For"] == "$remote_addr", "what a visitor claims goes no further"
    assert {"directive": "access_log", "args": ["off"]}.items() <= next(
        each for each in tls["block"] if each["directive"] == "access_log"
    ).items()


def nginx_servers(nginx: Path) -> dict[str, dict[str, list[str]]]:
    """The settings of each server by the port it listens on."""
    read = crossplane.parse(str(nginx), strict=True)
    blocks = next(each["parsed"] for each in read["config"] if each["file"].endswith("asf.conf"))
    servers = [b["block"] for b in blocks if b["directive"] == "server"]
    found = [{each["directive"]: each["args"] for each in server} for server in servers]
    return {"tls" if "ssl" in each["listen"] else "plain": each for each in found}


def test_nginx_speaks_tls_alone_in_ways_that_are_thought_safe(nginx: Path) -> None:
    servers = nginx_servers(nginx)
    assert servers.keys() == {"tls", "plain"}
    assert set(servers["plain"]) == {"listen", "server_name", "return"}
    assert servers["plain"]["return"] == ["301", "https://$host$request_uri"]
    assert servers["tls"]["ssl_protocols"] == ["TLSv1.2", "TLSv1.3"]
    [ciphers] = servers["tls"]["ssl_ciphers"]
    for each in ciphers.split(":"):
        assert each.startswith("ECDHE-"), "a key that is lost gives nothing of the past away"
        assert "GCM" in each or "POLY1305" in each
    assert servers["tls"]["ssl_prefer_server_ciphers"] == ["on"]


def test_nginx_lets_one_address_have_so_many_requests_at_once(nginx: Path) -> None:
    text = nginx.with_name("asf.conf").read_text("utf-8")
    zone = "limit_conn_zone $binary_remote_addr zone=asf_address:10m;"
    assert zone in text
    assert nginx_servers(nginx)["tls"]["limit_conn"] == ["asf_address", str(MOST_AT_ONCE)]


def test_the_forms_start_when_the_clock_is_right() -> None:
    forms = unit("asf-forms.service")
    for key in ("Wants", "After"):
        assert "time-sync.target" in forms[key][0].split()


def test_whoever_stops_the_forms_waits_for_the_mail_under_way(compose: dict[str, Any]) -> None:
    [waits] = unit("asf-forms.service")["TimeoutStopSec"]
    for seconds in (waits, compose["services"]["forms"]["stop_grace_period"].removesuffix("s")):
        assert int(seconds) > MAIL_DEADLINE_SECONDS


def test_nginx_takes_its_configuration(nginx: Path) -> None:
    tool = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    if tool is None:
        # The parser knows every directive and where it may stand.
        assert crossplane.parse(str(nginx), strict=True)["status"] == "ok"
        return
    done = subprocess.run(
        [tool, "-t", "-p", str(nginx.parent), "-c", str(nginx)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


# Containers and Litestream


@pytest.fixture
def dockerfile(tmp_path: Path) -> DockerfileParser:
    # The parser writes where it reads.
    shutil.copy(ROOT / "Dockerfile", tmp_path)
    return DockerfileParser(str(tmp_path))


def test_the_image_holds_what_the_product_needs_and_runs_as_nobody_much(
    dockerfile: DockerfileParser,
) -> None:
    steps = dockerfile.structure
    assert len(dockerfile.parent_images) == 3
    copied: set[str] = set()
    for step in steps:
        if step["instruction"] == "COPY" and not step["value"].startswith("--from"):
            *sources, _ = step["value"].split()
            copied |= set(sources)
    assert all((ROOT / name).exists() for name in copied), copied
    assert {"app.py", "forms", "survey_data", "reports", "datasette"} <= copied
    assert "tests" not in copied
    last = {step["instruction"]: step["value"] for step in steps}
    assert last["USER"] == "asf"
    assert "/healthz" in last["HEALTHCHECK"]
    assert dockerfile.envs.keys() <= READ | OF_PYTHON
    takes(yaml.safe_load(last["CMD"]))
    assert any("--require-hashes" in step["value"] for step in steps)


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
    return found


def test_the_compose_file_is_forms_data_caddy_and_litestream(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert services.keys() == {"forms", "data", "caddy", "litestream"}
    for name in ("forms", "data"):
        takes(services[name]["command"])
        assert services[name]["command"][2:5] == ["--only", name, "--host"]
        assert services[name]["environment"].keys() <= READ
        assert services[name]["read_only"]
        assert services[name]["cap_drop"] == ["ALL"]
        assert "ports" not in services[name], "only the proxy is reached from outside"
    volumes = {v.split(":")[0] for each in services.values() for v in each["volumes"]}
    files = {v for v in volumes if v.startswith("./")}
    assert all((ROOT / name).exists() for name in files)
    assert volumes - files == compose["volumes"].keys()
    assert services["caddy"]["environment"]["ASF_DATA"] == "data:8000"
    assert services["litestream"]["user"] == "10001:10001"
    assert "--uid 10001" in (ROOT / "Dockerfile").read_text("utf-8")


def test_docker_takes_the_compose_file() -> None:
    tool = shutil.which("docker")
    probe = [tool, "compose", "version"] if tool else ["false"]
    if subprocess.run(probe, capture_output=True, check=False).returncode != 0:
        # Read as YAML above, which is what can be done without Docker Compose.
        assert yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]
        return
    done = subprocess.run(
        [str(tool), "compose", "config", "--quiet"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_litestream_s_configuration_is_of_the_data_folder() -> None:
    found = yaml.safe_load((DEPLOY / "litestream.yml").read_text("utf-8"))
    [database] = found["dbs"]
    assert database["path"] == "${ASF_DATA_DIR}/survey.db"
    assert database["replica"]["url"] == "${ASF_REPLICA_URL}"
    waits = database["monitor-interval"], database["replica"]["sync-interval"]
    assert waits == ("200ms", "200ms"), "together less than the second that may be lost"
