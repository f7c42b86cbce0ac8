import { wordHint } from '../words/nearest-word.ts';
import { ledgerRole } from './ledger-role.ts';
import { capturesAsked } from './target-capture.ts';
import { templateNames } from '../words/template.ts';
import type { LedgerRole } from '../plan.ts';
import type { TargetFile } from './target.ts';
import { watchFindings } from './watch-findings.ts';
import type { Finding } from '../source/yaml-document.ts';

/** What no single part of a target shows: a ledger that nobody writes, a bucket that nobody creates. */
export function targetFindings(target: TargetFile): Finding[] {
  return [
    ...addressFindings(target),
    ...stepFindings(target),
    ...listFindings(target),
    ...bucketFindings(target),
    ...watchFindings(target),
  ];
}

function addressFindings({ command, url, replicas }: TargetFile): Finding[] {
  if (replicas > 1 && command === undefined) {
    return [
      { path: ['replicas'], message: 'only a target that Gameday starts can have replicas', hint: 'add command' },
    ];
  }
  if (replicas > 1 && url !== undefined && !url.includes('${PORT}')) {
    const hint = 'write http://127.0.0.1:${PORT}, and let the app listen on PORT';
    return [{ path: ['url'], message: 'each replica needs a port of its own', hint }];
  }
  if (command !== undefined) return [];
  if (url === undefined) {
    return [{ path: [], message: 'has neither a command that starts the app nor a url where it runs' }];
  }
  if (!url.includes('${')) return [];
  return [{ path: ['url'], message: 'nothing fills this in where no command is given', hint: 'write the port' }];
}

function stepFindings(target: TargetFile): Finding[] {
  const findings: Finding[] = [];
  const { workload } = target;
  if (workload !== undefined && (workload.steps === undefined) === (workload.har === undefined)) {
    return [{ path: ['workload'], message: 'needs either steps or a har file' }];
  }
  const steps = workload?.steps ?? [];
  const roles = steps.map(({ class: its, request, new: given }) =>
    request === undefined ? 'none' : ledgerRole(its, request.method, request.path, given !== undefined),
  );
  const captured = steps.flatMap((step) => Object.keys(step.capture));
  const seen = new Set<string>();
  for (const [index, step] of steps.entries()) {
    const path = ['workload', 'steps', index];
    if (seen.has(step.id))
      findings.push({ path: [...path, 'id'], message: `another step is named "${step.id}" already` });
    seen.add(step.id);
    const need = NEEDS[roles[index] ?? 'none'];
    if (need !== undefined && !roles.includes(need.role)) {
      findings.push({ path: [...path, 'request'], message: need.message, hint: need.hint });
    }
    for (const name of textsOf(step).flatMap(capturesAsked)) {
      if (captured.includes(name)) continue;
      const hint = wordHint(name, captured) ?? 'add capture to the step whose answer has it';
      findings.push({ path: [...path, 'request'], message: `no step captures "${name}"`, hint });
    }
  }
  return [...findings, ...journeyFindings(target)];
}

/** In a list, ids of the app's own look like anything: only a regular expression tells them. */
function listFindings({ workload, audit }: TargetFile): Finding[] {
  const list = audit?.list;
  if (list === undefined || list.pattern !== null) return [];
  const marked = ({ request }: NonNullable<NonNullable<typeof workload>['steps']>[number]): boolean =>
    request?.body !== undefined && 'text' in request.body && templateNames(request.body.text).includes('entry');
  const step = workload?.steps?.find((one) => one.new !== undefined && !marked(one));
  if (step === undefined) return [];
  const message = `the app gives the ids of "${step.id}", and nothing says how they look in the list`;
  return [{ path: ['audit', 'list'], message, hint: `list: {request: GET ${list.path}, regex: '"id":"([^"]+)"'}` }];
}

const write = (name: string): string => `add a step of class write with \${${name}} in its path`;
const writeNew = `${write('new')}, or with new: {json: id} where the app gives the id`;

/** What must be there before a step makes sense. */
const NEEDS: Readonly<
  Partial<Record<LedgerRole, { readonly role: LedgerRole; readonly message: string; readonly hint: string }>>
> = {
  reads: { role: 'writes', message: 'reads ${known}, but no step writes a new entry', hint: writeNew },
  deletes: { role: 'writes', message: 'deletes ${known}, but no step writes a new entry', hint: writeNew },
  'reads-deleted': {
    role: 'deletes',
    message: 'reads ${deleted}, but no step deletes',
    hint: 'add a step of class write: DELETE with ${known} in its path',
  },
  'reads-register': {
    role: 'overwrites',
    message: 'reads a ${register}, but no step writes one',
    hint: write('register'),
  },
  'reads-counter': { role: 'adds', message: 'reads a ${counter}, but no step adds to one', hint: write('counter') },
  'reads-log': { role: 'appends', message: 'reads a ${log}, but no step appends to one', hint: write('log') },
};

function journeyFindings({ workload }: TargetFile): Finding[] {
  const ids = (workload?.steps ?? []).map(({ id }) => id);
  const journeys = workload?.journeys ?? [];
  const names = journeys.map(({ id }) => id);
  const findings: Finding[] = [];
  for (const [index, { id, steps }] of journeys.entries()) {
    const path = ['workload', 'journeys', index];
    if (names.indexOf(id) < index || ids.includes(id)) {
      findings.push({ path: [...path, 'id'], message: `another journey or step is named "${id}" already` });
    }
    for (const [at, step] of steps.entries()) {
      if (ids.includes(step)) continue;
      const message = `no step is named "${step}"`;
      findings.push({ path: [...path, 'steps', at], message, hint: wordHint(step, ids) });
    }
  }
  return findings;
}

function textsOf({ request }: NonNullable<NonNullable<TargetFile['workload']>['steps']>[number]): string[] {
  if (request === undefined) return [];
  const body = request.body !== undefined && 'text' in request.body ? [request.body.text] : [];
  return [request.path, ...Object.values(request.headers), ...body];
}

function bucketFindings(target: TargetFile): Finding[] {
  const findings: Finding[] = [];
  const names = target.buckets.map((bucket) => (typeof bucket === 'string' ? bucket : bucket.name));
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) < index) findings.push({ path: ['buckets', index], message: `"${name}" is listed twice` });
  }
  const s3 = target.audit?.s3;
  const several = Array.isArray(s3);
  for (const [index, { bucket }] of (s3 === undefined ? [] : several ? s3 : [s3]).entries()) {
    if (names.includes(bucket)) continue;
    const path = ['audit', 's3', ...(several ? [index] : []), 'bucket'];
    findings.push({ path, message: `"${bucket}" is not among the buckets`, hint: 'list it under buckets' });
  }
  return findings;
}
