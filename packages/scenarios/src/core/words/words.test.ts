import * as fc from 'fast-check';
import { test } from 'tap';
import { joinCommand, splitCommand } from './command-line.ts';
import { formatDuration, parseDuration } from './duration.ts';
import {
  formatClock,
  formatIncidentTime,
  minutesSinceZero,
  parseClock,
  parseIncidentTime,
  type IncidentTime,
} from './incident-time.ts';
import { nearestWord, typingErrors, wordHint } from './nearest-word.ts';
import { formatPercent, formatSize, parseRate, parseSize } from './quantity.ts';
import {
  endpointVariable,
  fillTemplate,
  isRegionName,
  regionOfVariable,
  templateNames,
  templateProblem,
} from './template.ts';
import { labelled, wrap } from './text-layout.ts';

fc.configureGlobal({ seed: 20_170_228 });

test('typing errors are counted', (t) => {
  t.equal(typingErrors('silent', 'silent'), 0);
  t.equal(typingErrors('silnt', 'silent'), 1, 'a letter left out');
  t.equal(typingErrors('silennt', 'silent'), 1, 'a letter added');
  t.equal(typingErrors('silemt', 'silent'), 1, 'a letter changed');
  t.equal(typingErrors('slient', 'silent'), 1, 'two swapped');
  t.equal(typingErrors('', 'silent'), 6);
  const word = fc.string({ maxLength: 12 });
  fc.assert(fc.property(word, word, (a, b) => typingErrors(a, b) === typingErrors(b, a)));
  fc.assert(fc.property(word, word, (a, b) => (typingErrors(a, b) === 0) === (a === b)));
  fc.assert(
    fc.property(word, word, (a, b) => {
      const errors = typingErrors(a, b);
      return errors >= Math.abs(a.length - b.length) && errors <= Math.max(a.length, b.length);
    }),
  );
  t.end();
});

test('the nearest word is one that was probably meant', (t) => {
  const kinds = ['refuse', 'silent', 'reset', 'http-error', 'latency', 'blackout'];
  t.equal(nearestWord('latnecy', kinds), 'latency');
  t.equal(nearestWord('HTTP_Error', kinds), 'http-error', 'case and joints do not count');
  t.equal(nearestWord('teapot', kinds), null);
  t.equal(nearestWord('x', ['a', 'b']), null, 'one wrong letter of one is no hint');
  t.equal(nearestWord('s'.repeat(100_000), kinds), null);
  t.equal(wordHint('teapot', ['a', 'b']), 'there is a, b');
  t.equal(wordHint('teapot', []), null);
  t.equal(
    wordHint(
      'teapot',
      Array.from({ length: 50 }, (_, index) => `number-${index}`),
    ),
    null,
    'a long list is no help',
  );
  const letters = fc.stringMatching(/^[a-z]{4,12}$/);
  fc.assert(
    fc.property(letters, fc.nat(), (word, where) => {
      const at = where % (word.length - 1);
      const swapped = word.slice(0, at) + word.charAt(at + 1) + word.charAt(at) + word.slice(at + 2);
      return nearestWord(swapped, [word]) === word;
    }),
  );
  t.end();
});

test('durations', (t) => {
  t.equal(parseDuration('8s'), 8_000);
  t.equal(parseDuration('500ms'), 500);
  t.equal(parseDuration('2h49m'), 10_140_000);
  t.equal(parseDuration('1.5s'), 1_500);
  t.equal(parseDuration('5m'), 300_000);
  for (const wrong of ['', '8', 's', '5s3m', '-1s', '1 s', '1e3s', '1d', '.5s', '8s ']) {
    t.equal(parseDuration(wrong), null, JSON.stringify(wrong));
  }
  t.equal(formatDuration(0), '0s');
  t.equal(formatDuration(110_000), '1m50s');
  t.equal(formatDuration(35_100), '35.1s');
  t.equal(formatDuration(12_000_000), '3h20m');
  fc.assert(
    fc.property(fc.nat({ max: 400_000_000 }), (ms) => Math.round(parseDuration(formatDuration(ms)) ?? -1) === ms),
  );
  t.end();
});

test('times of an incident', (t) => {
  const zero = parseClock('09:37') ?? Number.NaN;
  const minutes = (text: string, notBefore = 0): number =>
    minutesSinceZero(parseIncidentTime(text) ?? { kind: 'offset', minutes: Number.NaN }, zero, notBefore);
  t.equal(zero, 577);
  t.equal(minutes('09:37'), 0);
  t.equal(minutes('12:26'), 169);
  t.equal(minutes('T+2h49m'), 169);
  t.equal(minutes('09:37:30'), 0.5);
  t.equal(minutes('02:25'), 1_008, 'after midnight');
  t.equal(minutes('09:40', 4), 1_443, 'the first such reading that is not too early');
  for (const wrong of ['9:37', '24:00', '12:60', 'T+', 'T+3', 'T-3m', 'noon', ''])
    t.equal(parseIncidentTime(wrong), null);
  t.equal(formatClock(zero, 169), '12:26');
  t.equal(formatClock(zero, 0.5), '09:37:30');
  t.equal(formatClock(zero, 1_008), '02:25+1d');
  t.equal(formatIncidentTime({ date: '2017-02-28', zeroMinuteOfDay: zero }, 3), '09:40');
  t.equal(formatIncidentTime({ date: '', zeroMinuteOfDay: 0 }, 3), 'T+3m');
  fc.assert(
    fc.property(fc.nat({ max: 1_439 }), fc.nat({ max: 1_439 }), fc.nat({ max: 5_000 }), (from, reading, notBefore) => {
      const time: IncidentTime = { kind: 'clock', minuteOfDay: reading };
      const found = minutesSinceZero(time, from, notBefore);
      return found >= notBefore && found < notBefore + 1_440 && (from + found) % 1_440 === reading;
    }),
  );
  t.end();
});

