import type { FoundApp } from './found-app.ts';
import type { SourceHints } from './read-source.ts';

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A first chaos.yaml for an app: what was found out, and what only its owner knows as an example to change. */
export function firstTargetFile(app: FoundApp, { health, port: seen, buckets, writes }: SourceHints): string {
  const command =
    typeof app.command === 'string' ? quoted(app.command) : `[${app.command.map((word) => quoted(word)).join(', ')}]`;
  // A command that passes PORT on decides itself.
  const own = app.port === null && seen !== null && !command.includes('PORT') ? seen : null;
  const port = own?.number ?? app.port ?? '${PORT}';
  return `# The app under test, its users, and what counts as good. Every field: docs/chaos.schema.json of Gameday.
name: ${quoted(app.name)}
# From ${app.from}. Started with PORT and AWS_ENDPOINT_URL_S3 in its environment.
${app.note === null ? '' : `# ${app.note}\n`}command: ${command}
${own === null ? '' : `# Where it listens, as ${own.file} says; http://127.0.0.1:\${PORT} once it takes its port from the environment.\n`}url: http://127.0.0.1:${port}
# ${health === null ? 'Answers 200 as soon as the app can serve, without S3.' : `Answers 200 as soon as the app can serve; seen in ${health.file}.`}
ready: { path: ${health?.path ?? '/'}, within: 30s }

region: us-east-1
# Created in the embedded S3 before the app starts${buckets.length === 0 ? ': [uploads, thumbnails]' : `; seen in ${[...new Set(buckets.map(({ file }) => file))].join(', ')}`}.
buckets: [${buckets.map(({ name }) => quoted(name)).join(', ')}]

workload:
  rate: 10/s
  steps:
${firstSteps(writes)}    # A route that needs no S3 shows the blast radius:
${health === null ? '    # - id: login\n    #   class: control\n    #   request: GET /login' : `    - id: health\n      class: control\n      request: GET ${health.path}`}

${firstAudit(writes, buckets[0]?.name)}`;
}

const EXAMPLE_STEPS = `    # Change these to what your users do. A write and a read of it let lost writes be found. \${new} is a fresh id:
    # - id: upload
    #   class: write
    #   weight: 2
    #   request: { method: PUT, path: '/things/\${new}', body: { random: 4KB } }
    # Or, where the app makes the ids and answers with them:
    # - id: upload
    #   class: write
    #   weight: 2
    #   request: { method: POST, path: /things, body: { random: 4KB } }
    #   new: { json: id }                 # or { header: Location }
    # Either way:
    # - id: view
    #   class: read
    #   weight: 5
    #   request: GET /things/\${known}
    #   expect: { body: entry }
    - id: home
      class: read
      request: GET /
`;

/** A write and a read of what was seen in the app's source; as comments where nothing was. */
function firstSteps(writes: SourceHints['writes']): string {
  if (writes === null) return EXAMPLE_STEPS;
  const { file, ids, collection, idIn, takesJson } = writes;
  const given = ids === 'given';
  const [type, body] = takesJson
    ? ['application/json', `{ text: '{"text": "\${entry}"}' }`]
    : ['application/octet-stream', '{ random: 4KB }'];
  const path = given ? collection : `'${collection}/\${new}'`;
  const line = `{ method: ${given ? 'POST' : 'PUT'}, path: ${path}, headers: { Content-Type: ${type} }, body: ${body} }`;
  const id = 'header' in idIn ? `{ header: Location }` : `{ json: ${idIn.json} }`;
  const read = takesJson
    ? 'value: { json: text }             # the ${entry} of the body above'
    : 'expect: { body: entry }';
  return `    # Seen in ${file}; chaos doctor says whether it works. Change it to what your users send and get.
    - id: upload
      class: write
      weight: 2
      request: ${line}
${given ? `      new: ${id.padEnd(28)}# where the answer has the id that the app gives it\n` : ''}    - id: view
      class: read
      weight: 5
      request: GET ${collection}/\${known}
      ${read}
`;
}

/** Where what was written lies in S3; as a comment where that was not seen. */
function firstAudit(writes: SourceHints['writes'], bucket: string | undefined): string {
  const about = '# Where an acknowledged write is looked for after recovery, beside the step that reads it';
  const key = writes?.key ?? `${writes?.collection.slice(1) ?? 'things'}/\${entry}`;
  const isSeen = bucket !== undefined && (writes?.key ?? null) !== null;
  const lead = isSeen ? '' : '# ';
  return `${about}; \${entry} is its id:
${lead}audit:
${lead}  s3: { bucket: ${bucket ?? 'uploads'}, key: ${quoted(key)} }
`;
}

/** A first scenario, that runs as it is. */
export function firstScenario(name: string): string {
  return `# Every field: docs/scenario.schema.json of Gameday. Check it with: chaos validate scenarios/${name}.yaml
name: ${name}
title: ${quoted(`${name.replaceAll('-', ' ')}: say in one line what fails`)}
summary: >-
  What happens, or happened, in a few sentences.
lesson: >-
  What an app that does well here has understood.
# Where the facts come from.
sources: []
# Figures that no source gives. chaos run ${name} --set failing=0.5
assumptions:
  failing:
    value: 0.3
    why: Say why this figure.
phases:
  - id: degraded
    title: Some requests fail
    from: T+0s
    to: T+20s
    notes:
      - What the reader of the report should know about these seconds.
    faults:
      - regions: [home]
        share: \${failing}
        fault: SlowDown
  - id: blackout
    title: Nothing answers
    from: T+20s
    to: T+50s
    faults:
      - regions: [home]
        share: 1
        fault: silent
`;
}
