import type { Plan } from '../../core/plan.ts';
import type { AwsSetup } from '../../core/target/target-aws.ts';
import type { FisTemplate } from './compile-templates.ts';
import { formatIsoDuration } from './iso-duration.ts';
import type { TemplateAction } from './template-body.ts';
import { ACTIONS_MAX } from './template-check.ts';

/**
 * A scenario as experiments for the local endpoint, true to each fault of it: an action for each phase, one after the
 * other. AWS does not have these actions.
 * @param plan at the speed that the experiments are to run; phases last whole seconds
 */
export function gamedayTemplates(plan: Plan, aws: AwsSetup, appRegion: string): FisTemplate[] {
  const { name, title } = plan.scenario;
  const phases = plan.phases.filter(({ stage }) => stage === 'incident');
  const chunks = Array.from({ length: Math.ceil(phases.length / ACTIONS_MAX) }, (_, index) =>
    phases.slice(index * ACTIONS_MAX, (index + 1) * ACTIONS_MAX),
  );
  const zeroMs = phases[0]?.startMs ?? 0;
  return chunks.map((chunk, index) => {
    const suffix = chunks.length === 1 ? '' : `-${index + 1}`;
    const actions: Record<string, TemplateAction> = {};
    let before: string | null = null;
    for (const { id, title: what, startMs, endMs } of chunk) {
      actions[id] = {
        actionId: 'gameday:s3:scenario-phase',
        description: what.slice(0, 512),
        parameters: {
          scenario: name,
          phase: id,
          region: plan.target.homeRegion,
          duration: formatIsoDuration(Math.max(1_000, endMs - startMs)),
        },
        ...(before === null ? {} : { startAfter: [before] }),
      };
      before = id;
    }
    return {
      name: `${name}${suffix}`,
      region: appRegion,
      startMs: (chunk[0]?.startMs ?? zeroMs) - zeroMs,
      endMs: (chunk.at(-1)?.endMs ?? zeroMs) - zeroMs,
      body: {
        description: `Gameday (local endpoint alone): ${title}`.slice(0, 512),
        targets: {},
        actions,
        stopConditions: [{ source: 'none' }],
        roleArn: aws.role,
        tags: { Name: `gameday ${name}${suffix}`, 'gameday:scenario': name, 'gameday:template': `${name}${suffix}` },
      },
    };
  });
}
