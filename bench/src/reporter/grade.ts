// A process of its own, so that its memory is the reporter's alone: reads the journal that argv names, writes every
// output to nowhere, and prints what that took.
import { createReadStream } from 'node:fs';
import {
  renderAnnotations,
  renderBadge,
  renderCsv,
  renderHtml,
  renderJson,
  renderJunit,
  renderMarkdown,
  renderOtlp,
  renderPrometheus,
  renderTerminal,
  reportFromJournal,
} from '@gameday/reporter';

const [, , file = ''] = process.argv;
const start = performance.now();
const report = await reportFromJournal(createReadStream(file, { encoding: 'utf8' }));
const html = renderHtml(report);
const others = [
  renderJson,
  renderJunit,
  renderMarkdown,
  renderCsv,
  renderBadge,
  renderPrometheus,
  renderOtlp,
  renderAnnotations,
].map((render) => render(report).length);
const terminal = renderTerminal(report, { width: 100, color: false }).length;
console.log(
  JSON.stringify({
    ms: performance.now() - start,
    rssMb: process.resourceUsage().maxRSS / 1024,
    entries: report.journal.entries,
    malformed: report.journal.malformed,
    htmlMb: html.length / 1e6,
    letter: report.letter,
    ok: report.ledger.ok,
    outputs: others.length + (terminal > 0 ? 2 : 1),
  }),
);
