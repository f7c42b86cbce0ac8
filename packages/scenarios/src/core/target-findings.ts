import { wordHint } from './nearest-word.ts';
import { capturesAsked } from './target-step.ts';
import type { TargetFile } from './target.ts';
import { templateNames } from './template.ts';
import { watchFindings } from './watch-findings.ts';
import type { Finding } from './yaml-document.ts';

/** What no single part of a target shows: a ledger that nobody writes, a bucket that nobody creates. */
export function targetFindings(target: TargetFile): Finding[] {
  return [...addressFindings(target), ...stepFindings(target), ...bucketFindings(target), ...watchFindings(target)];
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
  const pathOf = (step: (typeof steps)[number]): string => step.request?.path ?? '';
  const writes = steps.some((step) => templateNames(pathOf(step)).includes('new'));
  const captured = steps.flatMap((step) => Object.keys(step.capture));
  const seen = new Set<string>();
  for (const [index, step] of steps.entries()) {
    const path = ['workload', 'steps', index];
    if (seen.has(step.id))
      findings.push({ path: [...path, 'id'], message: `another step is named "${step.id}" already` });
    seen.add(step.id);
    if (!writes && templateNames(pathOf(step)).includes('known')) {
      const hint = 'add a step of class write with ${new} in its path';
      findings.push({ path: [...path, 'request'], message: 'reads ${known}, but no step writes ${new}', hint });
    }
    for (const name of textsOf(step).flatMap(capturesAsked)) {
      if (captured.includes(name)) continue;
      const hint = wordHint(name, captured) ?? 'add capture to the step whose answer has it';
      findings.push({ path: [...path, 'request'], message: `no step captures "${name}"`, hint });
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
  const audited = target.audit?.s3?.bucket;
  if (audited !== undefined && !names.includes(audited)) {
    const path = ['audit', 's3', 'bucket'];
    findings.push({ path, message: `"${audited}" is not among the buckets`, hint: 'list it under buckets' });
  }
  return findings;
}
