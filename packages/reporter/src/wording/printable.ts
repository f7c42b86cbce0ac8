/**
 * Replaces what no text file should hold: halves of surrogate pairs that stand alone, non-characters, and every control
 * character but tab and line breaks (they could steer a terminal, and XML 1.0 has no way to write them).
 */
export const printable = (text: string): string =>
  text.replace(/\p{Surrogate}|\p{Noncharacter_Code_Point}|(?![\t\n\r])\p{Control}/gu, '\uFFFD');
