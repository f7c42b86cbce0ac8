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
    ...collectionFindings(target),
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
    const { collection } = step;
    const isMet = roles.some((role, at) => role === need?.role && steps[at]?.collection === collection);
    if (need !== undefined && !isMet) {
      const where = collection === undefined ? '' : ` in the collection "${collection}"`;
      findings.push({ path: [...path, 'request'], message: `${need.message}${where}`, hint: need.hint });
    }
    for (const name of textsOf(step).flatMap(capturesAsked)) {
      if (captured.includes(name)) continue;
      const hint = wordHint(name, captured) ?? 'add capture to the step whose answer has it';
      findings.push({ path: [...path, 'request'], message: `no step captures "${name}"`, hint });
    }
  }
  return [...findings, ...journeyFindings(target)];
}

/** The audit of the collection without a name, and of each that has one, with where it stands. */
function membersAudits({ audit }: TargetFile) {
  if (audit === undefined) return [];
  return [
    { collection: undefined, path: ['audit'], audit },
    ...Object.entries(audit.collections).map(([collection, its]) => ({
      collection,
      path: ['audit', 'collections', collection],
      audit: its,
    })),
  ];
}

/** What is read back of a collection to which no step writes, or that it cannot hold. */
function collectionFindings(target: TargetFile): Finding[] {
  const names = [...new Set((target.workload?.steps ?? []).flatMap(({ collection }) => collection ?? []))];
  const named = membersAudits(target).filter(({ collection }) => collection !== undefined);
  return named.flatMap(({ collection = '', path, audit }): Finding[] => {
    if (!names.includes(collection)) {
      const hint = wordHint(collection, names) ?? `add collection: ${collection} to the steps that write and read it`;
      return [{ path, message: `no step has the collection "${collection}"`, hint, at: 'key' }];
    }
    if ([audit.s3 ?? []].flat().every(({ key }) => !templateNames(key).includes('register'))) return [];
    return [{ path: [...path, 's3'], message: 'registers are of no collection', hint: 'move it to audit.s3' }];
  });
}

/** In a list, ids of the app's own look like anything: only a regular expression tells them. */
const listFindings = (target: TargetFile): Finding[] =>
  membersAudits(target).flatMap(({ collection, path, audit }) => listFinding(target, collection, path, audit.list));

function listFinding(
  { workload }: TargetFile,
  collection: string | undefined,
  at: readonly string[],
  list: NonNullable<TargetFile['audit']>['list'],
): Finding[] {
  if (list === undefined || list.pattern !== null) return [];
  const marked = ({ request }: NonNullable<NonNullable<typeof workload>['steps']>[number]): boolean =>
    request?.body !== undefined && 'text' in request.body && templateNames(request.body.text).includes('entry');
  const step = workload?.steps?.find((one) => one.new !== undefined && one.collection === collection && !marked(one));
  if (step === undefined) return [];
  const message = `the app gives the ids of "${step.id}", and nothing says how they look in the list`;
  return [{ path: [...at, 'list'], message, hint: `list: {request: GET ${list.path}, regex: '"id":"([^"]+)"'}` }];
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
  for (const { path: at, audit } of membersAudits(target)) {
    for (const [index, { bucket }] of [audit.s3 ?? []].flat().entries()) {
      if (names.includes(bucket)) continue;
      const path = [...at, 's3', ...(Array.isArray(audit.s3) ? [index] : []), 'bucket'];
      findings.push({ path, message: `"${bucket}" is not among the buckets`, hint: 'list it under buckets' });
    }
  }
  return findings;
}
