import type { Segment } from '../catalog/object-version.ts';
import type { Call } from '../http/call.ts';
import type { Services } from '../services.ts';
import { receiveBody, type ReceivedBody, type ReceiveOptions } from './receive.ts';

export interface ReceivedBlob extends ReceivedBody {
  readonly contents: readonly Segment[];
}

/** Reads a body into the blob storage. Nothing stays behind where it fails. */
export async function receiveBlob(
  call: Call,
  { blobs, threads }: Services,
  options: Omit<ReceiveOptions, 'threads'>,
): Promise<ReceivedBlob> {
  const writer = blobs.writer();
  try {
    const received = await receiveBody(call, writer, { ...options, threads });
    if (received.size === 0) return { ...received, contents: [] };
    const segment = writer.finish();
    return { ...received, contents: [segment instanceof Promise ? await segment : segment] };
  } catch (error) {
    await writer.abandon();
    throw error;
  }
}
