import { wordHint } from '../words/nearest-word.ts';
import type { TargetFile } from './target.ts';
import type { Finding } from '../source/yaml-document.ts';

/** What no single probe or alarm shows: a name that is taken, a probe that nobody declares, servers that never are. */
export function watchFindings({ probes, alarms, replicas, command }: TargetFile): Finding[] {
  return [
    ...taken(probes, 'probes'),
    ...taken(alarms, 'alarms'),
    ...alarms.flatMap((alarm, index): Finding[] => {
      const findings: Finding[] = [];
      for (const [rule, kind] of [
        ['gauge', 'metrics'],
        ['health', 'http'],
      ] as const) {
        const named = alarm[rule]?.probe;
        const fitting = probes.filter((probe) => probe.kind === kind).map(({ id }) => id);
        if (named !== undefined && !fitting.includes(named)) {
          const hint = wordHint(named, fitting) ?? `add it under probes, of kind ${kind}`;
          findings.push({
            path: ['alarms', index, rule, 'probe'],
            message: `no probe of kind ${kind} is named so`,
            hint,
          });
        }
      }
      for (const rule of ['gauge', 'health', 'log'] as const) {
        const wanted = alarm[rule]?.servers ?? 1;
        if (wanted <= replicas) continue;
        const message = `asks for ${wanted} servers, but there ${replicas === 1 ? 'is one replica' : `are ${replicas} replicas`}`;
        findings.push({ path: ['alarms', index, rule, 'servers'], message, hint: `set replicas: ${wanted} or more` });
      }
      if (alarm.log !== undefined && command === undefined) {
        const message = 'only of a target that Gameday starts can the lines be read';
        findings.push({ path: ['alarms', index, 'log'], message, hint: 'add command' });
      }
      return findings;
    }),
  ];
}

function taken(entries: readonly { readonly id: string }[], list: 'probes' | 'alarms'): Finding[] {
  return entries.flatMap(({ id }, index) =>
    entries.findIndex((other) => other.id === id) < index
      ? [{ path: [list, index, 'id'], message: `another of the ${list} is named "${id}" already` }]
      : [],
  );
}
