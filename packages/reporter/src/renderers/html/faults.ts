import type { ReportFault } from '../../report/measurements.ts';
import type { Report } from '../../report/report.ts';
import { type Content, type Markup, markup } from '../escape.ts';
import { formatCount, NONE } from '../format.ts';
import { dataTable, section } from './elements.ts';

/** What was broken, and the proof that it was. */
export function faultsSection({ faults, phases }: Report): Markup {
  const titles = new Map(phases.map((phase) => [phase.id, phase.title]));
  const silent = faults.filter((fault) => fault.fired === 0 && fault.proved === undefined).length;
  const lead =
    silent === 0
      ? 'Every planned fault struck.'
      : `${silent} of ${faults.length} planned faults never struck: what they would have done is not part of this grade.`;
  return section(
    'faults',
    'Faults',
    faults.length === 0 ? 'The plan held no fault.' : lead,
    faults.length === 0
      ? null
      : dataTable({
          caption: 'Each planned fault, and how many S3 requests it struck',
          columns: [
            { title: 'Fault' },
            { title: 'Phase' },
            { title: 'From' },
            { title: 'To' },
            { title: 'Regions' },
            { title: 'Operations' },
            { title: 'Struck', numeric: true },
          ],
          rows: faults.map((fault) => [
            fault.sentence,
            titles.get(fault.phase) ?? fault.phase,
            fault.from.clock,
            fault.to.clock,
            fault.regions.length === 0 ? 'all' : fault.regions.join(', '),
            fault.classes.length === 0 ? 'all' : fault.classes.join(', '),
            struck(fault),
          ]),
        }),
  );
}

function struck({ fired, proved }: ReportFault): Content {
  if (fired > 0) return formatCount(fired);
  return proved === true
    ? markup`<span class="tag quiet">in force, not countable</span>`
    : markup`<span class="tag inconclusive">never struck</span>`;
}

/** What the scenario assumes because no source says it. */
export function assumptionsSection({ assumptions }: Report): Markup | null {
  if (assumptions.length === 0) return null;
  return section(
    'assumptions',
    'Assumptions',
    'What no source tells, and so was assumed. Each can be set to another value, to see whether the grade stands.',
    dataTable({
      caption: 'Assumptions of the scenario',
      columns: [{ title: 'Name' }, { title: 'Value', numeric: true }, { title: 'Why' }],
      rows: assumptions.map(({ name, value, why, overridden }) => [
        markup`<code>${name}</code>`,
        markup`${String(value)}${overridden ? markup` <span class="tag quiet">set for this run</span>` : null}`,
        prose(why),
      ]),
    }),
  );
}

function prose(text: string): Content {
  return text === '' ? NONE : text;
}
