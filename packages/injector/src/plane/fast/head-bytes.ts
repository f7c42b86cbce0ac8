import type { RawHeaders } from '../../core/headers.ts';
import { lowerCaseName, type OrdinaryHead } from '../../http1/request-head.ts';
import { isHopByHop } from '../pass-headers.ts';

/** Whether headers of the client's connection must be taken out; `Connection: keep-alive` holds for any. */
export function mustBeWrittenAnew(headers: RawHeaders): boolean {
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index] ?? '';
    if (isHopByHop(name) && headers[index + 1]?.toLowerCase() !== 'keep-alive') return true;
  }
  return false;
}

/** The head as it goes upstream, without the headers of the client's connection. */
export function headForUpstream(head: OrdinaryHead): Buffer {
  return written(head, 'Connection: keep-alive\r\n', (name, value) => (isHopByHop(name) ? null : value));
}

/** The head as node:http is to read it where so many bytes of the body are still to come, and the others have passed. */
export function headWithBodyLeft(head: OrdinaryHead, bodyLeft: number): Buffer {
  return written(head, '', (name, value) => (lowerCaseName(name) === 'content-length' ? String(bodyLeft) : value));
}

/** @param valueOf null leaves the header out */
function written(
  { method, target, rawHeaders }: OrdinaryHead,
  added: string,
  valueOf: (name: string, value: string) => string | null,
): Buffer {
  let text = `${method} ${target} HTTP/1.1\r\n`;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const value = valueOf(name, rawHeaders[index + 1] ?? '');
    if (value !== null) text += `${name}: ${value}\r\n`;
  }
  return Buffer.from(`${text}${added}\r\n`, 'latin1');
}
