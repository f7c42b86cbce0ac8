import { availability } from './availability.ts';
import { blastRadius } from './blast-radius.ts';
import type { Checker } from './checker.ts';
import { detection } from './detection.ts';
import { durability } from './durability.ts';
import { exposure } from './exposure.ts';
import { failover } from './failover.ts';
import { freshness } from './freshness.ts';
import { latency } from './latency.ts';
import { recovery } from './recovery.ts';
import { resources } from './resources.ts';
import { restart } from './restart.ts';
import { retryDiscipline } from './retry-discipline.ts';
import { userExperience } from './user-experience.ts';

/** Every dimension, in the order of the report. A new one is a file beside these and a line here. */
export const checkers: readonly Checker[] = [
  exposure,
  availability,
  latency,
  durability,
  freshness,
  failover,
  recovery,
  retryDiscipline,
  blastRadius,
  resources,
  restart,
  detection,
  userExperience,
];
