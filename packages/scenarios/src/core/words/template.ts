import { wordHint } from './nearest-word.ts';

const PLACE = /\$\{([^}]*)\}/g;

/** The names that a template asks for, in order, each once: `http://127.0.0.1:${PORT}` asks for `PORT`. */
export function templateNames(text: string): string[] {
  return [...new Set([...text.matchAll(PLACE)].map((match) => match[1] ?? ''))];
}

/**
 * Fills every `${name}`. A value is put in as it is: a `${...}` inside of a value is not looked at again.
 * @throws {Error} for a name that has no value; texts from files are checked when they are read, so that this is ours
 */
export function fillTemplate(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(PLACE, (_, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) throw new Error(`nothing to put in for \${${name}} in ${JSON.stringify(text)}`);
    return value;
  });
}

/** What is wrong with a template, or null: a name that will have no value, or a brace that nothing closes. */
export function templateProblem(
  text: string,
  known: readonly string[],
  isKnown: (name: string) => boolean = () => false,
): { readonly message: string; readonly hint: string | null } | null {
  for (const name of templateNames(text)) {
    if (!known.includes(name) && !isKnown(name)) {
      return { message: `nothing is known as \${${name}} here`, hint: wordHint(name, known) };
    }
  }
  if (text.replace(PLACE, '').includes('${')) return { message: '`${` without its `}`', hint: null };
  return null;
}

const REGION = /^[a-z]{2}(?:-[a-z]+)+-\d$/;
const ENDPOINT = /^S3_ENDPOINT_([A-Z]{2}(?:_[A-Z]+)+_\d)$/;

/** True for what is written like an AWS region: `us-east-1`, `us-gov-west-1`. */
export function isRegionName(text: string): boolean {
  return REGION.test(text);
}

/** The variable that holds the endpoint of a region's S3: `S3_ENDPOINT_US_WEST_2`. */
export function endpointVariable(region: string): string {
  return `S3_ENDPOINT_${region.toUpperCase().replaceAll('-', '_')}`;
}

/** The region whose endpoint a variable holds; null for any other name, `S3_ENDPOINT` (the home region's) included. */
export function regionOfVariable(name: string): string | null {
  const match = ENDPOINT.exec(name);
  return match === null ? null : (match[1] ?? '').toLowerCase().replaceAll('_', '-');
}
