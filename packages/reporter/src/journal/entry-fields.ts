import { z } from 'zod';

/** Milliseconds since the run began, monotonic. */
export const t = z.number();

/** Which of several replicas of the target, from 1; left out where there is but one. */
export const replica = z.number().optional();
