import type { Report } from '../../report/report.ts';
import { type Markup, markup } from '../escape.ts';
import { dataTable, section } from './elements.ts';

const STATES = {
  fine: markup`<span class="tag pass">fine</span>`,
  finding: markup`<span class="tag fail">finding</span>`,
  'cannot-tell': markup`<span class="tag inconclusive">cannot tell</span>`,
} as const;

/** What S3 could tell of its client. */
export function forensicsSection({ forensics }: Report): Markup | null {
  if (forensics.length === 0) return null;
  return section(
    'forensics',
    'Seen from S3',
    'How the app treats S3, from the requests that reached it. This explains the grade and does not change it.',
    dataTable({
      caption: 'Question by question',
      columns: [{ title: 'Question' }, { title: 'Answer' }, { title: 'What was seen' }],
      rows: forensics.map(({ title, state, sentence }) => [title, STATES[state], sentence]),
    }),
  );
}
