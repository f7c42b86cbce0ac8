import { InputError, type Path } from '../source/input-error.ts';
import { layListOver, layOver } from './lay-over.ts';
import { LocatedTree, type Entry, type Located } from '../source/located-tree.ts';
import { isRecord } from '../source/schema-words.ts';
import { locateFindings, type Finding, type YamlDocument } from '../source/yaml-document.ts';

/** More copies of a stretch are no scenario but a mistake. */
const REPEAT_MAX = 100;
/** More phases would be no scenario either: repeats may stand in files that are included by repeats. */
const PHASES_MAX = 500;

/** A reference from one scenario file to another. */
export interface FileReference {
  readonly path: Path;
  /** A scenario's name, or a path seen from the file that refers. */
  readonly name: string;
}

/** Every file that a scenario builds on: `extends`, and `include` among its phases. */
export function fileReferences(data: unknown): FileReference[] {
  const references: FileReference[] = [];
  const inPhases = (phases: unknown, path: Path): void => {
    if (!Array.isArray(phases)) return;
    for (const [index, item] of phases.entries()) {
      if (!isRecord(item)) continue;
      const at = [...path, index];
      if (typeof item['include'] === 'string') references.push({ path: [...at, 'include'], name: item['include'] });
      if ('repeat' in item) inPhases(item['phases'], [...at, 'phases']);
    }
  };
  if (!isRecord(data)) return references;
  if (typeof data['extends'] === 'string') references.push({ path: ['extends'], name: data['extends'] });
  inPhases(data['phases'], ['phases']);
  const tracks = Array.isArray(data['tracks']) ? data['tracks'] : [];
  for (const [index, track] of tracks.entries()) {
    if (isRecord(track)) inPhases(track['phases'], ['tracks', index, 'phases']);
  }
  return references;
}

/** What composing needs at hand. */
interface Composing {
  readonly tree: LocatedTree;
  readonly fileOf: (from: YamlDocument, name: string) => YamlDocument;
  /** The files that led here, the first being the scenario itself. */
  readonly trail: readonly YamlDocument[];
  /** What included files declare: assumptions and variables. */
  readonly declared: Located[];
}

/**
 * One document made of a scenario and of the files that it extends and includes, which still knows where everything
 * stood. What a file says itself goes before what it extends: maps key by key, `phases` and `tracks` entry by entry
 * where the ids are the same, everything else whole.
 * @param fileOf the document that a reference means, loaded beforehand
 * @throws {InputError} for files that build on each other in a circle, and for what cannot be put together
 */
export function composeScenario(
  root: YamlDocument,
  fileOf: (from: YamlDocument, name: string) => YamlDocument,
): YamlDocument {
  const tree = new LocatedTree();
  const composed = compose({ tree, fileOf, trail: [root], declared: [] });
  return { file: root.file, data: composed.value, locate: (path, what) => tree.locate(composed, path, what) };
}

/** The last file of the trail, with what it builds on put in. */
function compose(composing: Composing): Located {
  const { tree, trail, declared } = composing;
  const document = trail.at(-1);
  if (document === undefined) throw new Error('nothing to compose');
  const whole: Located = { value: document.data, origin: { document, path: [] } };
  if (!isRecord(whole.value)) return whole;
  const phases = expandPhases(tree.child(whole, 'phases'), composing);
  const own = tree.entries(whole).filter(([key]) => key !== 'extends');
  const tracks = expandTracks(tree.child(whole, 'tracks'), composing);
  const plain = own.map(([key, value]): Entry => {
    if (key === 'phases') return [key, phases];
    return [key, key === 'tracks' ? tracks : value];
  });
  let result: Located = { value: tree.record(plain), origin: whole.origin };
  // What is included is laid under: the scenario may set another default.
  for (const part of declared) result = layOver(tree, part, result);
  const reference = tree.child(whole, 'extends');
  if (reference.value === undefined) return result;
  if (typeof reference.value !== 'string') return fail(reference, { message: 'must be a name or a path' });
  const below = follow(composing, reference, reference.value);
  const lists = ['phases', 'tracks']
    .map((key) => [key, tree.child(below, key), tree.child(result, key)] as const)
    .filter(([, from, to]) => Array.isArray(from.value) && Array.isArray(to.value))
    .map(([key, from, to]): Entry => [key, layListOver(tree, from, to)]);
  return { ...tree.replace(layOver(tree, below, result), lists), origin: result.origin };
}

