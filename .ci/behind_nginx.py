"""Puts a page behind nginx, configured as docs/serve.md says, and looks whether each user sees their own.

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

program, document, work = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]).resolve()
shutil.rmtree(work, ignore_errors=True)
work.mkdir(parents=True)


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class SignIn(http.server.BaseHTTPRequestHandler):
    """Says who is signed in, as oauth2-proxy does."""

    def do_GET(self):
        user = re.search(r"signed-in=(\w+)", self.headers.get("Cookie", ""))
        self.send_response(202 if user else 401)
        if user:
            self.send_header("X-Auth-Request-Email", f"{user[1]}@contoso.example")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


sign_in = http.server.ThreadingHTTPServer(("127.0.0.1", 0), SignIn)
threading.Thread(target=sign_in.serve_forever, daemon=True).start()
port, page_socket = free_port(), work / "page.socket"

# The example as it is, but for what belongs to another machine: certificate, ports, the socket's place.
example = re.search(r"```nginx\n(.*?)```", document.read_text(), re.S)[1]
for old, new in [
    ("listen 443 ssl;", f"listen 127.0.0.1:{port};"),
    ("    ssl_certificate /etc/ssl/fasttrack.pem;\n", ""),
    ("    ssl_certificate_key /etc/ssl/fasttrack.key;\n", ""),
    ("http://127.0.0.1:4180", f"http://127.0.0.1:{sign_in.server_port}"),
    ("/run/fasttrack/page.socket", str(page_socket)),
]:
    assert old in example, old
    example = example.replace(old, new)
(work / "nginx.conf").write_text(
    f"pid {work}/nginx.pid;\nerror_log {work}/error.log;\nevents {{}}\nhttp {{\naccess_log off;\n"
    + "".join(
        f"{kind}_temp_path {work}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    + example
    + "}\n"
)
# nginx drops its rights; the socket is for the page's user and group, so both are the same here.
nginx_flags = ["-p", str(work), "-c", str(work / "nginx.conf"), "-g", "daemon off;" + (" user root;" if os.getuid() == 0 else "")]
subprocess.run(["nginx", "-t", *nginx_flags], check=True, capture_output=True)
public = "https://fasttrack.contoso.example"
page = subprocess.Popen(
    [program, "serve", "--behind-proxy", "--user-header", "X-Forwarded-User", "--public", public, "--socket", page_socket],
    stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "TMPDIR": str(work)},
)
assert page.stdout.readline().strip() == public
nginx = subprocess.Popen(["nginx", *nginx_flags])


def ask(user, method, path, body=None, **more):
    headers = {"Host": "fasttrack.contoso.example", "X-Fasttrack": "1", **more}
    if user:
        headers["Cookie"] = f"signed-in={user}"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    return answer.status, answer.read()


def told(answer, status=200):
    assert answer[0] == status, answer
    return json.loads(answer[1])


try:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            break
        except OSError:
            time.sleep(0.1)
    assert ask(None, "GET", "/api/v1")[0] == 401, "nobody is signed in"
    assert told(ask("west", "GET", "/api/v1"))["user"] == "west@contoso.example"
    forged = {"X-Forwarded-User": "east@contoso.example"}
    assert told(ask("west", "GET", "/api/v1", **forged))["user"] == "west@contoso.example"
    assert ask(None, "GET", "/api/v1", **forged)[0] == 401
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
    print(f"behind nginx: {upload['bytes']:,} bytes up, {len(body):,} bytes down, each user sees their own")
finally:
    nginx.send_signal(signal.SIGTERM)
    page.send_signal(signal.SIGTERM)
    nginx.wait(20)
    assert page.wait(20) == 0, page.stderr.read()
