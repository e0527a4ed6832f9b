"""Puts a page behind nginx or Caddy, configured as docs/serve.md says, and looks whether each user sees their own.

usage: python3 .ci/behind_proxy.py nginx|caddy FASTTRACK docs/serve.md WORK

What signs people in is played by a few lines here: it takes the user from a cookie.
"""

import http.client
import http.server
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

kind, program, document, work = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3]), pathlib.Path(sys.argv[4]).resolve()
shutil.rmtree(work, ignore_errors=True)
work.mkdir(parents=True)
host = "fasttrack.contoso.example"


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class SignIn(http.server.BaseHTTPRequestHandler):
    """Says who is signed in, as oauth2-proxy does."""

    def do_GET(self):
        user = re.search(r"signed-in=(\w+)", self.headers.get("Cookie", ""))
        self.send_response(202 if user else 401)
        # Somebody may be signed in who has no address.
        if user and user[1] != "nobody":
            self.send_header("X-Auth-Request-Email", f"{user[1]}@contoso.example")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


sign_in = http.server.ThreadingHTTPServer(("127.0.0.1", 0), SignIn)
threading.Thread(target=sign_in.serve_forever, daemon=True).start()
port, page_socket = free_port(), work / "page.socket"


def example(language, changes):
    """The example as it is, but for what belongs to another machine: certificate, ports, the socket's place."""
    text = re.search(rf"```{language}\n(.*?)```", document.read_text(), re.S)[1]
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text


def nginx():
    server = example("nginx", [
        ("listen 443 ssl;", f"listen 127.0.0.1:{port};"),
        ("    ssl_certificate /etc/ssl/fasttrack.pem;\n", ""),
        ("    ssl_certificate_key /etc/ssl/fasttrack.key;\n", ""),
        ("http://127.0.0.1:4180", f"http://127.0.0.1:{sign_in.server_port}"),
        ("/run/fasttrack/page.socket", str(page_socket)),
    ])
    kept = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    (work / "nginx.conf").write_text(
        f"pid {work}/nginx.pid;\nerror_log {work}/error.log;\nevents {{}}\nhttp {{\naccess_log off;\n"
        + "".join(f"{kind}_temp_path {work}/{kind};\n" for kind in kept) + server + "}\n"
    )
    # nginx drops its rights; the socket is for the page's user and group, so both are the same here.
    user = " user root;" if os.getuid() == 0 else ""
    command = ["nginx", "-p", str(work), "-c", str(work / "nginx.conf"), "-g", "daemon off;" + user]
    subprocess.run([*command, "-t"], check=True)
    return command


def caddy():
    site = example("caddy", [
        (f"{host} {{", f"http://{host}:{port} {{\n    bind 127.0.0.1"),
        ("127.0.0.1:4180", f"127.0.0.1:{sign_in.server_port}"),
        ("/run/fasttrack/page.socket", str(page_socket)),
    ])
    (work / "Caddyfile").write_text("{\n    admin off\n}\n" + site)
    os.environ["XDG_DATA_HOME"] = os.environ["XDG_CONFIG_HOME"] = str(work)
    options = ["--config", str(work / "Caddyfile"), "--adapter", "caddyfile"]
    subprocess.run(["caddy", "validate", *options], check=True, stderr=subprocess.DEVNULL)
    return ["caddy", "run", *options]


command = {"nginx": nginx, "caddy": caddy}[kind]()
public = f"https://{host}"
page = subprocess.Popen(
    [program, "serve", "--behind-proxy", "--user-header", "X-Forwarded-User", "--public", public, "--socket", page_socket],
    stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "TMPDIR": str(work)},
)
assert page.stdout.readline().strip() == public
proxy = subprocess.Popen(command, stderr=open(work / "said.log", "w"))


def ask(user, method, path, body=None, **more):
    headers = {"Host": host, "X-Fasttrack": "1", **more}
    if user:
        headers["Cookie"] = f"signed-in={user}"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    return answer.status, answer.read()


def told(answer, status=200):
    assert answer[0] == status, answer
    return json.loads(answer[1])


# nginx shows the page for signing in where something was asked for, Caddy leads to it.
signs_in = {"nginx": 401, "caddy": 302}[kind]
try:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            break
        except OSError:
            time.sleep(0.1)
    assert ask(None, "GET", "/api/v1")[0] == signs_in, "nobody is signed in"
    assert told(ask("west", "GET", "/api/v1"))["user"] == "west@contoso.example"
    forged = {"X-Forwarded-User": "east@contoso.example"}
    assert told(ask("west", "GET", "/api/v1", **forged))["user"] == "west@contoso.example"
    assert ask(None, "GET", "/api/v1", **forged)[0] == signs_in
    unnamed = ask("nobody", "GET", "/api/v1", **forged)
    assert unnamed[0] in (401, 403), f"a name that a client sends counts: {unnamed}"
    # More than nginx takes without being told, and more than it keeps in memory.
    rows = b"".join(b"Contoso %d,SPE_E3,480\n" % row for row in range(200_000))
    upload = told(ask("west", "POST", "/api/v1/uploads?name=roster.csv", b"Tenant,Plan,Paid seats\n" + rows), 201)
    origin = {"Origin": public, "Sec-Fetch-Site": "same-origin"}
    run = told(ask("west", "POST", f"/api/v1/uploads/{upload['id']}/runs", b"{}", **origin), 202)
    while run["state"] in ("queued", "running"):
        run = told(ask("west", "GET", f"/api/v1/runs/{run['id']}?wait=20"))
    assert run["state"] == "done", run
    workbook = f"/api/v1/runs/{run['id']}/files/workbook"
    status, body = ask("west", "GET", workbook)
    assert (status, len(body)) == (200, run["files"][0]["bytes"])
    assert ask("east", "GET", workbook)[0] == 404
    assert told(ask("east", "GET", "/api/v1/uploads")) == {"uploads": []}
    other = {"Origin": "https://evil.example"}
    assert ask("west", "DELETE", f"/api/v1/uploads/{upload['id']}", **other)[0] == 403
    print(f"behind {kind}: {upload['bytes']:,} bytes up, {len(body):,} bytes down, each user sees their own")
finally:
    proxy.send_signal(signal.SIGTERM)
    page.send_signal(signal.SIGTERM)
    proxy.wait(20)
    assert page.wait(20) == 0, page.stderr.read()
