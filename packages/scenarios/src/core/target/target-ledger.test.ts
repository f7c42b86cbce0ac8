import { test } from 'tap';
import { formatProblem, InputError } from '../source/input-error.ts';
import { parseTarget } from './parse-target.ts';
import { parseYaml } from '../source/yaml-document.ts';

/** The lines that a person would read. */
function target(text: string): readonly string[] {
  try {
    parseTarget(parseYaml(text, 'chaos.yaml'));
  } catch (error) {
    if (error instanceof InputError) return error.problems.map(formatProblem);
    throw error;
  }
  return [];
}

const steps = (...lines: readonly string[]): string =>
  `name: x\ncommand: node x\nworkload:\n  rate: 1/s\n  steps:\n${lines.map((line) => `    - ${line}\n`).join('')}`;

test('what the ledger cannot keep is refused', (t) => {
  const refused = (line: string) => target(steps(line, '{id: b, class: control, request: GET /}')).join('\n');
  t.match(refused('{id: a, class: write, request: "PUT /x/${register}"}'), /every write must be another/);
  t.match(refused('{id: a, class: write, request: {method: POST, path: "/l/${log}", body: {text: same}}}'), /another/);
  t.match(
    refused('{id: a, class: read, request: "GET /l/${log}"}'),
    /only reads of a \$\{log\} have an \$\{offset\}, and they must/,
  );
  t.match(
    refused('{id: a, class: read, request: "GET /c/${counter}"}'),
    /reads a \$\{counter\}, but no step adds to one/,
  );
  t.match(refused('{id: a, class: read, request: "GET /x/${deleted}"}'), /reads \$\{deleted\}, but no step deletes/);
  t.match(refused('{id: a, class: read, request: "DELETE /x/${known}"}'), /deletes, so its class is write/);
  t.match(refused('{id: a, class: read, request: GET /, adds: 2}'), /adds: is for steps of class write with/);
  t.match(refused('{id: a, class: read, request: GET /, value: {json: a}}'), /value: is for reads of the ledger/);
  const journey = 'name: x\ncommand: node x\nworkload:\n  rate: 1/s\n  journeys: [{id: a, steps: [bb, c]}]\n';
  t.match(target(`${journey}  steps: [{id: a, class: read, request: GET /}, {id: b, class: read, request: GET /}]`), [
    /journeys\[0\]\.id: another journey or step is named "a"/,
    /journeys\[0\]\.steps\[0\]: no step is named "bb"; there is a, b/,
    /no step is named "c"/,
  ]);
  t.end();
});

test('what a target promises, and how it is weighed', (t) => {
  const promised = (text: string) => parseTarget(parseYaml(`name: x\ncommand: node x\n${text}`, 'chaos.yaml'));
  t.same(promised('slo: { availability: { read: 99.9 %, write: 0.95 }, latency: { read: { p99.9: 2s } } }').slo, {
    availability: { read: 0.999, write: 0.95 },
    latency: { read: { percentile: 99.9, ms: 2_000 } },
  });
  t.equal(promised('').slo, null);
  t.same(promised('weights: { durability: 30, latency: 0 }').weights, { durability: 30, latency: 0 });
  const refused = (text: string) => target(`name: x\ncommand: node x\n${text}`).join('\n');
  t.match(
    refused('slo: { availability: { read: 100 % } }'),
    /slo\.availability\.read: must be a share above 0 and below 1/,
  );
  t.match(refused('slo: { availability: { raed: 0.9 } }'), /raed/);
  t.match(refused('slo: { latency: { read: { p100: 2s } } }'), /one percentile below 100/);
  t.match(refused('slo: { latency: { read: { p99: 2s, p50: 1s } } }'), /one percentile below 100/);
  t.match(refused('weights: { durabilty: 3 }'), /weights\.durabilty: no such field/);
  t.end();
});
