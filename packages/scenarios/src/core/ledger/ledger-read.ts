/** When a read left and when its answer was there, milliseconds since the run began. */
export interface Read {
  readonly sentMs: number;
  readonly endedMs: number;
}