/** Another file, composed. */
function follow(composing: Composing, reference: Located, name: string): Located {
  const { fileOf, trail } = composing;
  const { document } = reference.origin;
  const next = fileOf(document, name);
  if (trail.some(({ file }) => file === next.file)) {
    const circle = [...trail, next].map(({ file }) => baseName(file)).join(', which builds on ');
    fail(reference, { message: `a circle: ${circle}` });
  }
  return compose({ ...composing, trail: [...trail, next], declared: [] });
}

/** The phases with what they include put in and what they repeat written out. */
function expandPhases(phases: Located, composing: Composing): Located {
  const { tree } = composing;
  if (!Array.isArray(phases.value)) return phases;
  const items = tree.items(phases).flatMap((item): Located[] => {
    if (!isRecord(item.value)) return [item];
    if ('include' in item.value) return included(item, composing);
    return 'repeat' in item.value ? repeated(item, composing) : [item];
  });
  if (items.length > PHASES_MAX) fail(phases, { message: `comes to more than ${PHASES_MAX} phases` });
  return { value: tree.list(items), origin: phases.origin };
}

function expandTracks(tracks: Located, composing: Composing): Located {
  const { tree } = composing;
  if (!Array.isArray(tracks.value)) return tracks;
  const items = tree
    .items(tracks)
    .map((track) => tree.replace(track, [['phases', expandPhases(tree.child(track, 'phases'), composing)]]));
  return { value: tree.list(items), origin: tracks.origin };
}

function included(item: Located, composing: Composing): Located[] {
  const { tree, declared } = composing;
  onlyFields(item, ['include', 'as']);
  const reference = tree.child(item, 'include');
  const { value: as } = tree.child(item, 'as');
  if (typeof reference.value !== 'string') return fail(reference, { message: 'must be a name or a path' });
  const file = follow(composing, reference, reference.value);
  const shared = tree.entries(file).filter(([key]) => key === 'assumptions' || key === 'variables');
  declared.push({ value: tree.record(shared), origin: file.origin });
  const prefix = typeof as === 'string' ? `${as}-` : '';
  return tree.items(tree.child(file, 'phases')).map((phase) => renamed(tree, phase, (id) => `${prefix}${id}`));
}

function repeated(item: Located, composing: Composing): Located[] {
  const { tree } = composing;
  onlyFields(item, ['repeat', 'phases']);
  const times = tree.child(item, 'repeat');
  const count = times.value;
  if (typeof count !== 'number' || !Number.isInteger(count) || count < 1 || count > REPEAT_MAX) {
    return fail(times, { message: `must be a whole number from 1 to ${REPEAT_MAX}` });
  }
  const stretch = tree.items(expandPhases(tree.child(item, 'phases'), composing));
  return Array.from({ length: count }, (_, index) =>
    stretch.map((phase) => renamed(tree, phase, (id) => `${id}-${index + 1}`)),
  ).flat();
}

function renamed(tree: LocatedTree, phase: Located, name: (id: string) => string): Located {
  const id = tree.child(phase, 'id');
  return typeof id.value === 'string' ? tree.replace(phase, [['id', { ...id, value: name(id.value) }]]) : phase;
}

function onlyFields(item: Located, allowed: readonly string[]): void {
  for (const key of Object.keys(isRecord(item.value) ? item.value : {})) {
    if (allowed.includes(key)) continue;
    const { document, path } = item.origin;
    const origin = { document, path: [...path, key] };
    fail({ value: null, origin }, { message: `cannot stand beside "${allowed[0]}"`, at: 'key' });
  }
}

function fail({ origin }: Located, finding: Omit<Finding, 'path'>): never {
  throw new InputError(locateFindings(origin.document, [{ ...finding, path: origin.path }]));
}

function baseName(file: string): string {
  return file.split(/[/\\]/).at(-1) ?? file;
}
