import { countFigure, plural } from '../wording/figures.ts';
import { STRUCK_MIN } from '../trace.ts';
import { type Checker, inconclusive } from './checker.ts';

/** Asked before all else: an outage that the app did not feel must not be graded. */
export const exposure: Checker = {
  id: 'exposure',
  title: 'Exposure',
  question: 'Did the app really meet the outage?',
  formula: `100 x phases in which at least ${STRUCK_MIN} S3 requests met a fault / phases with a planned fault. It gates; it has no weight.`,
  weight: 0,
  check: (trace) => {
    const planned = trace.phases.filter(
      ({ phase, windows }) => phase.record.stage === 'incident' && windows.length > 0,
    );
    const exchanges = trace.phases.reduce((sum, { phase }) => sum + phase.exchanges.exchanges, 0);
    const struck = Math.max(
      trace.phases.reduce((sum, { phase }) => sum + phase.exchanges.struck, 0),
      trace.history.windows.reduce((sum, { fired }) => sum + (fired ?? 0), 0),
    );
    const evidence = [countFigure('S3 requests', exchanges), countFigure('S3 requests that met a fault', struck)];
    if (planned.length === 0) return inconclusive('The plan breaks nothing, so there is nothing to grade.', evidence);
    if (exchanges === 0 && struck === 0) {
      return inconclusive(
        'The app sent no S3 request through Gameday. Point its S3 client at the endpoint in AWS_ENDPOINT_URL_S3; `chaos doctor` shows whether it does.',
        evidence,
      );
    }
    const felt = planned.filter((judged) => judged.graded);
    if (felt.length === 0) {
      return inconclusive(
        `The app sent ${plural(exchanges, 'S3 request')}, but too few of them met a fault in any phase (at least ${STRUCK_MIN} are needed). Raise the load, or send its S3 traffic through Gameday.`,
        evidence,
      );
    }
    const all = felt.length === planned.length;
    return {
      verdict: all ? 'pass' : 'inconclusive',
      score: (100 * felt.length) / planned.length,
      summary: `${plural(struck, 'S3 request')} met a fault, in ${felt.length} of ${planned.length} incident phases enough to grade.`,
      evidence: [...evidence, countFigure('graded phases', felt.length), countFigure('planned phases', planned.length)],
      causes: [],
      caps: [],
    };
  },
};
