import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { CliError } from './cli-error.ts';
import { parseControl, parseInjector, TOKEN_VARIABLE } from './injector-options.ts';

const asked = { injector: undefined, injectorTokenFile: undefined, injectorPlainHttp: false };
const env = { [TOKEN_VARIABLE]: 'secret' };

test('--injector', async (t) => {
  const file = join(t.testdir(), 'token');
  writeFileSync(file, 'of-the-file\n');
  t.equal(parseInjector(asked, env), undefined);
  const here = 'http://127.0.0.1:9099';
  t.same(parseInjector({ ...asked, injector: `${here}/` }, env), { url: here, token: 'secret' });
  t.same(parseInjector({ ...asked, injector: here, injectorTokenFile: file }, env), {
    url: here,
    token: 'of-the-file',
  });
  const far = 'http://injector.example:9099';
  t.match(parseInjector({ ...asked, injector: far, injectorPlainHttp: true }, env), { url: far });
  t.match(parseInjector({ ...asked, injector: 'https://injector.example/gameday' }, env), {
    url: 'https://injector.example/gameday',
  });
  const refused = [
    [{ injector: far }, env, /unencrypted/],
    [{ injector: here }, {}, /no token/],
    [{ injector: here, injectorTokenFile: `${file}.none` }, env, /there is no token/],
    [{ injector: 'http://me:secret@127.0.0.1:1' }, env, /no secrets on a command line/],
    [{ injector: '127.0.0.1:9099' }, env, /not a URL/],
    [{ injectorTokenFile: file }, env, /belong to --injector/],
  ] as const;
  for (const [request, environment, message] of refused) {
    t.throws(() => parseInjector({ ...asked, ...request }, environment), {
      constructor: CliError,
      exit: 'usage',
      message,
    });
  }
});

test('--control of chaos fis serve takes its token where others do', async (t) => {
  const tokenFile = join(t.testdir(), 'token');
  writeFileSync(tokenFile, 'of-the-file\n');
  const none = { control: undefined, tokenFile: undefined, token: undefined };
  const control = 'http://127.0.0.1:9099';
  t.equal(parseControl(none, env), undefined);
  t.same(parseControl({ ...none, control: `${control}/` }, env), { url: control, token: 'secret' });
  t.match(parseControl({ ...none, control, tokenFile }, env), { token: 'of-the-file' });
  t.match(parseControl({ ...none, control, token: 'seen' }, env), { token: 'seen' }, 'as it was');
  const refused = [
    [{ control }, {}, /--control .*: no token/],
    [{ control: 'https://injector.example' }, env, /not a URL of this machine/],
    [{ control: 'nowhere' }, env, /not a URL/],
    [{ tokenFile }, env, /belongs to --control/],
  ] as const;
  for (const [request, environment, message] of refused) {
    t.throws(() => parseControl({ ...none, ...request }, environment), {
      constructor: CliError,
      exit: 'usage',
      message,
    });
  }
});
