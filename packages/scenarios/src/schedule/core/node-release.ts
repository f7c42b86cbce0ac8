/** The release of Node that is set up for Gameday where there is none that it runs on; its tests run on 20, 22 and 24. */
export const nodeRelease = '24';

/** A shell's test of whether the `node` on its path is one that Gameday runs on, as `engines` in package.json says. */
export const isNodeSupported = `node -e '
  const [major, minor] = process.versions.node.split(".").map(Number);
  process.exit(major >= 24 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19) ? 0 : 1);
'`;
