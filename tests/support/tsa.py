#!/ usr / bin / env python3
"""A time-stamp authority for tests: openssl ts behind a plain HTTP door on loopback.

    tsa.py FOLDER [PORT]

Makes root, intermediate and signer in FOLDER unless they are there, writes FOLDER/port when it listens, and answers
POSTs of application/timestamp-query. While FOLDER/away stands it answers 503.
"""
import http.server
import os
import subprocess
import sys

CONFIG = """
[req]
distinguished_name = name
prompt = no
[name]
CN = {name}
[ca]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
[signer]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/signer.pem
certs = {folder}/middle.pem
signer_key = {folder}/signer.key
signer_digest = sha256
default_policy = 1.2.3.4.1
other_policies = 1.2.3.4.5
digests = sha256
accuracy = secs:1
ess_cert_id_chain = yes
ess_cert_id_alg = sha256
"""


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


def make(folder):
    """root -> middle -> signer, and the configuration of openssl ts."""

    def config(name):
        path = f"{folder}/{name}.cnf"
        with open(path, "w", encoding="utf-8") as file:
            file.write(CONFIG.format(name=name, folder=folder))
        return path

    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    openssl("req", "-x509", *key, "-keyout", f"{folder}/root.key", "-out", f"{folder}/root.pem", "-days", "3650",
            "-config", config("root"), "-extensions", "ca")
    for name, issuer, extensions in (("middle", "root", "ca"), ("signer", "middle", "signer")):
        openssl("req", *key, "-keyout", f"{folder}/{name}.key", "-out", f"{folder}/{name}.csr", "-config", config(name))
        openssl("x509", "-req", "-in", f"{folder}/{name}.csr", "-CA", f"{folder}/{issuer}.pem", "-CAkey",
                f"{folder}/{issuer}.key", "-CAcreateserial", "-days", "3650", "-out", f"{folder}/{name}.pem", "-extfile",
                config(name), "-extensions", extensions)
    config("tsa")
    with open(f"{folder}/serial", "w", encoding="utf-8") as file:
        file.write("01\n")


class Door(http.server.BaseHTTPRequestHandler):
    folder = ""

    def do_POST(self):
        query = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        if os.path.exists(f"{self.folder}/away") or self.headers.get("Content-Type") != "application/timestamp-query":
            self.send_error(503)
            return
        with open(f"{self.folder}/query", "wb") as file:
            file.write(query)
        openssl("ts", "-reply", "-config", f"{self.folder}/tsa.cnf", "-queryfile", f"{self.folder}/query", "-out",
                f"{self.folder}/reply")
        with open(f"{self.folder}/reply", "rb") as file:
            reply = file.read()
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    def log_message(self, *arguments):
        pass


def main():
    folder = os.path.abspath(sys.argv[1])
    os.makedirs(folder, exist_ok=True)
    if not os.path.exists(f"{folder}/tsa.cnf"):
        make(folder)
    Door.folder = folder
    server = http.server.HTTPServer(("127.0.0.1", int(sys.argv[2]) if len(sys.argv) > 2 else 0), Door)
    with open(f"{folder}/port.new", "w", encoding="utf-8") as file:
        file.write(str(server.server_port))
    os.rename(f"{folder}/port.new", f"{folder}/port")
    server.serve_forever()


main()
