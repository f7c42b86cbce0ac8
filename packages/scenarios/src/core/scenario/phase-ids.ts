/** The phase of undisturbed load before the incident. */
export const BASELINE_ID = 'baseline';
/** The phase of load after the last heal. */
export const RECOVERY_ID = 'recovery';
