// The switches of the control room, a file on the local disk: thrown without a deploy, and without S3.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';

/** @typedef {{ bucket: 'primary' | 'failover', traffic: readonly string[] }} Switches */

/** Where clicks are stored, and which regions' trackers take them. @returns {Switches} */
export const readSwitches = (file) => JSON.parse(readFileSync(file, 'utf8'));

/** Whoever reads it meanwhile sees the old state or the new one. @param {string} file @param {Switches} switches */
export function throwSwitches(file, switches) {
  writeFileSync(`${file}.new`, JSON.stringify(switches));
  renameSync(`${file}.new`, file);
}
