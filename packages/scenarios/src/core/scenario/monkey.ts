import { draw, streamOf } from '@gameday/injector';
import { z } from 'zod';
import { durationSchema } from '../words/duration.ts';
import { faultEntrySchema, type FaultEntry } from './fault-entry.ts';
import type { Span } from './phase-times.ts';
import type { PlannedAction } from '../plan.ts';

const lasting = z
  .strictObject({
    from: durationSchema.describe('The shortest, in the incident’s time.'),
    to: durationSchema.describe('The longest.'),
  })
  .refine(({ from, to }) => from > 0 && from <= to, { error: 'must not end before it begins' });

const choiceSchema = z.strictObject({
  weight: z.number().positive().default(1).describe('How often it is chosen, beside the others. Default 1.'),
  fault: faultEntrySchema.optional().describe('A fault with its blast radius, as in a phase.'),
  target: z
    .enum(['kill', 'stop', 'freeze', 'restart'])
    .optional()
    .describe('Or what befalls the target itself. Killed or stopped, it is started again when the strike is over.'),
  replica: z.number().int().min(1).optional().describe('Which replica of the target, from 1. Default: all.'),
});

/** A phase whose faults are drawn from the run's seed: so many strikes, never two at once, each from the menu. */
export const monkeySchema = z.strictObject({
  strikes: z.number().int().min(1).max(200).describe('How many, spread over the phase.'),
  lasting: lasting.describe('How long a strike lasts; shortened where its part of the phase is shorter.'),
  menu: z
    .array(
      choiceSchema.refine(({ fault, target }) => (fault === undefined) !== (target === undefined), {
        error: 'must have either a fault or a target',
      }),
    )
    .min(1)
    .describe('What it may do. Nothing else is ever touched.'),
});
export type Monkey = z.output<typeof monkeySchema>;

/** One strike: a fault or an event of the phase, on the incident's clock. */
export type Strike = Span &
  (
    | { readonly kind: 'fault'; readonly entry: FaultEntry }
    | {
        readonly kind: 'target';
        readonly actions: readonly { readonly atMin: number; readonly action: PlannedAction }[];
      }
  );

const aspects = { choice: 1, length: 2, start: 3 } as const;

/**
 * What the monkey does in a phase: decided by the seed and the phase's id alone. The phase is cut into as many equal
 * parts as there are strikes; each strike lies within its own, so that no two meet and the app can catch its breath.
 */
export function monkeyStrikes(monkey: Monkey, span: Span, seed: string, phaseId: string): Strike[] {
  const stream = streamOf(seed, `${phaseId}/monkey`);
  const partMin = (span.toMin - span.fromMin) / monkey.strikes;
  const weights = monkey.menu.reduce((sum, { weight }) => sum + weight, 0);
  return Array.from({ length: monkey.strikes }, (_, index) => {
    const drawn = (aspect: number): number => draw(stream, index, 1, aspect);
    const { from, to } = monkey.lasting;
    const lengthMin = Math.min(partMin * 0.9, (from + (to - from) * drawn(aspects.length)) / 60_000);
    const fromMin = span.fromMin + index * partMin + drawn(aspects.start) * (partMin - lengthMin);
    const toMin = fromMin + lengthMin;
    const choice = pick(monkey.menu, drawn(aspects.choice) * weights);
    if (choice?.fault !== undefined) return { kind: 'fault', fromMin, toMin, entry: choice.fault };
    return { kind: 'target', fromMin, toMin, actions: actionsOf(choice, fromMin, toMin) };
  });
}

type Choice = Monkey['menu'][number];

function pick(menu: readonly Choice[], point: number): Choice | undefined {
  let left = point;
  return menu.find(({ weight }) => (left -= weight) < 0) ?? menu.at(-1);
}

function actionsOf(
  choice: Choice | undefined,
  fromMin: number,
  toMin: number,
): { readonly atMin: number; readonly action: PlannedAction }[] {
  const replica = choice?.replica ?? null;
  const target = choice?.target;
  const restart = { atMin: toMin, action: { do: 'restart-target', replica } } as const;
  switch (target) {
    case 'kill':
      return [{ atMin: fromMin, action: { do: 'kill-target', replica } }, restart];
    case 'stop':
      return [{ atMin: fromMin, action: { do: 'stop-target', replica } }, restart];
    case 'freeze':
      return [{ atMin: fromMin, action: { do: 'freeze-target', replica } }];
    case 'restart':
      return [{ atMin: fromMin, action: { do: 'restart-target', replica } }];
    case undefined:
      return [];
    default:
      return target satisfies never;
  }
}
