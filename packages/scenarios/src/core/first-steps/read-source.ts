import { findWriteShape, type WriteShape } from './found-routes.ts';

/** What the source of an app says of itself to whoever only looks for a few words. */
export interface SourceHints {
  /** A route that is there for those who ask whether the app is well; null where none was seen. */
  readonly health: { readonly path: string; readonly file: string } | null;
  /** The port that it listens on, where it takes none from its environment; null where none was seen. */
  readonly port: { readonly number: number; readonly file: string } | null;
  /** Names of buckets that stand in it as they are, in their order. */
  readonly buckets: readonly { readonly name: string; readonly file: string }[];
  /** A route that takes something new, and one that gives it back; null where no such pair was seen. */
  readonly writes: WriteShape | null;
}

const HEALTH = /["'`](\/(?:api\/)?(?:healthz?|health[-_]?check|readyz?|livez?|_?status|ping))\/?["'`]/;
/** `process.env.PORT`, `os.environ.get("PORT")`, `System.getenv("PORT")`, `${PORT}`: then it listens where it is told to. */
const TAKES_PORT = /env\w*(?:\.|\W{1,3}|\.?get\w*\W{1,3})PORT\b|\$\{PORT/i;
/** `app.listen(3000)`, `app.run(port=5000)`, `HTTPServer(("", 8000), …)`, `ListenAndServe(":8080", …)`, `PORT = 3000` */
const LISTENS = [
  /\.listen\(\s*(?:\{\s*port:\s*)?(\d{2,5})\b/,
  /\b\w+\.run\([^()]*\bport\s*=\s*(\d{2,5})\b/,
  /Server\(\s*\(\s*["'][^"']*["']\s*,\s*(\d{2,5})\s*\)/,
  /ListenAndServe\(\s*"[^"]*:(\d{2,5})"/,
  /^\s*(?:export\s+)?(?:const\s+|let\s+|var\s+)?PORT\s*=\s*(\d{2,5})\b/m,
];
/** `Bucket: 'x'`, `BUCKET = "x"`, `process.env.BUCKET ?? 'x'`, `os.environ.get("BUCKET", "x")`; names as S3 takes them. */
const BUCKET =
  /\w*bucket(?:[-_]?name)?["'\]]*\s*(?::\s*\w+\s*=|:|=|\?\?|\|\||,)\s*(?:\w[\w.]*(?:\[|\()["'`]?\w*["'`]?[\])]?\s*(?:\?\?|\|\||,|or)\s*)?(?:\w[\w.]*\.\w+\s*(?:\?\?|\|\|)\s*)?["'`]([a-z\d][a-z\d.-]{1,61}[a-z\d])["'`]/gi;

/**
 * Looks for a health route, a port, the names of buckets, and how things are written and read. Nothing is run, and a guess stays one: its reader is told the file.
 * @param sources texts by file name
 */
export function readSource(sources: ReadonlyMap<string, string>): SourceHints {
  let health: SourceHints['health'] = null;
  const buckets = new Map<string, string>();
  for (const [file, text] of sources) {
    const path = HEALTH.exec(text)?.[1];
    if (health === null && path !== undefined) health = { path, file };
    for (const [, name] of text.matchAll(BUCKET)) {
      if (name !== undefined && name === name.toLowerCase() && !buckets.has(name)) buckets.set(name, file);
    }
  }
  return {
    health,
    port: portIn(sources),
    buckets: [...buckets].map(([name, file]) => ({ name, file })),
    writes: findWriteShape(sources),
  };
}

function portIn(sources: ReadonlyMap<string, string>): SourceHints['port'] {
  if ([...sources.values()].some((text) => TAKES_PORT.test(text))) return null;
  for (const [file, text] of sources) {
    const digits = LISTENS.map((pattern) => pattern.exec(text)?.[1]).find((found) => found !== undefined);
    if (digits !== undefined) return { number: Number(digits), file };
  }
  return null;
}
