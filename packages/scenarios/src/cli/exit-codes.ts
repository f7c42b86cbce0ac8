/** Every way in which `chaos` ends. The table in docs/exit-codes.md is generated from here. */
export const exitCodes = {
  completed: { code: 0, meaning: 'The run completed and was graded; with a gate, the app reached it.' },
  belowGate: { code: 1, meaning: 'The run completed and the app fell short of the gate.' },
  usage: { code: 2, meaning: 'The command line, a scenario, a chaos.yaml or a policy is wrong; nothing was started.' },
  inconclusive: {
    code: 3,
    meaning:
      'The run gave no grade: the app did not feel the outage, or was broken before it. Or runs of different experiments were to be compared.',
  },
  environment: {
    code: 4,
    meaning:
      'Gameday or its surroundings failed: a port, the disk, a target that would not start, an injector elsewhere that is gone.',
  },
  guardrail: { code: 5, meaning: 'A guardrail ended the run; every fault was healed.' },
  interrupted: { code: 130, meaning: 'Interrupted (Ctrl-C or SIGTERM); every fault was healed.' },
} as const satisfies Record<string, { readonly code: number; readonly meaning: string }>;

export type ExitName = keyof typeof exitCodes;

/** The table as Markdown. */
export function exitCodeTable(): string {
  const rows = Object.entries(exitCodes).map(([name, { code, meaning }]) => `| ${code} | ${name} | ${meaning} |`);
  return ['| code | name | meaning |', '| --- | --- | --- |', ...rows].join('\n');
}
