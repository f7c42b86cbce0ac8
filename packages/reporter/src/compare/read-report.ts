import type { Report } from '../report/report.ts';
import { REPORT_VERSION, reportSchema } from '../report/report.ts';

/** A report.json, or why it is none. */
export type ReadReport = { readonly ok: true; readonly report: Report } | { readonly ok: false; readonly why: string };

/** Reads the text of a report.json. Never throws: a folder of runs may hold reports of older versions. */
export function readReport(text: string): ReadReport {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return { ok: false, why: 'not JSON' };
  }
  const version = typeof data === 'object' && data !== null && 'version' in data ? data.version : undefined;
  if (typeof version === 'number' && version !== REPORT_VERSION) {
    return {
      ok: false,
      why: `a report of version ${version}, and this Gameday reads ${REPORT_VERSION}: grade its journal again with chaos report`,
    };
  }
  const parsed = reportSchema.safeParse(data);
  if (parsed.success) return { ok: true, report: parsed.data };
  const [issue] = parsed.error.issues;
  return { ok: false, why: `no report: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}` };
}
