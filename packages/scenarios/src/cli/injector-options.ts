import { existsSync, readFileSync } from 'node:fs';
import { isLoopback } from '@gameday/injector';
import type { InjectorAddress } from '../adapters/nemesis/control-client.ts';
import { CliError } from './cli-error.ts';

/** Holds the token of a control API: a command line can be seen by everybody on the machine. */
export const TOKEN_VARIABLE = 'GAMEDAY_INJECTOR_TOKEN';

/** `--injector` and what belongs to it. */
export const injectorOptions = {
  injector: {
    type: 'string' as const,
    describe: `the control API of an injector that runs elsewhere: URL; its token in ${TOKEN_VARIABLE} or a file; see docs/inject.md`,
  },
  'injector-token-file': { type: 'string' as const, describe: 'where the token of --injector stands' },
  'injector-plain-http': {
    type: 'boolean' as const,
    default: false,
    describe: 'let that token cross a network unencrypted: --injector may be http:// on another machine',
  },
};

export interface InjectorRequest {
  readonly injector: string | undefined;
  readonly injectorTokenFile: string | undefined;
  readonly injectorPlainHttp: boolean;
}

/** Where the injector elsewhere is; undefined where the one of this process is meant. @throws {CliError} */
export function parseInjector(request: InjectorRequest, env: NodeJS.ProcessEnv): InjectorAddress | undefined {
  const { injector: text, injectorTokenFile: file, injectorPlainHttp } = request;
  if (text === undefined) {
    if (file === undefined && !injectorPlainHttp) return undefined;
    throw new CliError(
      '--injector-token-file and --injector-plain-http belong to --injector',
      '--injector URL',
      'usage',
    );
  }
  const url = controlUrl('--injector', text);
  if (url.protocol === 'http:' && !isLoopback(url) && !injectorPlainHttp) {
    throw new CliError(
      `--injector ${text}: its token would cross the network unencrypted`,
      'take https://, or a tunnel (kubectl port-forward, ssh -L); --injector-plain-http allows it',
      'usage',
    );
  }
  return { url: addressOf(url), token: tokenFrom(`--injector ${text}`, '--injector-token-file', file, env) };
}

/** What `--control` of `chaos fis serve` asks for. */
export interface ControlRequest {
  readonly control: string | undefined;
  readonly tokenFile: string | undefined;
  /** On the command line, where everybody can see it: only for whoever did so before. */
  readonly token: string | undefined;
}

/** Where the control API of `--control` is; undefined where there is none. @throws {CliError} */
export function parseControl(request: ControlRequest, env: NodeJS.ProcessEnv): InjectorAddress | undefined {
  const { control: text, tokenFile: file, token } = request;
  if (text === undefined) {
    if (file === undefined && token === undefined) return undefined;
    throw new CliError('--token-file belongs to --control', '--control URL', 'usage');
  }
  const url = controlUrl('--control', text);
  if (!isLoopback(url)) {
    throw new CliError(`--control ${text}: not a URL of this machine`, 'chaos inject prints it', 'usage');
  }
  return { url: addressOf(url), token: token ?? tokenFrom(`--control ${text}`, '--token-file', file, env) };
}

/** @throws {CliError} for what is no URL, and for one with a secret in it */
function controlUrl(option: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new CliError(
      `${option} ${text}: not a URL`,
      `${option} http://127.0.0.1:9099, as chaos inject prints it`,
      'usage',
    );
  }
  if (url.username !== '' || url.password !== '' || url.search !== '') {
    const hint = `the token goes into ${TOKEN_VARIABLE}, or into a file`;
    throw new CliError(`${option}: no secrets on a command line, where everybody can see them`, hint, 'usage');
  }
  return url;
}

const addressOf = (url: URL): string => `${url.origin}${url.pathname}`.replace(/\/+$/, '');

/** @throws {CliError} where there is none */
function tokenFrom(asked: string, option: string, file: string | undefined, env: NodeJS.ProcessEnv): string {
  const token = file === undefined ? (env[TOKEN_VARIABLE] ?? '') : readToken(option, file);
  if (token !== '') return token;
  throw new CliError(`${asked}: no token`, `set ${TOKEN_VARIABLE}, or give ${option} FILE`, 'usage');
}

/** @throws {CliError} where there is none */
export function readToken(option: string, file: string): string {
  const token = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  if (token !== '') return token;
  throw new CliError(`${option} ${file}: there is no token`, 'chaos inject --token-file writes one', 'usage');
}
