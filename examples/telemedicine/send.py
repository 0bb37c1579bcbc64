#!/usr/bin/env python3
"""A teleconsultation to the gateway with Python's own library; see README.md beside this file.

    send.py URL CERTIFICATE KEY CA MESSAGE CURP
"""
import json
import ssl
import sys
import urllib.parse
import urllib.request

CURP_SYSTEM = "urn:oid:2.16.840.1.113883.4.629"


def main(url, certificate, key, ca, message, curp):
    tls = ssl.create_default_context(cafile=ca)
    tls.load_cert_chain(certificate, key)

    def post(path, body, headers):
        request = urllib.request.Request(url + path, body, headers)
        with urllib.request.urlopen(request, context=tls) as answer:
            return answer.headers, json.load(answer)

    def search(kind, purpose, reason, **parameters):
        parameters["patient.identifier"] = f"{CURP_SYSTEM}|{curp}"
        headers = {"Exchange-Purpose": purpose, "Exchange-Justification": reason}
        body = urllib.parse.urlencode(parameters).encode()
        return post(f"/fhir/{kind}/_search", body, headers)[1].get("entry", [])

    # 1. The consultation is a submission: its receipt comes in the header, its evidence stays.
    with open(message, "rb") as file:
        headers, _ = post("/fhir/$process-message", file.read(), {"Content-Type": "application/fhir+json"})
    print("exchange", headers["Exchange-Id"])

    # 2. Reading says for what and why. The CURP goes in the body, not in a URL.
    found = search("Encounter", "TREAT", "seguimiento de teleconsulta", **{"class": "VR"})
    if not found or found[0]["resource"]["class"]["code"] != "VR":
        sys.exit("no virtual encounter")
    print("encounter VR")

    # 3. What this institution did with the record is in the audit.
    if not search("AuditEvent", "HOPERAT", "control interno"):
        sys.exit("not audited")
    print("audited")


if __name__ == "__main__":
    if len(sys.argv) != 7:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    main(*sys.argv[1:])
