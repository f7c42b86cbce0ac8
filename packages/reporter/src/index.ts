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
export { REPORT_VERSION, type Cap, type Grade, type Report } from './report/report.ts';
