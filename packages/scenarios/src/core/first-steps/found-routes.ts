/** How an app takes new things and gives them back, as its routes tell. */
export interface WriteShape {
  readonly file: string;
  /** `given`: it answers a POST with an id of its own. `chosen`: the id is in the path of a PUT. */
  readonly ids: 'given' | 'chosen';
  /** Where new ones are sent to: `/photos`. */
  readonly collection: string;
  /** Where in the answer the id is likely to be: a key of its JSON, or `Location`. */
  readonly idIn: { readonly json: string } | { readonly header: 'Location' };
  /** Whether it takes JSON; else bytes. */
  readonly takesJson: boolean;
  /** The one key in S3 that is made with something else: `photos/${entry}.jpg`; null where there is none, or several. */
  readonly key: string | null;
}

interface Route {
  readonly method: string;
  readonly path: string;
}

/** What routes are declared on: `app.post('/x')`, `@bp.get("/x/{id}")`, `@PostMapping("/x")`, `"POST /x"`. */
const ROUTES = [
  /\b(?:app|api|server|fastify|router|routes|bp|blueprint|\w+(?:Router|_router|_bp|App))\.(post|get|put)\(\s*["'`](\/[^"'`\s]*)["'`]/gi,
  /@(post|get|put)mapping\(\s*(?:value\s*=\s*)?"(\/[^"\s]*)"/gi,
  /["`](post|get|put) (\/[^"`\s]*)["`]/gi,
];
const FLASK = /\.route\(\s*["'](\/[^"'\s]*)["'](?:\s*,[^)]*methods\s*=\s*[[(]([^\])]*)[\])])?/g;
/** The last part of a path as its parameter: `:id`, `{id}`, `<id>`, `<string:id>`. */
const ITEM = /^(\/[^:{<*]*[^:{<*/])\/(?::\w+|\{[^}/]*\}|<[^>/]*>)$/;

function routesOf(text: string): Route[] {
  const declared = ROUTES.flatMap((pattern) =>
    [...text.matchAll(pattern)].map(([, method = '', path = '']) => ({ method: method.toUpperCase(), path })),
  );
  const flask = [...text.matchAll(FLASK)].flatMap(([, path = '', methods = "'GET'"]) =>
    [...methods.matchAll(/\w+/g)].map(([method]) => ({ method: method.toUpperCase(), path })),
  );
  return [...declared, ...flask];
}

const JSON_BODY =
  /express\.json\(|bodyParser\.json\(|(?:request|req|c\.req)\.(?:json\(|get_json)|@RequestBody|BaseModel\b/;
const BYTES_BODY = /express\.raw\(|bodyParser\.raw\(|multer\(|request\.(?:data|stream|body\(|get_data)|UploadFile\b/;
const LOCATION = /\.location\(|["']location["']/i;
const ID_KEY = /(?:json|send|jsonify|return|end|stringify)\s*\(?\s*\{\s*["']?(\w*?id)["']?\s*[:,}]/i;

/** `Key: \`photos/${id}.jpg\``, `Key=f"photos/{id}"` */
const KEY = /\bKey["']?\s*[:=]\s*f?(["'`])([^"'`\n]*)\1/g;
const PLACE = /\$?\{[^{}]*\}/g;

function keyIn(text: string): string | null {
  const made = [...text.matchAll(KEY)].flatMap(([, , key = '']) =>
    [...key.matchAll(PLACE)].length === 1 ? [key.replace(PLACE, () => '${entry}')] : [],
  );
  const [key = null, ...others] = new Set(made);
  return others.length === 0 ? key : null;
}

/**
 * The first pair of routes of which one takes something new and the other gives it back; null where none was seen. A
 * guess: nothing is run, and its reader is told the file.
 * @param sources texts by file name
 */
export function findWriteShape(sources: ReadonlyMap<string, string>): WriteShape | null {
  for (const [file, text] of sources) {
    const routes = routesOf(text);
    const has = (method: string, path: string): boolean =>
      routes.some((route) => route.method === method && route.path.replace(/(?<=.)\/$/, '') === path);
    for (const { method, path } of routes) {
      const collection = method === 'GET' ? ITEM.exec(path)?.[1] : undefined;
      if (collection === undefined) continue;
      const ids = has('POST', collection) ? 'given' : has('PUT', path) ? 'chosen' : null;
      if (ids === null) continue;
      const key = ID_KEY.exec(text)?.[1];
      const idIn = key === undefined && LOCATION.test(text) ? ({ header: 'Location' } as const) : { json: key ?? 'id' };
      const takesJson = JSON_BODY.test(text) && !BYTES_BODY.test(text);
      return { file, ids, collection, idIn, takesJson, key: keyIn(text) };
    }
  }
  return null;
}
