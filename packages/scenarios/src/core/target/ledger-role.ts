import type { LedgerRole } from '../plan.ts';
import { templateNames } from '../words/template.ts';

/** What a request is to the ledger. @param isGivenId whether its answer has the id of a new entry */
export function ledgerRole(stepClass: string, method: string, path: string, isGivenId: boolean): LedgerRole {
  const names = templateNames(path);
  const write = stepClass === 'write';
  if (names.includes('new') || (isGivenId && names.every((name) => name.startsWith('capture.')))) return 'writes';
  if (names.includes('known')) return method === 'DELETE' ? 'deletes' : 'reads';
  if (names.includes('deleted')) return 'reads-deleted';
  if (names.includes('register')) return write ? 'overwrites' : 'reads-register';
  if (names.includes('counter')) return write ? 'adds' : 'reads-counter';
  if (names.includes('log')) return write ? 'appends' : 'reads-log';
  return 'none';
}

interface LedgerStep {
  readonly class: string;
  readonly new?: unknown;
  readonly collection?: string | undefined;
  readonly value?: unknown;
  readonly adds?: number | undefined;
  readonly expect: { readonly body: unknown };
}

interface LedgerRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: { readonly random: number } | { readonly text: string } | undefined;
}

/** What a step cannot be to the ledger. */
export function ledgerProblems(step: LedgerStep, request: LedgerRequest): { path: string[]; message: string }[] {
  const names = templateNames(request.path);
  const isGivenId = step.new !== undefined;
  const role = ledgerRole(step.class, request.method, request.path, isGivenId);
  const problems: { path: string[]; message: string }[] = [];
  const must = (holds: boolean, path: string[], message: string): void => {
    if (!holds) problems.push({ path, message });
  };
  const write = step.class === 'write';
  const { body } = request;
  if (role === 'writes')
    must(write, ['class'], `the step writes a new entry, so its class is write, not ${step.class}`);
  if (role === 'deletes') must(write, ['class'], `the step deletes, so its class is write, not ${step.class}`);
  if (role === 'reads') {
    must(
      !write,
      ['class'],
      '${known} is for steps of class read, or DELETE: what is acknowledged is never overwritten',
    );
  }
  if (role === 'reads-deleted') must(!write, ['class'], '${deleted} is for steps of class read');
  if (role === 'writes' && !isGivenId) {
    must(
      body !== undefined,
      ['request'],
      'writes ${new} without a body: nothing could be read back; add body: {random: 16KB}',
    );
  }
  const isOfSet = ['writes', 'reads', 'deletes', 'reads-deleted'].includes(role);
  must(
    step.collection === undefined || isOfSet,
    ['collection'],
    'is for steps with ${new}, ${known} or ${deleted} in their path, or with new:',
  );
  if (isGivenId) {
    const about = names.find((name) => !name.startsWith('capture.'));
    const who = about === 'new' ? 'either the path has the id, or the answer' : 'new: is for writes of new entries';
    must(about === undefined, ['new'], `the path is about \${${about}}: ${who}`);
  }
  if (role === 'overwrites' || role === 'appends' || (role === 'writes' && isGivenId)) {
    const told = body !== undefined && ('random' in body || templateNames(body.text).includes('entry'));
    must(told, ['request'], 'every write must be another: add body: {random: 1KB}, or a text with ${entry}');
  }
  must(
    names.includes('offset') === (role === 'reads-log'),
    ['request'],
    'only reads of a ${log} have an ${offset}, and they must',
  );
  must(step.adds === undefined || role === 'adds', ['adds'], 'is for steps of class write with ${counter}');
  const told = ['reads', 'reads-register', 'reads-counter', 'reads-log', 'appends'].includes(role);
  must(step.value === undefined || told, ['value'], 'is for reads of the ledger, and for appends to a ${log}');
  const known = role === 'reads' || role === 'reads-register' || role === 'reads-log';
  must(
    step.expect.body !== 'entry' || known,
    ['expect', 'body'],
    'expects an entry, but the path has no ${known} to say which',
  );
  return problems;
}
