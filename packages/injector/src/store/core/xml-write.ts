/** The namespace of every document but errors. */
const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';
const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

// Control characters are legal in keys but not in XML 1.0 text; S3 writes them as character references all the same.
// oxlint-disable-next-line no-control-regex
const special = /[&<>"\r\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
const names: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text made safe between tags. */
function escapeXml(text: string): string {
  return text.search(special) !== -1
    ? text.replaceAll(special, (mark) => names[mark] ?? `&#x${mark.charCodeAt(0).toString(16)};`)
    : text;
}

/** One element with text; an undefined value writes nothing. */
export function element(name: string, value: string | number | boolean | undefined): string {
  if (value === undefined) return '';
  if (value === '') return `<${name}/>`;
  return `<${name}>${typeof value === 'string' ? escapeXml(value) : value}</${name}>`;
}

/** A whole answer document; `inner` is XML already. No newline at its end: some SDKs take one for a truncated error. */
export function xmlDocument(root: string, inner: string): string {
  return `${DECLARATION}<${root} xmlns="${NAMESPACE}">${inner}</${root}>`;
}

export interface ErrorIdentity {
  readonly requestId: string;
  readonly hostId: string;
  readonly resource: string;
}

/** S3's error body: no namespace, details between message and ids. */
export function errorDocument(
  code: string,
  message: string,
  details: Readonly<Record<string, string>>,
  identity: ErrorIdentity,
): string {
  const extra = Object.entries(details)
    .map(([name, value]) => element(name, value))
    .join('');
  return (
    `${DECLARATION}<Error>${element('Code', code)}${element('Message', message)}${extra}` +
    `${element('Resource', identity.resource)}${element('RequestId', identity.requestId)}` +
    `${element('HostId', identity.hostId)}</Error>`
  );
}
