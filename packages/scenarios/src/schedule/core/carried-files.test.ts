import { test } from 'tap';
import { carriedFiles } from './carried-files.ts';

const pathsOf = (...paths: string[]) =>
  carriedFiles(
    paths.map((path) => ({ path, text: '' })),
    'scenario',
  );

test('files are put below one folder, as they stand to each other', (t) => {
  t.match(pathsOf('/a/b/night/one.yaml', '/a/b/base.yaml'), [
    { key: 'scenario-1-one.yaml', path: 'scenario/night/one.yaml' },
    { key: 'scenario-2-base.yaml', path: 'scenario/base.yaml' },
  ]);
  t.match(pathsOf('/a/ein Tag.yaml'), [{ key: 'scenario-1-ein_Tag.yaml', path: 'scenario/ein Tag.yaml' }]);
  t.match(pathsOf('/one.yaml', '/b/base.yaml'), [{ path: 'scenario/one.yaml' }, { path: 'scenario/b/base.yaml' }]);
  t.end();
});
