import { spawnSync } from 'node:child_process';

const programs: readonly (readonly [command: string, argument: string])[] = [
  ['nginx', '-v'],
  ['haproxy', '-v'],
  ['mitmdump', '--version'],
  ['wrk', '-v'],
];

/** The versions of those programs that are installed, `nginx 1.22.1` for example; packages are pinned in the catalog. */
export function peerVersions(): readonly string[] {
  return programs.flatMap(([command, argument]) => {
    const { stdout, stderr, error } = spawnSync(command, [argument], { encoding: 'utf8' });
    const version = error === undefined ? /\d+\.\d+(\.\d+)*/.exec(stdout + stderr)?.[0] : undefined;
    return version === undefined ? [] : [`${command} ${version}`];
  });
}
