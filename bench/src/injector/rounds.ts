import { median } from '../figure.ts';

/** What is measured, by name, each giving one reading a call. */
export type Subjects = ReadonlyMap<string, () => Promise<number>>;

/**
 * The median reading of each subject. Rounds are interleaved and each begins with another subject: what disturbs the
 * machine disturbs all of them.
 */
export async function inRounds(subjects: Subjects, rounds: number): Promise<ReadonlyMap<string, number>> {
  const names = [...subjects.keys()];
  const readings = new Map<string, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    const first = round % names.length;
    for (const name of [...names.slice(first), ...names.slice(0, first)]) {
      const reading = await subjects.get(name)?.();
      if (reading !== undefined) readings.get(name)?.push(reading);
    }
  }
  return new Map([...readings].map(([name, values]) => [name, median(values)]));
}
