const LENGTH_MAX = 120;

/** The beginning of an answer's text on one line; of a page of HTML what its reader would see. */
export function excerpt(text: string): string {
  const isHtml = /^\s*(?:<!doctype html|<html)/i.test(text);
  const plain = isHtml
    ? text
        .replaceAll(/<(style|script|title)\b[^]*?(?:<\/\1>|$)/gi, ' ')
        .replaceAll(/<[^>]*(?:>|$)/g, ' ')
        .replaceAll('&nbsp;', ' ')
        .replaceAll('&quot;', '"')
        .replaceAll('&#39;', "'")
        .replaceAll('&lt;', '<')
        .replaceAll('&gt;', '>')
        .replaceAll('&amp;', '&')
    : text;
  return plain.replaceAll(/\s+/g, ' ').trim().slice(0, LENGTH_MAX);
}
