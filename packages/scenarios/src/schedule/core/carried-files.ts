/** A file that a pod is to have. */
export interface CarriedFile {
  /** Its key in the ConfigMap. */
  readonly key: string;
  /** Where it is in the pod, below the folder of the target: parts with `/` between. */
  readonly path: string;
  readonly text: string;
}

/** A ConfigMap takes so much and no more, in bytes. */
export const CONFIG_MAP_BYTES_MAX = 1_048_576;
/** What `kubectl apply` keeps of an object beside it; `--server-side` keeps nothing. */
export const APPLIED_BYTES_MAX = 262_144;

/** A key takes letters, digits, `-`, `_` and `.` */
const keyOf = (path: string, index: number): string =>
  `scenario-${index + 1}-${(path.split('/').at(-1) ?? '').replaceAll(/[^-.\w]/g, '_').slice(-100)}`;

/**
 * Files that refer to each other by where they are, put below one folder so that they still find each other.
 * @param files absolute, parts with `/` between
 */
export function carriedFiles(
  files: readonly { readonly path: string; readonly text: string }[],
  folder: string,
): readonly CarriedFile[] {
  const parts = files.map(({ path }) => path.split('/').slice(0, -1));
  const [first = []] = parts;
  const apart = first.findIndex((part, at) => parts.some((other) => other[at] !== part));
  const common = apart === -1 ? first.length : apart;
  return files.map(({ path, text }, index) => {
    const below = path.split('/').slice(common).join('/');
    return { key: keyOf(below, index), path: `${folder}/${below}`, text };
  });
}
