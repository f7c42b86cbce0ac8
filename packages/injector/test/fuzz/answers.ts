/** An answer as its reader understands it: what belongs to the connection and to the framing is taken away. */
export interface Understood {
  readonly status: string;
  readonly headers: readonly string[];
  readonly body: string;
  readonly trailers: readonly string[];
}

const ofConnection = /^(?:connection|keep-alive|transfer-encoding|date)$/i;

function headOf(text: string): { readonly lines: readonly string[]; readonly rest: string } | null {
  const end = text.indexOf('\r\n\r\n');
  return end === -1 ? null : { lines: text.slice(0, end).split('\r\n'), rest: text.slice(end + 4) };
}

const named = (lines: readonly string[], name: string): string | undefined =>
  lines
    .find((line) => line.toLowerCase().startsWith(`${name}:`))
    ?.slice(name.length + 1)
    .trim();

function chunkedBody(text: string): {
  readonly body: string;
  readonly trailers: readonly string[];
  readonly rest: string;
} {
  let rest = text;
  let body = '';
  for (;;) {
    const lineEnd = rest.indexOf('\r\n');
    const size = Number.parseInt(rest, 16);
    if (lineEnd === -1 || Number.isNaN(size)) return { body, trailers: ['cut off'], rest: '' };
    rest = rest.slice(lineEnd + 2);
    if (size === 0) break;
    body += rest.slice(0, size);
    rest = rest.slice(size + 2);
  }
  if (rest.startsWith('\r\n')) return { body, trailers: [], rest: rest.slice(2) };
  const trailers = headOf(rest);
  return { body, trailers: trailers?.lines ?? ['cut off'], rest: trailers?.rest ?? '' };
}

/** Reads what came over a connection on which requests with these methods were sent, one after the other. */
export function answersIn(text: string, methods: readonly string[]): readonly Understood[] {
  const answers: Understood[] = [];
  let rest = text;
  for (let head = headOf(rest); head !== null; head = headOf(rest)) {
    const [status = '', ...lines] = head.lines;
    rest = head.rest;
    if (/^HTTP\/1\.\d 1\d\d/.test(status)) continue;
    // White space around a value is not part of it.
    const headers = lines
      .filter((line) => !ofConnection.test(line.split(':', 1)[0] ?? ''))
      .map((line) => line.replace(/^([^:]*):[ \t]*(.*?)[ \t]*$/, '$1: $2'));
    const length = named(lines, 'content-length');
    const isBodiless = methods[answers.length] === 'HEAD' || /^\S+ (?:204|304)/.test(status);
    if (isBodiless) answers.push({ status, headers, body: '', trailers: [] });
    else if (named(lines, 'transfer-encoding') !== undefined) {
      const { body, trailers, rest: after } = chunkedBody(rest);
      answers.push({ status, headers, body, trailers: trailers.map((line) => line.replace(/:[ \t]*/, ': ')) });
      rest = after;
    } else {
      const bytes = length === undefined ? rest.length : Number(length);
      answers.push({ status, headers, body: rest.slice(0, bytes), trailers: [] });
      rest = rest.slice(bytes);
    }
  }
  return answers;
}
