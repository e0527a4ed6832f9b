"""What the upload page takes of memory and time: python3 benches/serve/figures.py target/release/fasttrack [ROWS]

Prints the memory of the server when idle, during and after a run of ROWS rows (a million without it), how long previews,
runs and the end of a cancelled run take beside the program itself, 50 uploads of 100,000 rows at once with the page asked
meanwhile, and 500 clients that never finish their request.
"""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

program, rows = os.path.abspath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
folder = tempfile.mkdtemp()
page = subprocess.Popen(
    [program, "serve"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env={**os.environ, "TMPDIR": folder}
)
address = page.stdout.readline().strip()
port = int(address.split(":")[2].split("/")[0])
headers = {"X-Fasttrack": "1"}


def ask(method, path, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    told = answer.status, answer.read(), answer.getheader("set-cookie")
    connection.close()
    return told


def timed(method, path, body=None):
    began = time.monotonic()
    status, text, _ = ask(method, path, body)
    return time.monotonic() - began, status, text


def memory():
    """Returns its own pages; with the program's and the libraries' by what others share of them; and all that are in memory."""
    lines = [line for name in ("status", "smaps_rollup") for line in open(f"/proc/{page.pid}/{name}")]
    values = dict(line.split(":", 1) for line in lines if ":" in line)
    return ", ".join(f"{key} {int(values[key].split()[0]) / 1024:.1f} MB" for key in ("RssAnon", "Pss", "VmRSS", "VmHWM"))


def roster(count):
    return b"Tenant,Plan,Paid seats\n" + b"".join(b"Contoso %d,SPE_E3,%d\n" % (row, row % 900) for row in range(count))


def upload(name, body):
    return json.loads(ask("POST", f"/api/v1/uploads?name={name}", body)[1])


def run_of(upload):
    run = json.loads(ask("POST", f"/api/v1/uploads/{upload['id']}/runs", b"{}")[1])
    while run["state"] in ("queued", "running"):
        run = json.loads(ask("GET", f"/api/v1/runs/{run['id']}?wait=20")[1])
    return run


headers["Cookie"] = ask("GET", "/" + address.split("/", 3)[3])[2].split(";")[0]
ask("GET", "/")
print("idle:", memory())
for count in (10_000, rows):
    body, path = roster(count), os.path.join(folder, f"{count}.csv")
    with open(path, "wb") as file:
        file.write(body)
    loaded = upload(f"{count}.csv", body)
    previews = [
        timed("POST", f"/api/v1/uploads/{loaded['id']}/preview", json.dumps({"settings": {"tenant": str(go)}}))[0]
        for go in range(3)
    ]
    began = time.monotonic()
    subprocess.run([program, "annotate", path, "-q", "-o", os.path.join(folder, "out.xlsx")])
    alone = time.monotonic() - began
    began = time.monotonic()
    run = run_of(loaded)
    took = time.monotonic() - began
    print(f"{count:,} rows: preview {min(previews):.3f} s, {run['state']} after {took:.2f} s, program {alone:.2f} s;", memory())
    if count == rows:
        run = json.loads(ask("POST", f"/api/v1/uploads/{loaded['id']}/runs", b"{}")[1])
        while json.loads(ask("GET", f"/api/v1/runs/{run['id']}")[1])["state"] != "running":
            time.sleep(0.05)
        print(f"cancel: {timed('DELETE', '/api/v1/runs/' + run['id'])[0]:.3f} s")
    ask("DELETE", f"/api/v1/uploads/{loaded['id']}")

body, states, asked, is_over = roster(min(100_000, rows)), [], [], threading.Event()


def visit():
    while not is_over.is_set():
        asked.append(timed("GET", "/")[0])
        time.sleep(0.05)


visitor = threading.Thread(target=visit)
visitor.start()
began = time.monotonic()
users = [
    threading.Thread(target=lambda name=name: states.append(run_of(upload(f"{name}.csv", body))["state"])) for name in range(50)
]
for user in users:
    user.start()
for user in users:
    user.join()
is_over.set()
visitor.join()
print(f"50 uploads: {states.count('done')} done after {time.monotonic() - began:.1f} s; the page answered within "
      f"{max(asked) * 1000:.0f} ms, 19 of 20 within {sorted(asked)[len(asked) * 19 // 20] * 1000:.0f} ms;", memory())
time.sleep(3)
print("after:", memory())
slow = [socket.create_connection(("127.0.0.1", port)) for _ in range(500)]
for client in slow:
    client.sendall(b"GET / HTTP/1.1\r\nHost: ")
print(f"500 slow clients: the page answered within {max(timed('GET', '/')[0] for _ in range(20)) * 1000:.0f} ms;", memory())
page.send_signal(signal.SIGTERM)
print("code", page.wait(30), "left:", [name for name in os.listdir(folder) if name.startswith("fasttrack")])
