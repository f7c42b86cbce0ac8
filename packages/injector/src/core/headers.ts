/** HTTP headers as they came: name, value, name, value, and so on, in their order and spelling. */
export type RawHeaders = readonly string[];

/** The first value of a header, by its name in lower case. */
export function headerOf(headers: RawHeaders, name: string): string | undefined {
  for (let index = 0; index < headers.length; index += 2) {
    const present = headers[index];
    if (present === undefined || present.length !== name.length) continue;
    if (present === name || present.toLowerCase() === name) return headers[index + 1];
  }
  return undefined;
}
