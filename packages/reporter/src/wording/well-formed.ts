/** Replaces halves of surrogate pairs that stand alone: a file in UTF-8 cannot hold them. */
export const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, '\uFFFD');
