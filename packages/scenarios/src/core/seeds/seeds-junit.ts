import { markup, type Markup, type Verdict } from '@gameday/reporter';
import { headline } from './describe-seeds.ts';
import type { SeedsResult } from './merge-seeds.ts';

function testCase(suite: string, name: string, verdict: Verdict, message: string): Markup {
  const inner =
    verdict === 'pass'
      ? null
      : verdict === 'fail'
        ? markup`<failure message="${message}" type="fail">${message}</failure>`
        : markup`<skipped message="${message}"/>`;
  return markup`    <testcase classname="${suite}" name="${name}" time="0">${inner}</testcase>\n`;
}

/** The merged result as JUnit XML: one case a seed, and one for all of them. An inconclusive one is skipped. */
export function seedsAsJunit(result: SeedsResult): string {
  const suite = `gameday.${result.scenario}`;
  const cases = [
    ...result.seeds.map(({ seed, verdict, headline: said }) => ({ name: `seed ${seed}`, verdict, said })),
    { name: 'all seeds', verdict: result.verdict, said: headline(result) },
  ];
  const count = (wanted: Verdict): number => cases.filter(({ verdict }) => verdict === wanted).length;
  const counts = markup`tests="${cases.length}" failures="${count('fail')}" errors="0" skipped="${count('inconclusive')}"`;
  return markup`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="Gameday" ${counts}>
  <testsuite name="${suite}" ${counts}>
${cases.map(({ name, verdict, said }) => testCase(suite, name, verdict, said))}  </testsuite>
</testsuites>
`.toString();
}
