import { z } from 'zod';
import { checkers } from '../checkers/all.ts';
import { reaches } from '../grade.ts';
import { letterSchema } from '../journal/plan-record.ts';
import type { Verdict } from '../report/basics.ts';
import type { Report } from '../report/report.ts';
import { worstVerdict } from '../verdict.ts';
import { compareReports, pointsBetween } from './compare.ts';

const dimensionIds = checkers.map(({ id }) => id);
const ruleIds = ['letter', 'regression', ...dimensionIds];

/** One day, as ISO 8601 writes it. Dates compare as texts do. */
const daySchema = z.string().regex(/^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/, 'must be a day: 2026-11-30');

/** gate.yaml: what a release must reach. */
export const gatePolicySchema = z.strictObject({
  letter: letterSchema.optional().describe('The lowest letter that passes.'),
  dimensions: z
    .partialRecord(z.enum(dimensionIds), z.number().min(0).max(100))
    .default({})
    .describe('By dimension: the lowest score that passes, 0 to 100.'),
  regression: z
    .strictObject({
      baseline: z.string().min(1).describe('A report.json, or the folder of a run; relative to the policy file.'),
      pointsMax: z.number().min(0).max(100).default(5).describe('How many points the score may fall. Default 5.'),
      unlike: z
        .enum(['inconclusive', 'pass', 'compare'])
        .default('inconclusive')
        .describe(
          'What becomes of the rule where the stored run is of another app, scenario, home region or of other phases: ' +
            'compare compares all the same. Default inconclusive.',
        ),
    })
    .optional()
    .describe('No figure may be worse than in a stored run beyond chance, and the score may fall only so far.'),
  exceptions: z
    .array(
      z.strictObject({
        rule: z.enum(ruleIds).describe('letter, regression, or the id of a dimension.'),
        until: daySchema.describe('The last day on which it is excused.'),
        reason: z.string().min(1),
      }),
    )
    .default([])
    .describe('Rules that may be broken for a while.'),
});
/** What a release must reach. */
export type GatePolicy = z.infer<typeof gatePolicySchema>;

/** The JSON Schema (draft 2020-12) of a gate policy. */
export const gatePolicyJsonSchema = (): Readonly<Record<string, unknown>> =>
  z.toJSONSchema(gatePolicySchema, { io: 'input' });

/** What came of one rule. */
export interface RuleResult {
  readonly rule: string;
  readonly verdict: Verdict;
  readonly sentence: string;
  /** Why a broken rule passes all the same; null where it needs no excuse, or has none. */
  readonly excuse: string | null;
}

/** What came of a policy: the verdict, and each rule’s own. */
export interface GateResult {
  readonly verdict: Verdict;
  readonly rules: readonly RuleResult[];
}

const result = (rule: string, verdict: Verdict, sentence: string): RuleResult => ({
  rule,
  verdict,
  sentence,
  excuse: null,
});

function letterRule({ letter }: Report, wanted: GatePolicy['letter']): readonly RuleResult[] {
  if (wanted === undefined) return [];
  if (letter === null)
    return [result('letter', 'inconclusive', `At least ${wanted} is asked for; the run has no letter.`)];
  return [
    result(
      'letter',
      reaches(letter, wanted) ? 'pass' : 'fail',
      `At least ${wanted} is asked for; the app got ${letter}.`,
    ),
  ];
}

function dimensionRule(report: Report, id: string, floor: number): RuleResult {
  const dimension = report.dimensions.find((one) => one.id === id);
  const score = dimension?.score ?? null;
  const title = dimension?.title ?? id;
  if (score === null) {
    return result(id, 'inconclusive', `${title}: at least ${floor} is asked for; it could not be graded.`);
  }
  return result(id, score >= floor ? 'pass' : 'fail', `${title}: at least ${floor} is asked for; it scored ${score}.`);
}

type Regression = NonNullable<GatePolicy['regression']>;

function regressionRule(report: Report, baseline: Report | null, { pointsMax, unlike }: Regression): RuleResult {
  if (baseline === null) return result('regression', 'inconclusive', 'There is no stored run to compare with.');
  const { id } = baseline.run;
  const compared = compareReports(baseline, report);
  const others = compared.unlike.join(' ');
  if (others !== '' && unlike !== 'compare') {
    const why = `Not compared: run ${id} is no run of the same experiment. ${others}`;
    return unlike === 'pass'
      ? result('regression', 'pass', `${why} The policy lets that pass (unlike: pass).`)
      : result('regression', 'inconclusive', `${why} Store a run of this one, or say what to do: unlike.`);
  }
  const doubts = [others, ...compared.doubts]
    .filter((doubt) => doubt !== '')
    .map((doubt) => ` ${doubt}`)
    .join('');
  if (report.score === null || baseline.score === null) {
    return result('regression', 'inconclusive', `One of the two runs has no score.${doubts}`);
  }
  const lost = -pointsBetween(baseline.score, report.score);
  if (compared.worse.length > 0) {
    return result('regression', 'fail', `Worse than run ${id}: ${compared.worse.join(', ')}.${doubts}`);
  }
  return lost > pointsMax
    ? result('regression', 'fail', `${lost} points below run ${id}; ${pointsMax} are allowed.${doubts}`)
    : result('regression', 'pass', `No worse than run ${id} beyond chance.${doubts}`);
}

/** A broken rule passes until the last day of its exception; after that the exception only explains. */
function excused(rule: RuleResult, exceptions: GatePolicy['exceptions'], today: string): RuleResult {
  if (rule.verdict === 'pass') return rule;
  const own = exceptions.filter((exception) => exception.rule === rule.rule);
  const valid = own.find(({ until }) => today <= until);
  if (valid !== undefined) {
    return { ...rule, verdict: 'pass', excuse: `Excused until ${valid.until}: ${valid.reason}` };
  }
  const [expired] = own.toSorted((a, b) => (a.until < b.until ? 1 : -1));
  return expired === undefined
    ? rule
    : { ...rule, sentence: `${rule.sentence} Its exception expired on ${expired.until} (${expired.reason}).` };
}

/**
 * Whether a run may pass.
 * @param today as 2026-11-30: time is passed in, so that the same inputs give the same answer
 * @param baseline the stored run of `regression`; null where there is none
 */
export function applyPolicy(report: Report, policy: GatePolicy, today: string, baseline: Report | null): GateResult {
  const rules = [
    ...letterRule(report, policy.letter),
    ...Object.entries(policy.dimensions).map(([id, floor]) => dimensionRule(report, id, floor ?? 0)),
    ...(policy.regression === undefined ? [] : [regressionRule(report, baseline, policy.regression)]),
  ].map((rule) => excused(rule, policy.exceptions, today));
  const noRule = result(
    'policy',
    'inconclusive',
    'The policy asks for nothing: give it a letter, dimensions or a regression.',
  );
  const judged = rules.length === 0 ? [noRule] : rules;
  return { verdict: worstVerdict(judged.map(({ verdict }) => verdict)), rules: judged };
}

/** The answer as plain lines. */
export const renderGateResult = ({ verdict, rules }: GateResult): string =>
  [
    `Gate: ${verdict}`,
    ...rules.map(
      ({ rule, verdict: own, sentence, excuse }) =>
        `  ${(excuse === null ? own : 'excused').padEnd(12)} ${rule}: ${sentence}${excuse === null ? '' : ` ${excuse}`}`,
    ),
    '',
  ].join('\n');
