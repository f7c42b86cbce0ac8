/**
 * The page's colours, by what they mean. Text colours reach WCAG AA (4.5:1) on both grounds, marks of charts 3:1: a
 * test computes it. Fails are never told by colour alone: hangs are hatched, verdicts are words.
 */
interface Palette {
  readonly ground: string;
  /** Cards, table heads. */
  readonly surface: string;
  readonly ink: string;
  readonly muted: string;
  readonly rule: string;
  readonly link: string;
  readonly pass: string;
  readonly fail: string;
  readonly unsure: string;
  /** What the app's users got. */
  readonly good: string;
  readonly 'good-fill': string;
  readonly 'error-fill': string;
  readonly hang: string;
  readonly 'hang-fill': string;
  /** What S3 did. */
  readonly s3: string;
  readonly 's3-fill': string;
  readonly 's3-fail': string;
  /** Ground of the incident's phases, in turn. */
  readonly band: string;
  readonly 'band-alt': string;
}

export const LIGHT: Palette = {
  ground: '#ffffff',
  surface: '#f7f7f4',
  ink: '#1b1d21',
  muted: '#585d66',
  rule: '#dedfd9',
  link: '#0d55a0',
  pass: '#1c6b3d',
  fail: '#b3261e',
  unsure: '#7d5800',
  good: '#2463a6',
  'good-fill': '#cfe0f2',
  'error-fill': '#f2b8ab',
  hang: '#b3261e',
  'hang-fill': '#f9d8d0',
  s3: '#4d545e',
  's3-fill': '#e0e3e7',
  's3-fail': '#4d545e',
  band: '#f6f1e4',
  'band-alt': '#efe7d3',
};

export const DARK: Palette = {
  ground: '#15171b',
  surface: '#1d2025',
  ink: '#e9eaed',
  muted: '#a6acb6',
  rule: '#363b44',
  link: '#8fbcf2',
  pass: '#74cc95',
  fail: '#ff9083',
  unsure: '#e5bf62',
  good: '#82b4ee',
  'good-fill': '#233c5b',
  'error-fill': '#843f37',
  hang: '#ff9083',
  'hang-fill': '#4d2724',
  s3: '#a3abb7',
  's3-fill': '#343a44',
  's3-fail': '#a3abb7',
  band: '#25231d',
  'band-alt': '#302c22',
};

export function variables(palette: Palette): string {
  return Object.entries(palette)
    .map(([name, colour]) => `--${name}:${String(colour)}`)
    .join(';');
}
