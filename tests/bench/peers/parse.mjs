// How fast Medplum's parser of HL7 v2 is, warm, one thread; it parses and maps nothing.
// Usage: parse.mjs SECONDS LIST      LIST: names of message files, one a line
import { Hl7Message } from '@medplum/core';
import { readFileSync } from 'node:fs';

const [seconds, list] = process.argv.slice(2);
const messages = readFileSync(list, 'utf8').trim().split('\n').map((name) => readFileSync(name, 'utf8'));
const go = () => {
  const end = performance.now() + 1000 * Number(seconds);
  let rounds = 0;
  do {
    for (const message of messages) Hl7Message.parse(message);
    ++rounds;
  } while (performance.now() < end);
  return rounds;
};
go();
const begin = performance.now();
const rounds = go();
console.log(((rounds * messages.length) / ((performance.now() - begin) / 1000)).toFixed(1));
