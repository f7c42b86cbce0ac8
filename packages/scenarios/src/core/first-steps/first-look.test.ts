import { test } from 'tap';
import { excerpt } from '../source/excerpt.ts';
import { errorOf, lastOutput, otherPort, tellingLine } from './last-output.ts';
import { findWriteShape } from './found-routes.ts';
import { readSource } from './read-source.ts';

test('the last output keeps what tells, and says once what repeats', (t) => {
  const printed = lastOutput();
  for (const line of ['listening', '', 'GET / 404 at 12:01', 'GET / 404 at 12:02', 'bye']) printed.add(line);
  t.strictSame(printed.lines(), ['listening', 'GET / 404 at 12:01 (2 times)', 'bye']);
  for (let index = 0; index < 99; index += 1) printed.add('x'.repeat(index + 1));
  t.equal(printed.lines().length, 16);
  const trace = ['file:///app/server.js:1', 'Error: no DATABASE_URL', '    at run (a.js:3:1)', 'Node.js v20.20.2'];
  t.equal(tellingLine(trace), 'Error: no DATABASE_URL');
  t.equal(tellingLine(['Traceback (most recent call last):', "KeyError: 'BUCKET'"]), "KeyError: 'BUCKET'");
  const npm = ['npm error Missing script: "strat"', 'npm error', 'npm error A complete log is in: /x'];
  t.equal(tellingLine(npm), npm[0]);
  t.equal(tellingLine(["throw new Error('no: x')", 'giving up']), 'giving up');
  t.equal(tellingLine([]), null);
  const boto = 'botocore.exceptions.EndpointConnectionError: Could not connect to the endpoint URL: "https://b.s3"';
  t.equal(errorOf(boto), boto);
  t.equal(errorOf('127.0.0.1 - - "POST /notes HTTP/1.1" 500 -'), null);
  t.end();
});

test('a port that the app names is told from the one it is looked for at', (t) => {
  for (const line of [
    'listening on 3000',
    'Listening on port 3000',
    ' * Running on http://127.0.0.1:3000/',
    'ready at http://[::]:9/ or http://localhost:3000',
    'listening on 0.0.0.0:3000',
  ]) {
    t.equal(otherPort([line], 4000), 3000, line);
    t.equal(otherPort([line], 3000), null, line);
  }
  t.equal(otherPort(['at run (module_job:325:25)', 'in 3000 ms', 'port 99999'], 4000), null);
  t.end();
});

test('an excerpt is one line, of a page what its reader would see', (t) => {
  t.equal(excerpt('{"a":\n  1}'), '{"a": 1}');
  t.equal(
    excerpt(
      '<!DOCTYPE html>\n<html><head><title>Error</title></head>\n<body><pre>Cannot GET &quot;/x&quot;<br>\n</pre>',
    ),
    'Cannot GET "/x"',
  );
  t.equal(excerpt(`<html><script>${'x'.repeat(500)}`), '');
  t.equal(excerpt('é'.repeat(500)).length, 120);
  t.end();
});

test('a source tells its health route and its buckets, where they stand in it', (t) => {
  const bucketOf = (line: string): string[] => readSource(new Map([['a.js', line]])).buckets.map(({ name }) => name);
  for (const line of [
    "const Bucket = process.env.BUCKET ?? 'my-photos';",
    'BUCKET = "my-photos"',
    "{ Bucket: 'my-photos', Key }",
    'BUCKET = os.environ.get("BUCKET", "my-photos")',
    "BUCKET = os.getenv('BUCKET') or 'my-photos'",
    "const bucket: string = 'my-photos'",
    'BUCKET_NAME: process.env.S3_BUCKET_NAME || "my-photos"',
  ]) {
    t.strictSame(bucketOf(line), ['my-photos'], line);
  }
  for (const line of [
    "Bucket: process.env.BUCKET, Key: 'photos'",
    "bucket: 'No Bucket'",
    "put(Bucket=BUCKET, Key='k-1')",
  ]) {
    t.strictSame(bucketOf(line), [], line);
  }
  const healthOf = (line: string) => readSource(new Map([['a.py', line]])).health;
  t.strictSame(healthOf('@app.get("/healthz")'), { path: '/healthz', file: 'a.py' });
  t.strictSame(healthOf("app.get('/health', (req, res) => {"), { path: '/health', file: 'a.py' });
  t.equal(healthOf("app.get('/healthy-food')"), null);
  t.end();
});

test('a source tells the port that it listens on, unless it is told one', (t) => {
  const portOf = (...lines: readonly string[]) => readSource(new Map([['a', lines.join('\n')]])).port?.number ?? null;
  for (const line of [
    'app.run(port=5000)',
    'app.run(host="0.0.0.0", port = 5000, debug=True)',
    'app.listen(5000, () => {})',
    'app.listen({ port: 5000 })',
    'ThreadingHTTPServer(("", 5000), Handler)',
    'http.ListenAndServe(":5000", nil)',
    'const PORT = 5000;',
  ]) {
    t.equal(portOf(line), 5_000, line);
    for (const told of ['process.env.PORT', 'os.environ.get("PORT")', "os.environ['PORT']", 'getenv("PORT")']) {
      t.equal(portOf(line, told), null, told);
    }
  }
  t.equal(portOf("connect({ host: 'db', port: 5432 })", 'app.listen(port)'), null);
  t.end();
});

test('a source tells how things are written and read', (t) => {
  const shapeOf = (...lines: readonly string[]) => findWriteShape(new Map([['a', lines.join('\n')]]));
  const express = shapeOf(
    "app.post('/photos', express.raw(), async (req, res) => {",
    '  await put({ Key: `photos/${id}.jpg` }); res.status(201).json({ id });',
    "app.get('/photos/:id', show);",
  );
  const given = { ids: 'given', collection: '/photos', idIn: { json: 'id' }, takesJson: false };
  t.strictSame(express, { file: 'a', ...given, key: 'photos/${entry}.jpg' });
  t.match(shapeOf('@app.post("/photos")', 'return {"photo_id": x}', '@app.get("/photos/{photo_id}")'), {
    ...given,
    idIn: { json: 'photo_id' },
  });
  t.match(
    shapeOf("@app.route('/photos', methods=['GET', 'POST'])", 'Key=f"p/{name}"', "@app.route('/photos/<string:name>')"),
    { ...given, key: 'p/${entry}' },
  );
  t.match(shapeOf('mux.HandleFunc("POST /v1/photos", f)', 'mux.HandleFunc("GET /v1/photos/{id}", g)'), {
    collection: '/v1/photos',
  });
  t.match(
    shapeOf(
      "r.post('/x')",
      "router.post('/notes', express.json(), f)",
      "router.get('/notes/:id', g)",
      'res.location(x)',
    ),
    {
      collection: '/notes',
      takesJson: true,
      idIn: { header: 'Location' },
    },
  );
  t.match(shapeOf("app.put('/photos/:id', f)", "app.get('/photos/:id', g)"), { ids: 'chosen', key: null });
  for (const line of ["app.post('/photos')", "app.get('/photos/:id')", "axios.post('/p'); axios.get('/p/:id')"]) {
    t.equal(shapeOf(line), null, line);
  }
  t.end();
});
