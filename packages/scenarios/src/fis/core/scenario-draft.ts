import { stringify } from 'yaml';
import { formatDuration } from '../../core/words/duration.ts';

type Json = Readonly<Record<string, unknown>>;

/** Something that goes wrong for a while, as another tool has it. */
export interface DraftPiece {
  readonly name: string;
  /** Milliseconds since it all began. Both are the same for what has no length. */
  readonly fromMs: number;
  readonly toMs: number;
  /** As a scenario's phase writes them. */
  readonly faults: readonly Json[];
  /** Those with `after` count from the piece's beginning. */
  readonly events: readonly Json[];
}

/** A scenario made out of another tool's file, for the user to finish. */
export interface ScenarioDraft {
  readonly name: string;
  readonly yaml: string;
  /** What is done otherwise, or not at all. */
  readonly notes: readonly string[];
}

export interface DraftInput {
  readonly title: string;
  readonly summary: string;
  readonly lesson: string;
  readonly pieces: readonly DraftPiece[];
  readonly notes: readonly string[];
  /** More members of the scenario, such as `hypothesis`. */
  readonly more?: Json;
}

/** An incident passes in about so many minutes where the user says nothing. */
const MINUTES_AT_FIRST = 2;
const SHORTEST_MS = 60_000;

/** Lays pieces out as phases that follow each other, and writes them as YAML that `chaos validate` accepts. */
export function draftScenario({ title, summary, lesson, pieces, notes, more = {} }: DraftInput): ScenarioDraft {
  const name = slug(title);
  const endMs = Math.max(SHORTEST_MS, ...pieces.map(({ toMs }) => toMs));
  const edges = [0, endMs, ...pieces.flatMap(({ fromMs, toMs }) => [fromMs, toMs])];
  const moments = [...new Set(edges)].toSorted((a, b) => a - b);
  const phases = moments
    .slice(0, -1)
    .map((fromMs, index) => phaseOf(pieces, fromMs, moments[index + 1] ?? endMs, index));
  const speed = Math.max(1, Math.round(endMs / 60_000 / MINUTES_AT_FIRST));
  const scenario = { name, title: oneLine(title), summary, lesson, ...(speed > 1 ? { speed } : {}), ...more, phases };
  const head =
    notes.length === 0
      ? []
      : ['# What is otherwise here, or not at all:', ...notes.map((note) => `# - ${oneLine(note)}`)];
  return { name, yaml: [...head, stringify(scenario, { lineWidth: 110 })].join('\n'), notes };
}

function phaseOf(pieces: readonly DraftPiece[], fromMs: number, toMs: number, index: number): Json {
  const inForce = pieces.filter((piece) => piece.fromMs <= fromMs && piece.toMs >= toMs);
  const faults = inForce.flatMap((piece) => piece.faults);
  const events = pieces.filter((piece) => piece.fromMs === fromMs).flatMap((piece) => piece.events);
  const names = inForce.filter((piece) => piece.faults.length > 0).map((piece) => piece.name);
  return {
    id: `phase-${index + 1}`,
    title: names.length === 0 ? 'Nothing fails' : names.join(', '),
    for: formatDuration(toMs - fromMs),
    ...(faults.length === 0 ? {} : { faults }),
    ...(events.length === 0 ? {} : { events }),
  };
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

/** Lower-case words joined by "-", as a scenario's name must be. */
function slug(text: string): string {
  const words = text
    .toLowerCase()
    .replace(/^gameday: /, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  return words.slice(0, 60).replace(/-$/, '') || 'imported';
}
