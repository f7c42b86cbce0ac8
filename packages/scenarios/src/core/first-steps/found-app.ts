import { parse } from 'yaml';
import { z } from 'zod';

/** What the files of a folder tell about the app in it. */
export interface FoundApp {
  readonly name: string;
  /** For `command:` in a chaos.yaml; a line, or words where it needs a shell. */
  readonly command: string | readonly string[];
  /** Where it listens; null for the port that it is given as PORT. */
  readonly port: number | null;
  /** The file that told. */
  readonly from: string;
  /** What the user should look at, as a comment. */
  readonly note: string | null;
}

/** The files that are looked at, in this order of trust. */
export const appFiles = [
  'package.json',
  'Procfile',
  'docker-compose.yml',
  'docker-compose.yaml',
  'compose.yaml',
  'compose.yml',
  'Dockerfile',
  'app.py',
  'main.py',
  'server.py',
  'manage.py',
  'go.mod',
  'server.js',
  'server.mjs',
  'app.js',
  'index.js',
] as const;

const packageSchema = z.object({
  name: z.string().optional(),
  main: z.string().optional(),
  scripts: z.object({ start: z.string().optional() }).optional(),
});
const portsSchema = z.array(z.union([z.string(), z.number(), z.object({ published: z.coerce.number() })]));
const composeSchema = z.object({ services: z.record(z.string(), z.object({ ports: portsSchema.optional() })) });

const SHELL = /[|&;<>()$`*?"'\\]/;
/** A line that needs a shell is given to one; `${PORT:-80}` becomes `$PORT`, as `${...}` is Gameday's own. */
function asCommand(line: string): FoundApp['command'] {
  return SHELL.test(line) ? ['sh', '-c', `exec ${line.replaceAll(/\$\{(\w+)[^}]*\}/g, '$$$1')}`] : line;
}

/**
 * The app of a folder: the first file that says how to start it.
 * @param files texts by name, of those in `appFiles`
 * @param folderName what it is called where no file says so
 */
export function findApp(files: ReadonlyMap<string, string>, folderName: string): FoundApp | null {
  for (const name of appFiles) {
    const text = files.get(name);
    const found = text === undefined ? null : readers[name](text, name);
    if (found !== null) return { ...found, name: found.name === '' ? folderName : found.name };
  }
  return null;
}

type Reader = (text: string, from: string) => FoundApp | null;

const fromCompose: Reader = (text, from) => {
  const parsed = composeSchema.safeParse(tryParse(() => parse(text)));
  if (!parsed.success) return null;
  const service = Object.entries(parsed.data.services).find(([, { ports = [] }]) => ports.length > 0);
  const [published] = service?.[1].ports ?? [];
  const port = published === undefined ? null : hostPort(published);
  if (service === undefined || port === null) return null;
  const note =
    'A container reaches this machine under another address than 127.0.0.1: give the service network_mode: host, ' +
    'and hand AWS_ENDPOINT_URL_S3, AWS_REGION and the keys on under environment.';
  return { name: service[0], command: `docker compose up ${service[0]}`, port, from, note };
};

const python: Reader = (text, from) =>
  /__name__\s*==\s*["']__main__["']|\.serve_forever\(/.test(text)
    ? { name: '', command: `python3 ${from}`, port: null, from, note: null }
    : null;

/** A module that flask and the like find by its name, and that does not start itself. */
const pythonApp: Reader = (text, from) => {
  const itself = python(text, from);
  if (itself !== null) return itself;
  const module = from.replace(/\.py$/, '');
  if (/\bFlask\(/.test(text)) return words(['sh', '-c', `exec flask --app ${module} run --port $PORT`], from);
  const fastApi = /^(\w+)\s*=\s*FastAPI\(/m.exec(text)?.[1];
  return fastApi === undefined ? null : words(['sh', '-c', `exec uvicorn ${module}:${fastApi} --port $PORT`], from);
};

const words = (command: readonly string[], from: string): FoundApp => ({
  name: '',
  command,
  port: null,
  from,
  note: null,
});

const node: Reader = (text, from) =>
  /\.listen\(|\bserve\(/.test(text) ? { name: '', command: `node ${from}`, port: null, from, note: null } : null;

const readers: Readonly<Record<(typeof appFiles)[number], Reader>> = {
  'package.json': (text, from) => {
    const parsed = packageSchema.safeParse(tryParse(() => JSON.parse(text)));
    if (!parsed.success) return null;
    const { name = '', main, scripts } = parsed.data;
    const common = { name: name.replace(/^@[^/]*\//, ''), port: null, from, note: null };
    if (scripts?.start !== undefined) return { ...common, command: 'npm start' };
    return main === undefined ? null : { ...common, command: `node ${main}` };
  },
  Procfile: (text, from) => {
    const line = /^web:\s*(.+)$/m.exec(text)?.[1];
    return line === undefined ? null : { name: '', command: asCommand(line.trim()), port: null, from, note: null };
  },
  'docker-compose.yml': fromCompose,
  'docker-compose.yaml': fromCompose,
  'compose.yaml': fromCompose,
  'compose.yml': fromCompose,
  Dockerfile: (text, from) => {
    const line = [...text.matchAll(/^\s*CMD\s+(.+)$/gm)].at(-1)?.[1]?.trim();
    if (line === undefined) return null;
    const said = z
      .array(z.string())
      .min(1)
      .safeParse(tryParse(() => JSON.parse(line)));
    const exposed = Number(/^\s*EXPOSE\s+(\d+)/m.exec(text)?.[1]);
    const note = 'This is what the image runs, run on this machine itself, without the image.';
    const port = Number.isInteger(exposed) ? exposed : null;
    return { name: '', command: said.success ? said.data : asCommand(line), port, from, note };
  },
  'app.py': pythonApp,
  'main.py': pythonApp,
  'server.py': pythonApp,
  'manage.py': (text, from) =>
    /django/i.test(text) ? words(['sh', '-c', 'exec python3 manage.py runserver --noreload $PORT'], from) : null,
  'go.mod': (text, from) => {
    const module = /^module\s+(\S+)/m.exec(text)?.[1];
    return module === undefined
      ? null
      : { name: module.split('/').at(-1) ?? '', command: 'go run .', port: null, from, note: null };
  },
  'server.js': node,
  'server.mjs': node,
  'app.js': node,
  'index.js': node,
};

/** `8080:80`, `127.0.0.1:8080:80`, 8080 or {published: 8080} */
function hostPort(port: string | number | { readonly published: number }): number | null {
  if (typeof port === 'object') return port.published;
  if (typeof port === 'number') return port;
  const parts = port.replace(/\/\w+$/, '').split(':');
  const host = Number(parts.length > 1 ? parts.at(-2) : parts[0]);
  return Number.isInteger(host) && host > 0 ? host : null;
}

function tryParse(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return null;
  }
}
