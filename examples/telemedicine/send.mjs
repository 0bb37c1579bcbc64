#!/usr/bin/env node
// A teleconsultation to the gateway with Node's own library; see README.md beside this file.
//     send.mjs URL CERTIFICATE KEY CA MESSAGE CURP
import { readFileSync } from "node:fs";
import https from "node:https";

if (process.argv.length !== 8) {
  console.error("usage: send.mjs URL CERTIFICATE KEY CA MESSAGE CURP");
  process.exit(2);
}
const [url, certificate, key, ca, message, curp] = process.argv.slice(2);
// Node 18 tries only the first address of a name; a gateway may listen on the other.
const agent = new https.Agent({
  autoSelectFamily: true,
  cert: readFileSync(certificate),
  key: readFileSync(key),
  ca: readFileSync(ca),
});

const post = (path, body, headers) =>
  new Promise((resolve, reject) => {
    const request = https.request(url + path, { method: "POST", agent, headers }, (answer) => {
      const parts = [];
      answer.on("data", (part) => parts.push(part));
      answer.on("end", () =>
        answer.statusCode < 300
          ? resolve({ headers: answer.headers, body: JSON.parse(Buffer.concat(parts)) })
          : reject(new Error(`${path}: ${answer.statusCode}`)),
      );
    });
    request.on("error", reject);
    request.end(body);
  });

const search = async (type, purpose, why, parameters = {}) => {
  const form = new URLSearchParams({
    "patient.identifier": `urn:oid:2.16.840.1.113883.4.629|${curp}`,
    ...parameters,
  });
  const headers = {
    "Content-Type": "application/x-www-form-urlencoded",
    "Exchange-Purpose": purpose,
    "Exchange-Justification": why,
  };
  return (await post(`/fhir/${type}/_search`, form.toString(), headers)).body.entry ?? [];
};

// 1. The consultation is a submission: its receipt comes in the header, its evidence stays.
const sent = await post("/fhir/$process-message", readFileSync(message), {
  "Content-Type": "application/fhir+json",
});
console.log("exchange", sent.headers["exchange-id"]);

// 2. Reading says for what and why. The CURP goes in the body, not in a URL.
const found = await search("Encounter", "TREAT", "seguimiento de teleconsulta", { class: "VR" });
if (found[0]?.resource.class.code !== "VR") throw new Error("no virtual encounter");
console.log("encounter VR");

// 3. What this institution did with the record is in the audit.
if ((await search("AuditEvent", "HOPERAT", "control interno")).length === 0) {
  throw new Error("not audited");
}
console.log("audited");
