import type { PageFace } from '@gameday/reporter/journal';
import type { PlannedPhase } from '../plan.ts';

/** Of one probe in one phase. */
const KEPT_MAX = 4;

interface Seen {
  readonly usable: boolean | null;
  readonly showed: PageFace | null;
  readonly brokenImages: number | null;
}

/** Chooses the pictures that tell the story: the first of each phase, and those that show something new in it. */
export class ScreenshotChoice {
  readonly #phases: readonly PlannedPhase[];
  readonly #kept = new Map<string, number>();
  readonly #last = new Map<string, string>();

  constructor(phases: readonly PlannedPhase[]) {
    this.#phases = phases;
  }

  /** @param sinceLoadMs when the journey began, milliseconds since the load did */
  keeps(probe: string, sinceLoadMs: number, { usable, showed, brokenImages }: Seen): boolean {
    const phase = this.#phases.findLast(({ startMs }) => startMs <= sinceLoadMs)?.id ?? '';
    const place = `${probe}\n${phase}`;
    const what = `${usable} ${showed} ${(brokenImages ?? 0) > 0}`;
    const kept = this.#kept.get(place) ?? 0;
    const news = this.#last.get(place) !== what;
    this.#last.set(place, what);
    if (!news || kept >= KEPT_MAX) return false;
    this.#kept.set(place, kept + 1);
    return true;
  }
}
