const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const LAST_CODE_POINT = 0x10_ff_ff;
const characterOf = (code: number): string | null => (code <= LAST_CODE_POINT ? String.fromCodePoint(code) : null);

function unescapeXml(text: string): string {
  return text.replaceAll(/&(?:#(x?)([\da-f]+)|([a-z]+));/gi, (whole, hex: string, code: string, name: string) =>
    code === undefined
      ? (entities[name] ?? whole)
      : (characterOf(Number.parseInt(code, hex === '' ? 10 : 16)) ?? whole),
  );
}

function decodeUrl(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

/** A listing of S3 without the keys that must not be seen. What is no listing comes back as it was. */
export function withoutKeys(listing: string, hidden: (key: string) => boolean): string {
  const encoded = listing.includes('<EncodingType>url</EncodingType>');
  let removed = 0;
  const rest = listing.replaceAll(/<(Contents|Version|DeleteMarker)>[^]*?<\/\1>/g, (entry) => {
    const written = unescapeXml(/<Key>([^]*?)<\/Key>/.exec(entry)?.[1] ?? '');
    if (!hidden(encoded ? decodeUrl(written) : written)) return entry;
    removed += 1;
    return '';
  });
  return rest.replace(
    /<KeyCount>(\d+)<\/KeyCount>/,
    (_, count: string) => `<KeyCount>${Number(count) - removed}</KeyCount>`,
  );
}

/** What S3 says of a DeleteObjects request when all went well. The keys stay escaped as they came. */
export function deleteResult(requestBody: string): string {
  const quiet = /<Quiet>\s*true\s*<\/Quiet>/i.test(requestBody);
  const keys = [...requestBody.matchAll(/<Object>[^]*?<Key>([^]*?)<\/Key>[^]*?<\/Object>/g)].map(
    ([, key]) => key ?? '',
  );
  const deleted = quiet ? '' : keys.map((key) => `<Deleted><Key>${key}</Key></Deleted>`).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<DeleteResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${deleted}</DeleteResult>`;
}
