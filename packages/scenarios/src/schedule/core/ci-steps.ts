/** One step of a game day in CI. The scripts take everything from the environment: nothing is pasted into them. */
export interface CiStep {
  readonly id: string;
  readonly name: string;
  /** For a POSIX shell with `set -e`. */
  readonly run: string;
}

/** What every step may read, with its default. */
export const ciVariables = {
  SCENARIO: { fallback: 's3-us-east-1-outage', about: 'What to rehearse: a name that `chaos list` shows, or a file.' },
  TARGET: { fallback: '.', about: 'The folder of your chaos.yaml.' },
  GATE: { fallback: '', about: 'The lowest letter that passes, C for example. Left empty, any letter passes.' },
  POLICY: { fallback: '', about: 'A gate.yaml that decides instead: letter, scores, regression against the baseline.' },
  SEED: { fallback: '1', about: 'Every random draw derives from it.' },
  ARGUMENTS: { fallback: '', about: 'Further words for `chaos run`, parted by blanks: --speed 400.' },
  OUT: { fallback: 'gameday', about: 'Where journal and reports go.' },
  BASELINE: { fallback: 'gameday-baseline', about: 'Where the run is kept that others are compared with.' },
  KEEP_BASELINE: { fallback: 'false', about: 'true: a run that passes becomes the baseline.' },
} as const;

const CHAOS = 'node "$GAMEDAY_HOME/packages/scenarios/dist/src/cli/main.js"';

/** Needs GAMEDAY_HOME, a checkout of Gameday. */
const setUp: CiStep = {
  id: 'set-up',
  name: 'Build Gameday',
  run: `cd "$GAMEDAY_HOME"
if [ ! -f packages/scenarios/dist/src/cli/main.js ]; then
  npx --yes pnpm@12.21.0 install --frozen-lockfile
  npx --yes pnpm@12.21.0 build
fi
`,
};

const rehearse: CiStep = {
  id: 'rehearse',
  name: 'Rehearse the outage',
  run: `rm -f "$OUT/journal.ndjson" "$OUT/report.json" "$OUT/exit-code"
code=0
${CHAOS} run "$SCENARIO" --target "$TARGET" --seed "$SEED" --out "$OUT" \${GATE:+--gate "$GATE"} $ARGUMENTS || code=$?
# A bad grade is judged below, once everything is told; without a report there is nothing to tell.
if [ ! -f "$OUT/report.json" ]; then exit "$code"; fi
echo "$code" > "$OUT/exit-code"
`,
};

const compare: CiStep = {
  id: 'compare',
  name: 'Compare with the baseline',
  run: `if [ -f "$BASELINE/report.json" ]; then
  { echo '### Against the baseline'; echo '\`\`\`'; ${CHAOS} compare "$BASELINE" "$OUT" || true; echo '\`\`\`'; } > "$OUT/comparison.md"
else
  mkdir -p "$BASELINE"
  cp "$OUT/report.json" "$BASELINE/"
  echo 'There was no baseline: this run is the first.' > "$OUT/comparison.md"
fi
cat "$OUT/comparison.md"
`,
};

const judge: CiStep = {
  id: 'judge',
  name: 'Judge by the policy',
  run: `code=$(cat "$OUT/exit-code")
if [ -n "$POLICY" ] && [ "$code" -le 3 ]; then
  code=0
  ${CHAOS} gate "$OUT" --policy "$POLICY" || code=$?
fi
if [ "$code" -eq 0 ] && [ "$KEEP_BASELINE" = true ]; then cp "$OUT/report.json" "$BASELINE/"; fi
exit "$code"
`,
};

/** A game day as every CI runs it. How results are shown and kept lies between \`compare\` and \`judge\`. */
export const ciSteps = { setUp, rehearse, compare, judge } as const;