test('sizes, rates and shares', (t) => {
  t.equal(parseSize('16KB'), 16_000);
  t.equal(parseSize('16KiB'), 16_384);
  t.equal(parseSize('1.5 MB'), 1_500_000);
  t.equal(parseSize('100B'), 100);
  for (const wrong of ['16', '16kb', '-1B', 'KB', '1GB']) t.equal(parseSize(wrong), null, wrong);
  t.equal(parseRate('20/s'), 20);
  t.equal(parseRate('300/min'), 5);
  t.equal(parseRate('0.5 / s'), 0.5);
  for (const wrong of ['20', '20/h', '/s', '-1/s']) t.equal(parseRate(wrong), null, wrong);
  t.equal(formatSize(16_000), '16 KB');
  t.equal(formatSize(1_500_000), '1.5 MB');
  t.equal(formatSize(10), '10 B');
  t.equal(formatPercent(0.125), '12.5 %');
  t.end();
});

test('templates', (t) => {
  t.same(templateNames('http://${HOST}:${PORT}/${PORT}'), ['HOST', 'PORT']);
  t.equal(fillTemplate('http://127.0.0.1:${PORT}', { PORT: '8080' }), 'http://127.0.0.1:8080');
  t.equal(fillTemplate('${a}', { a: '${b}$&', b: 'x' }), '${b}$&', 'a value is put in as it is');
  t.throws(() => fillTemplate('${toString}', {}), /nothing to put in for \$\{toString\}/);
  t.equal(templateProblem('no template', []), null);
  t.same(templateProblem('${PROT}', ['PORT']), {
    message: 'nothing is known as ${PROT} here',
    hint: 'did you mean "PORT"?',
  });
  t.match(templateProblem('${PORT', ['PORT']), { message: /without its/ });
  t.equal(endpointVariable('us-gov-west-1'), 'S3_ENDPOINT_US_GOV_WEST_1');
  t.equal(regionOfVariable('S3_ENDPOINT_US_GOV_WEST_1'), 'us-gov-west-1');
  t.equal(regionOfVariable('S3_ENDPOINT'), null);
  t.equal(regionOfVariable('S3_ENDPOINT_FOO'), null);
  t.ok(isRegionName('ap-southeast-2'));
  t.notOk(isRegionName('home'));
  t.end();
});

const words = (line: string): unknown => {
  const split = splitCommand(line);
  return split.ok ? split.words : split.message;
};

test('a command is split without a shell', (t) => {
  t.same(words('node server.mjs --port ${PORT}'), ['node', 'server.mjs', '--port', '${PORT}']);
  t.same(words(`  a 'b c'  "d \\"e\\" $f" g\\ h i''j`), ['a', 'b c', 'd "e" $f', 'g h', 'ij']);
  t.same(words(`a ''`), ['a', ''], 'an empty word is a word');
  t.same(words('a $5'), ['a', '$5'], 'a $ that a shell would leave alone');
  for (const shell of ['a | b', 'a && b', 'a > b', 'a; b', 'a $(b)', 'a `b`', 'ls *.js']) {
    t.match(words(shell), /meaning only to a shell/, shell);
  }
  t.match(splitCommand('node $PORT'), {
    ok: false,
    message: '"$PORT" has a meaning only to a shell',
    hint: /\$\{PORT\}/,
  });
  t.match(splitCommand('PORT=1 node x'), { ok: false, hint: /under env/ });
  t.match(words('a "b'), /nothing closes/);
  t.match(words('a \\'), /backslash/);
  t.match(words('  '), /empty/);
  const plain = fc.array(fc.string({ minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(plain, (given) => {
      const [program = ''] = given;
      fc.pre(!/^[A-Za-z_][A-Za-z0-9_]*=/.test(program) && !given.some((word) => word.includes('${')));
      const split = splitCommand(joinCommand(given));
      return split.ok && JSON.stringify(split.words) === JSON.stringify(given);
    }),
  );
  t.end();
});

test('text is laid out', (t) => {
  t.same(wrap('one two  three', 7), ['one two', 'three']);
  t.same(wrap('incomprehensible', 4), ['incomprehensible'], 'a long word is not broken');
  t.same(wrap('', 10), []);
  t.same(labelled('Seed', 'one two three four five six', 8, 28), ['Seed    one two three four', '        five six']);
  fc.assert(
    fc.property(fc.lorem({ maxCount: 30 }), fc.integer({ min: 20, max: 80 }), (text, width) =>
      wrap(text, width).every((line) => line.length <= width),
    ),
  );
  t.end();
});
