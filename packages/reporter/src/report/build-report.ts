import { checkers } from '../checkers/all.ts';
import { type CauseDraft, type Checker, runChecker } from '../checkers/checker.ts';
import { endSentence, reasonsAgainstALetter } from '../conclusion.ts';
import { gateReport } from '../gate.ts';
import { bindingCaps, gradeOf, type Judged } from '../grade.ts';
import type { History } from '../history/history.ts';
import { toolHealthOf } from '../tool-health.ts';
import { type Trace, traceOf } from '../trace.ts';
import { tenth } from '../wording/figures.ts';
import { headlineOf } from '../wording/headline.ts';
import type { Cause, Dimension } from './basics.ts';
import { notesOf } from './notes.ts';
import { REPORT_VERSION, type Report } from './report.ts';
import { topCausesOf } from './top-causes.ts';
import { fittingRemedy } from './fitting-remedy.ts';
import { diagnosisOf } from './diagnosis.ts';
import { heatmapOf } from './heatmap.ts';
import { objectivesOf } from './objectives.ts';
import { patternsOf } from './patterns.ts';
import { percentilesOf } from './percentiles.ts';
import { sdkAdviceOf } from './sdk-advice.ts';
import { forensicsOf } from './forensics.ts';
import { processesOf } from './processes.ts';
import { alarmsOf, alarmStoriesOf, probesOf } from './watch.ts';
import { worstVerdict } from '../verdict.ts';
import { faultsOf, ledgerOf, phasesOf, retriesOf, seriesOf, tableOf } from './sections.ts';

/** The plan's weight for a dimension, where it gives one; a negative one counts as none. */
const weightOf = (checker: Checker, weights: Readonly<Record<string, number>>): number =>
  checker.weight === 0 ? 0 : Math.max(0, weights[checker.id] ?? checker.weight);

const causeOf = (draft: CauseDraft, dimension: string, pointsLost: number): Cause => ({
  id: draft.id,
  dimension,
  sentence: draft.sentence,
  evidence: draft.evidence,
  windows: draft.windows,
  from: draft.from,
  to: draft.to,
  pointsLost: tenth(pointsLost),
  cap: draft.cap,
  remedy: draft.remedy,
});

/** Without a letter nothing was lost: there is no grade to lose it from. */
function dimensionsOf(
  judged: readonly Judged[],
  hasLetter: boolean,
  fitting: (cause: Cause) => Cause,
): readonly Dimension[] {
  const weights = judged.reduce((sum, { finding, weight }) => sum + (finding.score === null ? 0 : weight), 0);
  return judged.map(({ checker, finding, weight }): Dimension => {
    const { causes, score } = finding;
    const lost = score === null || weights === 0 || !hasLetter ? 0 : ((100 - score) * weight) / weights;
    const shares = causes.reduce((sum, { share }) => sum + share, 0);
    return {
      id: checker.id,
      title: checker.title,
      question: checker.question,
      verdict: finding.verdict,
      score: score === null ? null : tenth(score),
      weight,
      pointsLost: tenth(lost),
      summary: finding.summary,
      formula: checker.formula,
      evidence: finding.evidence,
      causes: causes.map((draft) =>
        fitting(causeOf(draft, checker.id, shares === 0 ? 0 : (lost * draft.share) / shares)),
      ),
    };
  });
}

function runOf(trace: Trace): Report['run'] {
  const { run, plan, end, lastAt } = trace.history;
  return {
    id: run.runId,
    at: run.at,
    gameday: run.tool.gameday,
    node: run.tool.node,
    platform: run.tool.platform,
    seed: plan.seed,
    durationMs: Math.round(end?.t ?? lastAt),
    end: end === null ? null : { reason: end.reason, detail: end.detail },
    endSentence: endSentence(trace),
  };
}

/** Grades a history with the given checkers, and lays out everything that a renderer needs. Pure: same in, same out. */
export function buildReport(history: History, judges: readonly Checker[] = checkers): Report {
  const trace = traceOf(history);
  const { plan } = history;
  const judged = judges.map((checker): Judged => ({
    checker,
    finding: runChecker(checker, trace),
    weight: weightOf(checker, plan.weights),
  }));
  const tool = toolHealthOf(history);
  const reasons = reasonsAgainstALetter(trace, judged, tool);
  const { grade, letter: earned } = gradeOf(judged);
  const letter = reasons.length === 0 ? earned : null;
  const patterns = patternsOf(trace);
  const dimensions = dimensionsOf(judged, letter !== null, (cause) => fittingRemedy(cause, patterns, trace));
  const faults = faultsOf(trace);
  const report: Report = {
    version: REPORT_VERSION,
    letter,
    score: letter === null ? null : grade.score,
    verdict: 'inconclusive',
    merged: worstVerdict(dimensions.filter(({ weight }) => weight > 0).map(({ verdict }) => verdict)),
    headline: headlineOf(trace, letter, reasons[0]?.sentence ?? null),
    inconclusive: reasons,
    gate: null,
    topCauses: letter === null ? [] : topCausesOf(dimensions, bindingCaps(grade)),
    diagnosis: diagnosisOf(trace, dimensions, patterns),
    sdkAdvice: sdkAdviceOf(trace),
    objectives: objectivesOf(trace),
    dimensions,
    patterns,
    grade:
      letter === null
        ? { ...grade, score: null, letterBeforeCaps: null, sensitivity: null, defaultWeights: null }
        : grade,
    run: runOf(trace),
    scenario: plan.scenario,
    clock: plan.clock,
    target: plan.target,
    regions: plan.regions,
    patienceMs: plan.patienceMs,
    workload: plan.workload,
    phases: phasesOf(trace),
    faults,
    table: tableOf(trace),
    percentiles: percentilesOf(trace),
    series: seriesOf(trace),
    heatmap: heatmapOf(trace),
    ledger: ledgerOf(trace),
    retries: retriesOf(trace),
    forensics: forensicsOf(trace),
    processes: processesOf(trace),
    alarms: alarmsOf(trace),
    alarmStories: alarmStoriesOf(trace),
    probes: probesOf(trace),
    assumptions: plan.assumptions,
    notes: notesOf(trace, faults, tool),
    tool,
    journal: {
      entries: history.journal.entries,
      malformed: history.journal.malformed,
      unknown: history.journal.unknown,
      torn: history.journal.torn,
    },
  };
  return gateReport(report, plan.gate);
}
