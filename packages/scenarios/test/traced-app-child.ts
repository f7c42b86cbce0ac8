// An app that passes its callers' trace context on to S3, as one with OpenTelemetry's instrumentation does.
import { AsyncLocalStorage } from 'node:async_hooks';
import { createServer } from 'node:http';
import { ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

const caller = new AsyncLocalStorage<string | undefined>();
const s3 = new S3Client({ maxAttempts: 1 });
s3.middlewareStack.add(
  (next) => (args) => {
    const { request } = args;
    const traceparent = caller.getStore();
    if (traceparent !== undefined && typeof request === 'object' && request !== null && 'headers' in request) {
      Object.assign(request.headers ?? {}, { traceparent });
    }
    return next(args);
  },
  { step: 'build' },
);

const Bucket = 'traced';
createServer((request, response) => {
  const { traceparent } = request.headers;
  const work = async (): Promise<void> => {
    if (request.url === '/put') await s3.send(new PutObjectCommand({ Bucket, Key: 'thing', Body: 'x' }));
    else if (request.url === '/list') await s3.send(new ListObjectsV2Command({ Bucket }));
  };
  caller.run(typeof traceparent === 'string' ? traceparent : undefined, () => {
    work().then(
      () => response.end('ok'),
      () => response.writeHead(502).end('S3 failed'),
    );
  });
}).listen(Number(process.env['PORT']), '127.0.0.1');
