/** What the command may assume of the terminal it writes to. */
export interface Terminal {
  readonly color: boolean;
  /** Columns. */
  readonly width: number;
  /** False in a pipe or a CI log: no redrawing, plain lines. */
  readonly live: boolean;
}

const WIDTH_DEFAULT = 100;

/** Honours NO_COLOR, FORCE_COLOR, TERM=dumb and CI. */
export function describeTerminal(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): Terminal {
  const tty = stream.isTTY && env['TERM'] !== 'dumb';
  const forced = env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '0';
  const color = env['NO_COLOR'] === undefined && (tty || forced);
  return { color, width: stream.columns > 0 ? stream.columns : WIDTH_DEFAULT, live: tty && env['CI'] === undefined };
}
