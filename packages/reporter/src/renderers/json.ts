import type { Report } from '../report/report.ts';

/** report.json: the whole report. Its schema is `reportJsonSchema()`. */
export const renderJson = (report: Report): string => `${JSON.stringify(report, null, 2)}\n`;
