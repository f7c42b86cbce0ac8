// A bench process: s3rver, as its users start it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from 's3rver';
import { announce } from '../injector/process.ts';

const directory = await mkdtemp(join(tmpdir(), 'gameday-bench-'));
process.on('SIGTERM', () => void rm(directory, { recursive: true, force: true }).then(() => process.exit()));
const server = new S3rver({ address: '127.0.0.1', port: 0, silent: true, directory });
announce(await server.run());
