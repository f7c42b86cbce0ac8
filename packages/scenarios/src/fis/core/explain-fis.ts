import { formatDuration } from '../../core/words/duration.ts';
import { labelled } from '../../core/words/text-layout.ts';
import type { FisPlan } from './plan-fis.ts';

const LABEL = 13;

const WORDS = { kept: 'kept', substituted: 'substituted', 'left-out': 'left out', here: 'here' } as const;

/** Reads a plan for FIS aloud: the experiments, then what became of each line of the scenario. @param width in letters */
export function explainFis({ plan, templates, lines, aws, appRegion }: FisPlan, width: number): string {
  const { title, name } = plan.scenario;
  const head = [
    `${title} (${name}), as AWS FIS can do it. Nothing has been made or started.`,
    ...labelled('Account', `${aws.account}, role ${aws.role}; the app is in ${appRegion}.`, LABEL, width),
  ];
  const experiments = templates.flatMap(({ name: template, region, startMs, endMs, body }) => [
    `Experiment ${template} in ${region}, from T+${formatDuration(startMs)} to T+${formatDuration(endMs)}:`,
    ...Object.entries(body.actions).flatMap(([action, { actionId, parameters = {}, startAfter = [] }]) => {
      const after = startAfter.length === 0 ? 'at once' : `after ${startAfter.join(', ')}`;
      const { duration } = parameters;
      const long = duration === undefined ? '' : `, for ${duration}`;
      return labelled(`  ${action}`, `${actionId}${long}, ${after}`, LABEL + 12, width);
    }),
  ]);
  const none = ['FIS can do nothing of this scenario: no template is made.'];
  const became = lines.flatMap(({ about, verdict, text }) =>
    labelled(WORDS[verdict], `${about}: ${text}`, LABEL, width),
  );
  return `${[head, experiments.length === 0 ? none : experiments, ['Line by line:', ...became]]
    .map((part) => part.join('\n'))
    .join('\n\n')}\n`;
}
