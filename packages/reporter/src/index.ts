export {
  type Cause,
  type Dimension,
  type Figure,
  type Moment,
  type Remedy,
  type Share,
  type Verdict,
} from './report/basics.ts';
export {
  type Ledger,
  type Note,
  type Point,
  type ReportFault,
  type ReportPhase,
  type Retries,
  type TableRow,
  type ToolHealth,
} from './report/measurements.ts';
export { compareReports, renderComparison, type Comparison } from './compare/compare.ts';
export {
  applyPolicy,
  gatePolicyJsonSchema,
  gatePolicySchema,
  renderGateResult,
  type GatePolicy,
  type GateResult,
} from './compare/policy.ts';
export { readReport } from './compare/read-report.ts';
export { renderTrend, renderTrendText, trendOf, type TrendLine } from './compare/trend.ts';
export { gateReport } from './gate.ts';
export {
  type Diagnosis,
  type Objective,
  type ReportAlarm,
  type ReportPattern,
  type ReportProbe,
  type SdkAdvice,
} from './report/findings.ts';
export { gradingDoc } from './grading-doc.ts';
export { JournalError } from './history/history.ts';
export { renderAnnotations } from './renderers/annotations.ts';
export { renderBadge } from './renderers/badge.ts';
export { renderCsv } from './renderers/csv.ts';
export { markup, trusted, type Markup } from './renderers/escape.ts';
export { renderHtml } from './renderers/html.ts';
export { STYLE as pageStyle } from './renderers/html/style.ts';
export { renderJson } from './renderers/json.ts';
export { renderJunit } from './renderers/junit.ts';
export { renderMarkdown } from './renderers/markdown.ts';
export { renderOtlp } from './renderers/otlp.ts';
export { renderPrometheus } from './renderers/prometheus.ts';
export { renderTerminal } from './renderers/terminal.ts';
export { REPORT_VERSION, type Cap, type Grade, type Report } from './report/report.ts';
export { reportJsonSchema } from './report/schema.ts';
export { reportFromJournal } from './report-from-journal.ts';
export { wilson } from './statistics/wilson.ts';
