/** Pictures to put into the page itself, as `data:` addresses, by their names in the report. */
export type Screenshots = ReadonlyMap<string, string>;

/** All pictures together, in characters of base64: the page stays below 2 MB. */
const CHARS_MAX = 1_200_000;

/** Only what is drawn as a picture and can be nothing else. */
const PICTURE = /^data:image\/(?:jpeg|png|webp);base64,[A-Za-z0-9+/=]+$/;

/** Those that fit, the first ones first; the others stay files beside the page. */
export function screenshotsThatFit(all: Screenshots): Screenshots {
  const fitting = new Map<string, string>();
  let chars = 0;
  for (const [name, data] of all) {
    if (!PICTURE.test(data) || chars + data.length > CHARS_MAX) continue;
    chars += data.length;
    fitting.set(name, data);
  }
  return fitting;
}
