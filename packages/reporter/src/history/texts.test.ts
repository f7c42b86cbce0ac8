import { test } from 'tap';
import { fingerprint, Texts } from './texts.ts';

test('every text has the number under which it was first added, and comes back as it was', async (t) => {
  const texts = new Texts();
  const odd = ['', 'a', 'b', 'aa', 'ÿ', '\u00ff\u0000', '\ud800', '\udc00', 'Zoë 📷', 'x'.repeat(20_000)];
  const many = Array.from({ length: 5_000 }, (_, index) => `run-${String(index).padStart(6, '0')}`);
  const all = [...odd, ...many];
  for (const text of all) texts.add(text);
  t.equal(texts.size, all.length);
  for (const [number, text] of all.entries()) {
    if (texts.add(text) !== number || texts.find(text) !== number || texts.at(number) !== text) t.fail(text);
  }
  t.equal(texts.find('run-'), null);
  t.equal(texts.find('run-0000000'), null);
});

test('fingerprints tell a hundred thousand digests apart', async (t) => {
  const seen = new Set(
    Array.from({ length: 100_000 }, (_, index) => fingerprint(index.toString(16).padStart(64, '0'))),
  );
  t.equal(seen.size, 100_000);
  t.ok([...seen].every((value) => Number.isSafeInteger(value)));
});
