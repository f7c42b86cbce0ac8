import * as fc from 'fast-check';
import { test } from 'tap';
import { journalOf, rotatingApp, textOf } from '../../test/journal-builder.ts';
import { type JournalLine, LINE_CHARS_MAX, readJournal } from './read.ts';

async function read(chunks: Iterable<string>): Promise<readonly JournalLine[]> {
  const lines: JournalLine[] = [];
  for await (const line of readJournal(chunks)) lines.push(line);
  return lines;
}

const output = '{"t":1,"type":"target.output","stream":"stdout","line":"hello"}';

function* huge(): Generator<string> {
  yield `${output}\n{"t":1,"type":"target.output","stream":"stdout","line":"`;
  for (let chunk = 0; chunk < 80; chunk += 1) yield 'x'.repeat(LINE_CHARS_MAX / 40);
  yield `"}\n${output}\n`;
}

test('every entry of a whole journal is read, with its line', async (t) => {
  const entries = journalOf(rotatingApp);
  const lines = await read([textOf(entries)]);
  t.equal(lines.length, entries.length);
  t.ok(lines.every((line, index) => line.kind === 'entry' && line.line === index + 1));
});

test('how the text is cut into chunks makes no difference', async (t) => {
  const text = textOf(journalOf(rotatingApp).slice(0, 40));
  const whole = await read([text]);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 1 }), async (sizes) => {
      const chunks: string[] = [];
      for (let at = 0, turn = 0; at < text.length; turn += 1) {
        const size = sizes[turn % sizes.length] ?? 1;
        chunks.push(text.slice(at, at + size));
        at += size;
      }
      t.same(await read(chunks), whole);
    }),
    { numRuns: 30, seed: 20_170_228 },
  );
});

test('a last line cut short is torn; one that only lacks its newline is whole', async (t) => {
  t.match(await read([`${output}\n${output.slice(0, 30)}`]), [{ kind: 'entry' }, { kind: 'torn', line: 2 }]);
  t.match(await read([`${output}\n${output}`]), [{ kind: 'entry' }, { kind: 'entry', line: 2 }]);
});

test('lines that are no entries are named and stepped over', async (t) => {
  const lines = await read(
    [
      '',
      'nonsense',
      '[1]',
      'null',
      '"text"',
      '{"t":1}',
      '{"t":"1","type":"target.ready","afterMs":2}',
      '{"t":1,"type":"from.the.future"}',
      output,
      '',
    ].map((line) => `${line}\n`),
  );
  t.same(
    lines.map((line) => [line.line, line.kind]),
    [
      [2, 'malformed'],
      [3, 'malformed'],
      [4, 'malformed'],
      [5, 'malformed'],
      [6, 'malformed'],
      [7, 'malformed'],
      [8, 'unknown'],
      [9, 'entry'],
    ],
  );
  t.match(lines[5], { why: /target\.ready: t: / });
});

test('a huge line is dropped while it streams by', async (t) => {
  t.match(await read(huge()), [
    { kind: 'entry' },
    { kind: 'malformed', line: 2, why: /longer than/ },
    { kind: 'entry', line: 3 },
  ]);
});
